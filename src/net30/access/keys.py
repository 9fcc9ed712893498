"""What programs show: developer keys, sync tokens, Spend & Expense tokens. Nothing here hashes a password."""

import msgspec
from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from net30.access.roles import SYNC
from net30.access.tables import (
    ApiToken,
    DeveloperKey,
    DeveloperKeyGrant,
    SyncToken,
    User,
    api_tokens,
    developer_key_grants,
    developer_keys,
)
from net30.access.users import USER
from net30.kernel import ids
from net30.kernel.context import Context
from net30.kernel.entity import Entity
from net30.kernel.secrets import fingerprint
from net30.store.statements import Statement

# Keeps a known key as it is, and locks it, so that it is not dropped before it is granted.
_ADD_KEY = Statement(
    insert(developer_keys).on_conflict_do_update(
        index_elements=["fingerprint"], set_={"active": developer_keys.c.active}
    )
)
_ADD_API_TOKEN = Statement(insert(api_tokens).on_conflict_do_nothing())
_KEYS_OF = Statement(
    select(developer_keys.c.fingerprint)
    .where(
        developer_keys.c.fingerprint.in_(
            select(developer_key_grants.c.fingerprint).where(
                developer_key_grants.c.organization_id == bindparam("organization_id")
            )
        )
    )
    .order_by(developer_keys.c.fingerprint)
    .with_for_update()
)
_DROP_UNUSED_KEY = Statement(
    delete(developer_keys).where(
        developer_keys.c.fingerprint == bindparam("fingerprint"),
        ~select(developer_key_grants.c.fingerprint)
        .where(developer_key_grants.c.fingerprint == developer_keys.c.fingerprint)
        .exists(),
    ),
    crosses="a key is dropped when no organization has it",
)

TOKEN = Entity("SyncToken", SyncToken)


def create_sync_token(ctx: Context, name: str, value: str) -> SyncToken:
    """A sync token and the system user that its sessions act as."""
    user_id = ids.new(ids.PREFIX["sync_token_user"])
    # The system user is no one's username: it is found by the token's name only.
    system_user = User(
        organization_id=ctx.organization_id,
        id=user_id,
        username=name,
        username_key=user_id,
        password_hash_secret=None,
        role=SYNC,
        first_name="Sync",
        last_name=name,
        email="",
        archived=0,
        created_time=ctx.now,
        updated_time=ctx.now,
    )
    token = SyncToken(ctx.organization_id, ids.new("syt"), name, fingerprint(value), user_id, ctx.machine_now)
    USER.enter(ctx, system_user)
    TOKEN.enter(ctx, token)
    return token


def create_api_token(ctx: Context, value: str, user_id: str) -> bool:
    """A Spend & Expense token that acts as a user; False when another one has this value."""
    token = ApiToken(ctx.organization_id, ids.new("apt"), fingerprint(value), user_id, ctx.machine_now)
    return bool(ctx.tx.execute(_ADD_API_TOKEN, msgspec.structs.asdict(token)))


def grant_developer_key(ctx: Context, key: str, name: str) -> None:
    """Let a developer key be used on the organization; a key that is new to the server is entered."""
    grant_known_key(ctx, enter_key(ctx, key, name))


def enter_key(ctx: Context, key: str, name: str) -> str:
    """Make a developer key known, or keep it as it is, granted on no further organization; its fingerprint."""
    made = DeveloperKey(fingerprint(key), name, 1, ctx.machine_now)
    ctx.tx.execute(_ADD_KEY, msgspec.structs.asdict(made))
    return made.fingerprint


def grant_known_key(ctx: Context, key: str) -> None:
    """Let a developer key, given by its fingerprint, be used on the organization."""
    ctx.tx.insert(DeveloperKeyGrant(ctx.organization_id, key, ctx.machine_now))


def keys_of(ctx: Context) -> list[str]:
    """Fingerprints of the keys granted on an organization; nobody else is granted them meanwhile."""
    return [str(row[0]) for row in ctx.tx.rows(_KEYS_OF, {})]


def drop_unused_keys(ctx: Context, fingerprints: list[str]) -> None:
    """Forget those developer keys that are granted on no organization any more."""
    for one in fingerprints:
        ctx.tx.execute(_DROP_UNUSED_KEY, {"fingerprint": one})
