"""The operations of vendors."""

from typing import Annotated

from msgspec import Meta

from net30.kernel.context import Context
from net30.kernel.countries import CountryCode
from net30.kernel.currencies import CurrencyCode
from net30.vendors import actions, international
from net30.vendors.answers import RegisteredVendor, bank_account_answer, vendor_answer
from net30.vendors.international import Configuration
from net30.vendors.rules import BankAccountDraft, VendorDraft
from net30.vendors.schemas import (
    AccountType,
    AdditionalInformation,
    AutoPay,
    BulkVendorAnswer,
    VendorAnswer,
    VendorBankAccountAnswer,
    VendorBankAccountCreate,
    VendorConfiguration,
    VendorCreate,
    VendorUpdate,
)
from net30.vendors.tables import Vendor
from net30.wire.addresses import AddressUpdate
from net30.wire.listing import ListAnswer, page
from net30.wire.naming import drafted
from net30.wire.operation import operation
from net30.wire.types import ListRequest

AREA = "vendors"
# Where a body has what a draft calls otherwise.
NAMES = {
    **{f"address_{part}": f"address.{part}" for part in AddressUpdate.__struct_fields__},
    "payee_name": "payment_information.payee_name",
    "remittance_email": "payment_information.email",
    "bank_account": "payment_information.bank_account",
    "payment_purpose": "payment_information.payment_purpose",
    "payment_purpose_text": "payment_information.payment_purpose.text",
    "payment_purpose_code": "payment_information.payment_purpose.code.name",
    **{part: f"additional_info.{part}" for part in AdditionalInformation.__struct_fields__},
    **{f"auto_pay_{part}": f"auto_pay.{part}" for part in AutoPay.__struct_fields__},
}


def _answer(ctx: Context, registered: RegisteredVendor) -> VendorAnswer:
    return vendor_answer(ctx.server.secrets, registered)


@operation("GET /connect/v3/vendors", area=AREA, needs="vendors:read")
def list_vendors(ctx: Context, listing: ListRequest) -> ListAnswer[VendorAnswer]:
    """List vendors.

    Ordered by `createdTime` unless `sort` says otherwise. Filters: `id` (eq, ne, in), `name` (eq, sw),
    `archived` (eq, ne), `accountType` and `billCurrency` (eq, ne, in, nin), `createdTime` and `updatedTime`
    (gt, gte, lt, lte). Archived vendors are listed too.
    """
    found = page(ctx, Vendor, listing)
    listed = actions.with_bank_accounts(ctx, found.rows)
    return found.of([_answer(ctx, registered) for registered in listed])


@operation("POST /connect/v3/vendors", area=AREA, status=201, needs="vendors:create", names=NAMES)
def create_vendor(ctx: Context, body: VendorCreate) -> VendorAnswer:
    """Create a vendor.

    A name and an address are enough for a vendor that is paid by check. `paymentInformation.bankAccount` lets
    it be paid electronically; outside the United States, `GET
    /v3/vendors/configuration/international-payments` tells what the account and the payment purpose need. In
    production a new bank account can be paid to after two business days, in the sandbox at once. Turning on
    `autoPay` takes an MFA-trusted session and a bank account of the organization.
    """
    return _answer(ctx, actions.create_vendor(ctx, drafted(VendorDraft, body, NAMES)))


@operation("POST /connect/v3/vendors/bulk", area=AREA, status=201, needs="vendors:create", names=NAMES)
def create_bulk_vendor(
    ctx: Context, body: Annotated[list[VendorCreate], Meta(min_length=1, max_length=20)]
) -> BulkVendorAnswer:
    """Create up to 20 vendors, all or none.

    A field that does not validate is named with its place in the request, as `[1].address.city`. When a rule
    refuses a vendor, the answer has one element for each vendor of the request: the refusal of that one, and
    BDC_1246 for the others.
    """
    created = actions.create_vendors(ctx, [drafted(VendorDraft, one, NAMES) for one in body])
    return BulkVendorAnswer(vendors=[_answer(ctx, registered) for registered in created])


@operation("GET /connect/v3/vendors/configuration/international-payments", area=AREA, needs="vendors:read")
def get_intl_config(
    ctx: Context, country: CountryCode, bill_currency: CurrencyCode, account_type: AccountType
) -> Configuration:
    """Tell what a new vendor abroad must give to be paid electronically.

    `validations.fields` lists the values of the bank account with the pattern each must match: those of the
    account's own properties under their names, all others as `regulatoryFields`. `paymentPurpose` says
    whether a purpose is needed, and as a text or as which code. Both are empty for the United States.
    """
    return international.configuration(country, bill_currency, account_type)


