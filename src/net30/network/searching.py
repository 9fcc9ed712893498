"""Looks for organizations and national vendors by their names."""

from collections.abc import Sequence

from sqlalchemy import bindparam, func, or_, select

from net30.kernel.context import Context
from net30.kernel.tables import organizations
from net30.network import rules
from net30.network.billers import Biller
from net30.network.schemas import Found, ManagedBy, Scope
from net30.network.tables import members, words
from net30.organizations.tables import organization_profiles
from net30.store.record import TEXT
from net30.store.statements import Sized, one_of
from net30.wire import addresses

_profiles = organization_profiles.c
_all_words = words.alias("all_words")
_zip = bindparam("zip_key", type_=TEXT)
# Crosses organizations on purpose: an organization looks for others. The rarest word leads, so that a search reads
# no more than its answer and those that share that word.
_NAMED = Sized(
    lambda count: (
        select(
            members.c.network_id,
            organizations.c.name,
            _profiles.address,
            _profiles.account_type,
            _profiles.partner_name,
        )
        .select_from(words)
        .join(members, members.c.organization_id == words.c.organization_id)
        .join(organizations, organizations.c.id == words.c.organization_id)
        .join(organization_profiles, _profiles.organization_id == words.c.organization_id)
        .where(
            words.c.word == bindparam("leading"),
            words.c.organization_id != bindparam("own_id"),
            or_(_zip == "", members.c.zip_key == _zip),
            select(func.count())
            .where(
                _all_words.c.organization_id == words.c.organization_id,
                one_of(_all_words.c.word, "word", count),
            )
            .scalar_subquery()
            == bindparam("wanted"),
        )
        .order_by(words.c.organization_id)
        .limit(rules.MOST_FOUND)
    ),
    crosses="organizations look for each other",
)


def search(
    ctx: Context, name: str, scope: Scope, zip_code: str | None, account_number: str | None
) -> list[Found]:
    """Organizations of the server, all of whose words are in their names, and then national vendors.

    At most 25 of each. 400 for a name without a word of three letters where only organizations are asked for.
    """
    wanted = sorted(rules.words_of(name), key=lambda word: (-len(word), word))[: rules.MOST_WORDS]
    if scope == "BILL":
        rules.require_words(wanted)
    searchable = any(len(word) >= rules.FEWEST_LETTERS for word in wanted)
    found = _organizations(ctx, wanted, zip_code) if scope != "RPPS" and searchable else []
    if scope != "BILL":
        found += [_biller(biller) for biller in rules.billers_found(name, zip_code, account_number)]
    return found


def _organizations(ctx: Context, wanted: Sequence[str], zip_code: str | None) -> list[Found]:
    statement, parameters = _NAMED.of("word", wanted)
    rows = ctx.tx.rows(
        statement,
        {
            **parameters,
            "leading": wanted[0],
            "own_id": ctx.organization_id,
            "zip_key": rules.zip_key(zip_code),
            "wanted": len(wanted),
        },
    )
    return [
        Found(
            id=network_id,
            name=name,
            type=rules.account_type(account_type),
            addresses=[rules.address_shown(addresses.read(address))] if address else [],
            managed_by=ManagedBy(name=partner_name) if partner_name else None,
        )
        for network_id, name, address, account_type, partner_name in rows
    ]


def _biller(biller: Biller) -> Found:
    return Found(
        id=biller.id,
        name=biller.name,
        type="RPPS",
        addresses=[rules.address_shown(rules.place_address(place)) for place in biller.places],
    )
