"""Developer keys: made, granted, switched off. A key is told by the first characters of its fingerprint."""

import msgspec
from sqlalchemy import bindparam, func, select

from net30.access import keys
from net30.access.tables import DeveloperKey, developer_key_grants, developer_keys
from net30.console.answers import KeyChanged, KeyMade, KeyRow
from net30.console.commands import KeyCreate, KeyGrant, KeyList, KeyRevoke
from net30.kernel import audit
from net30.kernel.clock import timestamp
from net30.kernel.context import Context, Server, context, system_actor, writing
from net30.kernel.refusal import Refusal
from net30.kernel.secrets import fingerprint, token
from net30.kernel.tables import Organization, organizations
from net30.store.database import Transaction
from net30.store.statements import Statement

ID_LENGTH = 12

_granted = developer_key_grants.c
# Fingerprints are hexadecimal, so what begins with an id comes before the id and a g.
_KEYS = Statement(
    select(developer_keys)
    .where(
        developer_keys.c.fingerprint >= bindparam("from_id"),
        developer_keys.c.fingerprint < bindparam("to_id"),
    )
    .limit(2)
)
# These two cross organizations on purpose: it is the operator who asks.
_ALL = Statement(
    select(*developer_keys.c, func.count(_granted.organization_id))
    .outerjoin(developer_key_grants, _granted.fingerprint == developer_keys.c.fingerprint)
    .group_by(*developer_keys.c)
    .order_by(developer_keys.c.created_at, developer_keys.c.fingerprint),
    crosses="the operator sees the keys of all organizations",
)
_COUNT = Statement(
    select(func.count(_granted.organization_id)).where(_granted.fingerprint == bindparam("fingerprint")),
    crosses="the operator sees on how many organizations a key is granted",
)
# Locks in id order the organizations that a key is granted on, whichever they are.
_GRANTED_ON = Statement(
    select(organizations)
    .join(developer_key_grants, _granted.organization_id == organizations.c.id)
    .where(_granted.fingerprint == bindparam("fingerprint"))
    .order_by(organizations.c.id)
    .with_for_update(key_share=True, of=organizations),
    crosses="the operator sees on which organizations a key is granted",
)
_GRANT = Statement(
    select(_granted.created_at).where(
        _granted.organization_id == bindparam("organization_id"),
        _granted.fingerprint == bindparam("fingerprint"),
    )
)


def create(server: Server, asked: KeyCreate) -> KeyMade:
    """A new key that is granted on one organization."""
    key = token()
    with writing(server, system_actor(asked.organization, "CONSOLE")) as ctx:
        keys.grant_developer_key(ctx, key, asked.name)
        _audited(ctx, fingerprint(key), asked.name, "CREATE")
    return KeyMade(key_id=_id(fingerprint(key)), name=asked.name, dev_key=key)


def grant(server: Server, asked: KeyGrant) -> KeyChanged:
    """A key that is there, on one organization more. Granting it twice changes nothing."""
    with writing(server, system_actor(asked.organization, "CONSOLE")) as ctx:
        key = _require_key(ctx.tx, asked.key_id)
        known = {"fingerprint": key.fingerprint}
        if ctx.tx.row(_GRANT, known) is None:
            keys.grant_known_key(ctx, key.fingerprint)
            _audited(ctx, key.fingerprint, key.name, "GRANT")
        row = ctx.tx.row(_COUNT, {"fingerprint": key.fingerprint})
    assert row is not None, "a count has a row"
    return _changed(key, int(row[0]))


def revoke(server: Server, asked: KeyRevoke) -> KeyChanged:
    """A key that is good for nothing any more; its sessions are refused from the next call on."""
    with server.database.write() as tx:
        key = _require_key(tx, asked.key_id)
        granted = tx.records(Organization, _GRANTED_ON, {"fingerprint": key.fingerprint})
        off = msgspec.structs.replace(key, active=0)
        if tx.update(key, off):
            for organization in granted:
                ctx = context(server, tx, organization, system_actor(organization.id, "CONSOLE"))
                _audited(ctx, key.fingerprint, key.name, "REVOKE")
    return _changed(off, len(granted))


def list_all(server: Server, asked: KeyList) -> list[KeyRow]:
    """Every developer key of the server, the oldest first."""
    with server.database.read() as tx:
        rows = tx.rows(_ALL, {})
    return [
        KeyRow(
            key_id=_id(hashed),
            name=name,
            active=bool(active),
            organizations=count,
            created_at=timestamp(created_at),
        )
        for hashed, name, active, created_at, count in rows
    ]


def _require_key(tx: Transaction, key_id: str) -> DeveloperKey:
    found = tx.records(DeveloperKey, _KEYS, {"from_id": key_id, "to_id": f"{key_id}g"})
    if len(found) != 1:
        what = "several developer keys begin" if found else "no developer key begins"
        raise Refusal(None, field="key_id", detail=f"{what} with {key_id}", help="see net30 key list")
    return found[0]


def _audited(ctx: Context, hashed: str, name: str, action: str) -> None:
    audit.record_change(ctx, "DeveloperKey", _id(hashed), action, {"name": (None, name)})


def _changed(key: DeveloperKey, organizations: int) -> KeyChanged:
    return KeyChanged(
        key_id=_id(key.fingerprint), name=key.name, active=bool(key.active), organizations=organizations
    )


def _id(hashed: str) -> str:
    return hashed[:ID_LENGTH]
