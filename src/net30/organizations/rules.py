"""What becomes of an organization's profile when somebody changes parts of it."""

import datetime

import msgspec

from net30.kernel.refusal import Refusal, require_faultless
from net30.kernel.wording import given
from net30.organizations.tables import (
    BusinessCategory,
    OrganizationAccountType,
    OrganizationProfile,
    TaxIdType,
)
from net30.wire import addresses
from net30.wire.addresses import AddressDraft


class OrganizationDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What someone says of an organization; None leaves a column as it is, an empty text clears what may be absent."""

    name: str | None = None
    address: AddressDraft | None = None
    mailing_address: AddressDraft | None = None
    mailing_address_same_as_physical: bool | None = None
    phone: str | None = None
    owner_name: str | None = None
    owner_date_of_birth: datetime.date | None = None
    tax_id: str | None = None
    tax_id_type: TaxIdType | None = None
    industry: str | None = None
    business_category: BusinessCategory | None = None
    account_type: OrganizationAccountType | None = None
    individual_transfer_out: bool | None = None
    individual_transfer_in: bool | None = None


# The columns that a draft fills as they stand.
_TOLD = {
    name: name
    for name in ("phone", "owner_name", "tax_id_type", "industry", "business_category", "account_type")
}
_TRANSFERS = {name: name for name in ("individual_transfer_out", "individual_transfer_in")}


def require_sound(draft: OrganizationDraft) -> None:
    """Refuse (400) a blank name, and stars in place of a tax id."""
    if draft.name is not None and not draft.name.strip():
        raise Refusal(None, field="name", detail="must not be blank", help="give the organization's name")
    if draft.tax_id and "*" in draft.tax_id:
        raise Refusal(None, field="tax_id", detail="must be the tax id itself", help="send it without stars")


def told(old: OrganizationProfile, draft: OrganizationDraft) -> OrganizationProfile:
    """The profile of a new organization as a draft wants it, apart from its tax id.

    Mail goes to its address unless another one is given.
    """
    mailing = None if draft.mailing_address_same_as_physical else draft.mailing_address
    return msgspec.structs.replace(
        _told(old, draft),
        address=_kept(draft.address),
        mailing_address=_kept(mailing),
    )


def _kept(address: AddressDraft | None) -> str | None:
    known = None if address is None else addresses.revised(None, address)
    return None if known is None else addresses.kept(known)


def changed(old: OrganizationProfile, draft: OrganizationDraft) -> OrganizationProfile:
    """The profile as a draft wants it, apart from its tax id and times.

    400 for an address without a country, and for a mailing address of its own where none is known.
    """
    return msgspec.structs.replace(
        _told(old, draft),
        **given(draft, _TRANSFERS),
        address=address_after(old.address, draft.address, "address"),
        mailing_address=_mailing_address(old, draft),
    )


def _told(old: OrganizationProfile, draft: OrganizationDraft) -> OrganizationProfile:
    born = draft.owner_date_of_birth
    return msgspec.structs.replace(
        old,
        **given(draft, _TOLD),
        owner_date_of_birth=old.owner_date_of_birth if born is None else born.isoformat(),
    )


def address_after(kept: str | None, change: AddressDraft | None, field: str) -> str | None:
    """A kept address with the parts that a change names.

    400 when it has no country even then, and for texts of more than one line.
    """
    if change is None:
        return kept
    new = addresses.revised(None if kept is None else addresses.read(kept), change)
    if new is None:
        raise Refusal(
            None,
            field=f"{field}.country",
            detail="must not be null",
            help="there is no address yet: give its country, too",
        )
    require_faultless(addresses.address_faults(field, new))
    return addresses.kept(new)


def _mailing_address(old: OrganizationProfile, draft: OrganizationDraft) -> str | None:
    """Where mail goes, if not to the address: a change of it begins with what a read shows."""
    same = draft.mailing_address_same_as_physical
    if same:
        return None
    if draft.mailing_address is None and (same is None or old.mailing_address is not None):
        return old.mailing_address
    shown = old.mailing_address or old.address
    if draft.mailing_address is None and shown is None:
        raise Refusal(
            None,
            field="mailing_address",
            detail="must not be null",
            help="give the address for mail, because it shall be another than `address`",
        )
    return address_after(shown, draft.mailing_address, "mailing_address")
