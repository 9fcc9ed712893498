"""What decides in the network: which words find whom, and what a connection shows of the other."""

import re
import unicodedata
from collections.abc import Iterable

import msgspec

from net30.kernel.refusal import Refusal
from net30.network.billers import BILLERS, Biller, Place
from net30.network.schemas import AccountType, NetworkAddress
from net30.network.tables import Kind, NetworkConnection
from net30.organizations.tables import OrganizationAccountType
from net30.store.statements import Value
from net30.wire import addresses
from net30.wire.addresses import AddressAnswer

DAY_MS = 24 * 60 * 60 * 1000
VALID_MS = 60 * DAY_MS
FEWEST_LETTERS = 3
MOST_WORDS = 10
MOST_FOUND = 25

OTHER_SIDE: dict[Kind, Kind] = {"VENDOR": "CUSTOMER", "CUSTOMER": "VENDOR"}
CONNECTED = frozenset({"CONNECTED", "CONNECTED_RPPS"})

_TYPES: dict[OrganizationAccountType | None, AccountType] = {
    None: "BUSINESS",
    "BUSINESS": "BUSINESS",
    "CONTRACTOR": "CONTRACTOR",
    "EMPLOYEE_OR_INDIVIDUAL": "EMPLOYEE_OR_INDIVIDUAL",
    "CONSUMER": "EMPLOYEE_OR_INDIVIDUAL",
}

# The parts of an address that a vendor has, too.
_PARTS = ("line1", "line2", "city", "state_or_province", "zip_or_postal_code", "country")


class InvitationDraft(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to connect with, by network id; a national vendor also by the account it keeps, at one of its addresses."""

    network_id: str
    national: bool = False
    account_number: str | None = None
    address_id: str | None = None


class AcceptanceDraft(msgspec.Struct, frozen=True, kw_only=True):
    """Who invited, as what, and the own record of it: one by `id`, or a new one by `name`."""

    network_id: str
    type: Kind
    id: str | None = None
    name: str | None = None


class Facts(msgspec.Struct, frozen=True):
    """What the network tells of an organization or a national vendor, and nothing else of it."""

    name: str
    phone: str | None
    address: AddressAnswer | None


# ---- search ---------------------------------------------------------------------------------------------


def folded(text: str) -> str:
    """Text as it is compared: without regard to case and to how its characters are made up."""
    return unicodedata.normalize("NFKC", text).casefold()


def words_of(name: str) -> frozenset[str]:
    """The words of a name, as they are compared."""
    return frozenset(re.findall(r"[^\W_]+", folded(name)))


def zip_key(code: str | None) -> str:
    """A zip or postal code as it is compared: without blanks and hyphens."""
    return re.sub(r"[\s-]", "", folded(code or ""))


def account_type(type: OrganizationAccountType | None) -> AccountType:
    return _TYPES.get(type, "UNDEFINED")


def billers_found(name: str, zip_code: str | None, account_number: str | None) -> list[Biller]:
    """National vendors whose name and zip code hold what was asked for; an account number must be one of theirs."""
    part, zip_part = folded(name).strip(), zip_key(zip_code)
    return [
        biller
        for biller in BILLERS.values()
        if part in folded(biller.name)
        and any(zip_part in place.zip for place in biller.places)
        and (account_number is None or has_account(biller, account_number))
    ][:MOST_FOUND]


def has_account(biller: Biller, account_number: str) -> bool:
    """Whether an account number is of the length that a national vendor's have."""
    fewest, most = biller.digits
    return account_number.isalnum() and fewest <= len(account_number) <= most


# ---- what a connection shows ----------------------------------------------------------------------------


def biller_facts(biller: Biller, place: Place) -> Facts:
    return Facts(biller.name, biller.phone, place_address(place))


def place_address(place: Place) -> AddressAnswer:
    return AddressAnswer(
        line1=place.line1,
        city=place.city,
        state_or_province=place.state,
        zip_or_postal_code=place.zip,
        country="US",
    )


def address_shown(address: AddressAnswer) -> NetworkAddress:
    """An address as a search answers it."""
    return NetworkAddress(
        line1=address.line1,
        line2=address.line2,
        city=address.city,
        state_or_province=address.state_or_province,
        zip_or_postal_code=address.zip_or_postal_code,
        country=address.country,
    )


def shown_of_vendor(facts: Facts) -> dict[str, Value]:
    """The columns of a connected vendor that are overridden; what was not told stays the record's own."""
    shown: dict[str, Value] = {"payee_name": facts.name}
    if facts.phone:
        shown["phone"] = facts.phone
    if facts.address is not None:
        shown |= {f"address_{part}": getattr(facts.address, part) for part in _PARTS}
    return shown


def shown_of_customer(facts: Facts) -> dict[str, str]:
    """The columns of a connected customer that are overridden."""
    shown = {"company_name": facts.name}
    if facts.phone:
        shown["phone"] = facts.phone
    if facts.address is not None:
        address = addresses.kept(facts.address)
        shown |= {"billing_address": address, "shipping_address": address}
    return shown


# ---- refusals -------------------------------------------------------------------------------------------


def require_free(connection: NetworkConnection | None) -> None:
    """BDC_1119 (422) for a record that is connected or whose invitation is open."""
    if connection is None or connection.status == "NOT_CONNECTED":
        return
    what = "has an open invitation" if connection.status == "PENDING" else "is connected"
    raise Refusal(
        "BDC_1119",
        field="network_status",
        value=connection.status,
        detail=f"{connection.record_id} {what}",
        help="delete it first: DELETE /v3/network/invitation/…",
    )


def require_words(wanted: Iterable[str]) -> None:
    """400 for a name by which no organization can be searched."""
    if not any(len(word) >= FEWEST_LETTERS for word in wanted):
        raise Refusal(
            None,
            field="name",
            detail=f"must hold a word of at least {FEWEST_LETTERS} letters",
            help="organizations are found by whole words of their names; national vendors by any part: scope=RPPS",
        )


def unknown_network_id(network_id: str) -> Refusal:
    return Refusal(
        "BDC_1205",
        id=network_id,
        field="network_id",
        detail=f"nobody has the network id {network_id} in this network",
        help="take id from GET /v3/network, with networkType RPPS where type is RPPS",
    )