@operation("GET /connect/v3/vendors/{vendorId}", area=AREA, needs="vendors:read")
def get_vendor(ctx: Context, vendor_id: str) -> VendorAnswer:
    """Read a vendor.

    Of its bank account number, tax id and regulatory fields only the last four characters are shown.
    """
    return _answer(ctx, actions.read_vendor(ctx, vendor_id))


@operation("PATCH /connect/v3/vendors/{vendorId}", area=AREA, needs="vendors:update", names=NAMES)
def update_vendor(ctx: Context, vendor_id: str, body: VendorUpdate) -> VendorAnswer:
    """Change a vendor.

    What is absent or null stays; an empty text clears a property that may be absent. The address changes part
    by part. `billCurrency` can change only while the vendor has no bills, and country, bill currency and
    account type only so that the vendor's bank account still fits. The bank account has operations of its
    own. A tax id that is sent as it was read, in stars, stays.
    """
    return _answer(ctx, actions.update_vendor(ctx, vendor_id, drafted(VendorDraft, body, NAMES)))


@operation("POST /connect/v3/vendors/{vendorId}/archive", area=AREA, needs="vendors:archive")
def archive_vendor(ctx: Context, vendor_id: str) -> VendorAnswer:
    """Archive a vendor.

    It keeps its bills and can be restored. Archiving an archived vendor changes nothing.
    """
    return _answer(ctx, actions.archive_vendor(ctx, vendor_id))


@operation("POST /connect/v3/vendors/{vendorId}/restore", area=AREA, needs="vendors:archive")
def restore_vendor(ctx: Context, vendor_id: str) -> VendorAnswer:
    """Restore an archived vendor.

    Restoring a vendor that is not archived changes nothing.
    """
    return _answer(ctx, actions.restore_vendor(ctx, vendor_id))


@operation("GET /connect/v3/vendors/{vendorId}/bank-account", area=AREA, needs="vendors:read")
def get_vendor_bank_account(ctx: Context, vendor_id: str) -> VendorBankAccountAnswer:
    """Read the bank account of a vendor.

    404 BDC_1205 when the vendor has none. Only the last four characters of the account number are shown.
    """
    vendor = actions.require_vendor(ctx, vendor_id)
    account = actions.require_active_bank_account(ctx, vendor.id)
    return bank_account_answer(ctx.server.secrets, vendor.address_country, account)


@operation("POST /connect/v3/vendors/{vendorId}/bank-account", area=AREA, needs="vendors:update")
def create_vendor_bank_account(
    ctx: Context, vendor_id: str, body: VendorBankAccountCreate
) -> VendorBankAccountAnswer:
    """Create the bank account of a vendor.

    A vendor has one at a time: BDC_1233 when there is one, which must be deleted first. In production it can
    be paid to after two business days, in the sandbox at once. The vendor is then paid electronically, and
    vendor.updated is sent.
    """
    vendor, account = actions.create_bank_account(ctx, vendor_id, drafted(BankAccountDraft, body))
    return bank_account_answer(ctx.server.secrets, vendor.address_country, account)


@operation(
    "DELETE /connect/v3/vendors/{vendorId}/bank-account", area=AREA, status=204, needs="vendors:update"
)
def delete_vendor_bank_account(ctx: Context, vendor_id: str) -> None:
    """Delete the bank account of a vendor.

    The vendor is then paid by check, until another account is created. Payments on their way are not stopped.
    """
    actions.delete_bank_account(ctx, vendor_id)


@operation("GET /connect/v3/vendors/{vendorId}/configuration", area=AREA, needs="vendors:read")
def get_configuration_by_vendor_id(ctx: Context, vendor_id: str) -> VendorConfiguration:
    """Tell what a vendor must give to be paid electronically.

    As `GET /v3/vendors/configuration/international-payments`, for the vendor's own country, bill currency and
    account type.
    """
    vendor = actions.require_vendor(ctx, vendor_id)
    return VendorConfiguration(
        international_payments=international.configuration(
            vendor.address_country, vendor.bill_currency, vendor.account_type
        )
    )
