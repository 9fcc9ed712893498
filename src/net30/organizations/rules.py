"""What becomes of an organization's profile when somebody changes parts of it."""

import msgspec

from net30.kernel.refusal import Refusal, require_faultless
from net30.organizations.schemas import OrganizationUpdate
from net30.organizations.tables import OrganizationProfile
from net30.wire import addresses
from net30.wire.addresses import AddressUpdate
from net30.wire.wording import given

_TEXTS = {
    "phone": "phone",
    "tax_id_type": "tax_id_type",
    "industry": "industry",
    "business_category": "business_category",
    "account_type": "account_type",
}
_TRANSFERS = {
    "individual_transfer_out": "individual_transfer_out",
    "individual_transfer_in": "individual_transfer_in",
}


def changed(old: OrganizationProfile, body: OrganizationUpdate) -> OrganizationProfile:
    """The profile as a request wants it, apart from its tax id and times; an empty text clears what it names.

    400 for an address without a country, and for a mailing address of its own where none is known.
    """
    owner = body.company_owner
    born = None if owner is None else owner.date_of_birth
    return msgspec.structs.replace(
        old,
        **given(body, _TEXTS),
        **given(owner, {"name": "owner_name"}),
        **given(body.processing_options, _TRANSFERS),
        owner_date_of_birth=old.owner_date_of_birth if born is None else born.isoformat(),
        address=address_after(old.address, body.address, "address"),
        mailing_address=_mailing_address(old, body),
    )


def address_after(kept: str | None, change: AddressUpdate | None, field: str) -> str | None:
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


def _mailing_address(old: OrganizationProfile, body: OrganizationUpdate) -> str | None:
    """Where mail goes, if not to the address: a change of it begins with what a read shows."""
    options = body.processing_options
    same = None if options is None else options.mailing_address_same_as_physical
    if same:
        return None
    if body.mailing_address is None and (same is None or old.mailing_address is not None):
        return old.mailing_address
    shown = old.mailing_address or old.address
    if body.mailing_address is None and shown is None:
        raise Refusal(
            None,
            field="mailingAddress",
            detail="must not be null",
            help="give the address for mail, because it shall be another than `address`",
        )
    return address_after(shown, body.mailing_address, "mailingAddress")
