"""What the organization does with its vendors, and what other rooms ask of them."""

from collections.abc import Callable, Iterable, Sequence

import msgspec
from sqlalchemy import bindparam, select

from net30.accounting import accruals
from net30.accounting.actions import unknown_payment_term
from net30.funding.actions import require_bank_account
from net30.kernel import balances, ids, reference_rates
from net30.kernel.banking_days import local_date
from net30.kernel.context import Context
from net30.kernel.entity import Change, Entity
from net30.kernel.owned import Owned
from net30.kernel.refusal import Fault, Refusal, Refusals, all_or_nothing, refusals, require_faultless
from net30.store.statements import Sized, Statement, by_key, one_of
from net30.vendors import rules
from net30.vendors.answers import RegisteredVendor, regulatory_fields, tell
from net30.vendors.international import BankAccount
from net30.vendors.rules import BankAccountDraft, VendorDraft
from net30.vendors.tables import Vendor, VendorBankAccount, vendor_bank_accounts, vendors

VENDORS = Owned(Vendor, "vendor", "GET /v3/vendors")

_NAMES = Sized(
    lambda count: select(vendors.c.id, vendors.c.name).where(
        vendors.c.organization_id == bindparam("organization_id"), one_of(vendors.c.id, "id", count)
    )
)

_BANK_ACCOUNT = Statement(
    select(vendor_bank_accounts).where(
        by_key(vendor_bank_accounts, ["organization_id", "vendor_id"]), vendor_bank_accounts.c.archived == 0
    )
)

_BANK_ACCOUNTS = Sized(
    lambda count: select(vendor_bank_accounts).where(
        vendor_bank_accounts.c.organization_id == bindparam("organization_id"),
        one_of(vendor_bank_accounts.c.vendor_id, "vendor_id", count),
        vendor_bank_accounts.c.archived == 0,
    )
)


def _tell(ctx: Context, changes: Sequence[Change[Vendor]]) -> None:
    told = with_bank_accounts(ctx, [change.new for change in changes])
    for change, registered in zip(changes, told, strict=True):
        tell(ctx, f"vendor.{change.verb}", registered)


VENDOR = Entity("Vendor", Vendor, follow=_tell)
BANK_ACCOUNT = Entity("VendorBankAccount", VendorBankAccount)

HAVE_PAPERS: list[Callable[[Context, str], bool]] = []
"""What rooms above answer whether a vendor, by its id, has papers in its currency."""

_BALANCE = balances.adding_to(vendors)


# ---- what other rooms ask -------------------------------------------------------------------------------


require_vendor = VENDORS.require
require_vendors = VENDORS.require_all


def vendor_names(ctx: Context, ids: Iterable[str]) -> dict[str, str]:
    """Names by id, of at most 1000 different ids; an id that is no vendor of the organization is left out."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    statement, parameters = _NAMES.of("id", wanted)
    return dict(ctx.tx.rows(statement, parameters))


def active_bank_account(ctx: Context, vendor_id: str) -> VendorBankAccount | None:
    """The bank account to which the vendor is paid electronically, if there is one."""
    return ctx.tx.record(VendorBankAccount, _BANK_ACCOUNT, {"vendor_id": vendor_id})


def active_bank_accounts(ctx: Context, vendor_ids: Sequence[str]) -> dict[str, VendorBankAccount]:
    """The bank accounts of at most 1000 vendors, by vendor id; a vendor without one is left out."""
    if not vendor_ids:
        return {}
    statement, parameters = _BANK_ACCOUNTS.of("vendor_id", vendor_ids)
    found = ctx.tx.records(VendorBankAccount, statement, parameters)
    return {account.vendor_id: account for account in found}


def change_balance(ctx: Context, vendor_id: str, by: int) -> None:
    """Add `by` thousandths of its bill currency to what the vendor is owed.

    What a vendor is owed follows from bills and payments, which have their own trail: this is no edit of the
    vendor, so it is not in its audit trail and does not move its updated time.
    """
    if by:
        balances.add(ctx, _BALANCE, vendor_id, by)


# ---- reading --------------------------------------------------------------------------------------------


def read_vendor(ctx: Context, vendor_id: str) -> RegisteredVendor:
    """The vendor with its bank account; BDC_1205 for an unknown id."""
    vendor = require_vendor(ctx, vendor_id)
    return RegisteredVendor(vendor, active_bank_account(ctx, vendor.id))


def with_bank_accounts(ctx: Context, listed: Sequence[Vendor]) -> list[RegisteredVendor]:
    """At most 1000 vendors, in their order, with their bank accounts."""
    accounts = active_bank_accounts(ctx, [vendor.id for vendor in listed])
    return [RegisteredVendor(vendor, accounts.get(vendor.id)) for vendor in listed]


# ---- creating -------------------------------------------------------------------------------------------


def create_vendor(ctx: Context, draft: VendorDraft) -> RegisteredVendor:
    """Enter a vendor, with its bank account when one was given."""
    return create_vendors(ctx, [draft], name_items=False)[0]


def create_vendors(
    ctx: Context, drafts: Sequence[VendorDraft], *, name_items: bool = True
) -> list[RegisteredVendor]:
    """Enter vendors, all or none.

    All are checked before the first is stored. Fields that do not validate are named together, as `[1].name`
    when `name_items`; when a rule refuses one, the others are answered as BDC_1246.
    """
    drafts = [_electronic(draft) for draft in drafts]
    wanted: list[Vendor] = []
    faults: list[Refusal] = []
    for position, draft in enumerate(drafts):
        vendor, wrong = _new(ctx, draft)
        wanted.append(vendor)
        faults += refusals(wrong, f"[{position}]." if name_items else "")
    if faults:
        raise Refusals(faults)
    blank = rules.unsaid(ctx.organization_id, "", ctx.now)
    refused = [_refusal_of(ctx, blank, vendor) for vendor in wanted]
    if at_fault := {position: one for position, one in enumerate(refused) if one is not None}:
        raise all_or_nothing(at_fault, len(drafts)) if name_items else at_fault[0]
    accounts = [
        None if draft.bank_account is None else _new_account(ctx, vendor, draft.bank_account)
        for vendor, draft in zip(wanted, drafts, strict=True)
    ]
    opened = [account for account in accounts if account is not None]
    VENDOR.enter(ctx, *wanted, with_them=lambda: BANK_ACCOUNT.enter(ctx, *opened))
    return [RegisteredVendor(vendor, account) for vendor, account in zip(wanted, accounts, strict=True)]


def _electronic(draft: VendorDraft) -> VendorDraft:
    if draft.bank_account is None:
        return draft
    return msgspec.structs.replace(draft, bank_account=rules.electronic(draft.bank_account))


def _new(ctx: Context, draft: VendorDraft) -> tuple[Vendor, list[Fault]]:
    """The vendor that is wanted, and what is wrong with it and with its bank account."""
    blank = rules.unsaid(ctx.organization_id, ids.new("009"), ctx.now)
    vendor, faults = _revised(ctx, blank, draft)
    if draft.bank_account is not None:
        wrong = rules.bank_account_faults(vendor, draft.bank_account)
        faults += [(f"bank_account.{path}", sentence) for path, sentence in wrong]
    return vendor, faults


# ---- changing -------------------------------------------------------------------------------------------


def update_vendor(ctx: Context, vendor_id: str, draft: VendorDraft) -> RegisteredVendor:
    """Change what the draft says; nothing is recorded or told when nothing differs.

    BDC_1119 when the vendor has bills and would get another bill currency, or has a bank account that does
    not fit the country, currency or account type it would get.
    """
    old, account = (registered := read_vendor(ctx, vendor_id)).vendor, registered.account
    new, faults = _revised(ctx, old, draft)
    require_faultless(faults)
    if new == old:
        return registered
    if refusal := _refusal_of(ctx, old, new):
        raise refusal
    _check_bill_currency(ctx, old, new)
    _check_connection(old, new)
    if account is not None:
        _check_fit(ctx, old, new, account)
    return RegisteredVendor(VENDOR.revise(ctx, old, new), account)


def archive_vendor(ctx: Context, vendor_id: str) -> RegisteredVendor:
    """Put a vendor away; nothing happens when it already is."""
    return _set_archived(ctx, vendor_id, 1)


def restore_vendor(ctx: Context, vendor_id: str) -> RegisteredVendor:
    """Take an archived vendor back; nothing happens when it is not archived."""
    return _set_archived(ctx, vendor_id, 0)


def _set_archived(ctx: Context, vendor_id: str, archived: int) -> RegisteredVendor:
    known = read_vendor(ctx, vendor_id)
    new = msgspec.structs.replace(known.vendor, archived=archived)
    return RegisteredVendor(VENDOR.revise(ctx, known.vendor, new), known.account)


def _revised(ctx: Context, old: Vendor, draft: VendorDraft) -> tuple[Vendor, list[Fault]]:
    """The vendor as a draft wants it, with its tax id encrypted, and what is wrong with it."""
    new, faults = rules.revised(old, draft, ctx.actor.user_id)
    tax_id = draft.tax_id
    if tax_id is None:
        return new, faults
    known = ctx.server.secrets.decrypt(old.tax_id_secret) if old.tax_id_secret else ""
    if tax_id in (known, rules.masked(known)):
        # A client that sends back what it read sends the stars, too.
        return new, faults
    secret = ctx.server.secrets.encrypt(tax_id) if tax_id else None
    return msgspec.structs.replace(new, tax_id_secret=secret), [*faults, *rules.tax_id_faults(tax_id)]


def _refusal_of(ctx: Context, old: Vendor, new: Vendor) -> Refusal | None:
    """Why what the vendor refers to does not let it change so."""
    try:
        if new.bill_currency != old.bill_currency:
            reference_rates.require_known(ctx, new.bill_currency, accruals.today(ctx), field="bill_currency")
        if new.auto_pay_enabled and rules.auto_pay_differs(old, new):
            ctx.require_trust("turning on autoPay")
        account_id = new.auto_pay_bank_account_id
        if account_id is not None and account_id != old.auto_pay_bank_account_id:
            require_bank_account(ctx, account_id)
        if new.payment_term_id is not None and new.payment_term_id != old.payment_term_id:
            raise unknown_payment_term("payment_term_id", new.payment_term_id)
    except Refusal as refusal:
        return refusal
    return None


def _check_bill_currency(ctx: Context, old: Vendor, new: Vendor) -> None:
    if new.bill_currency == old.bill_currency:
        return
    if any(have_papers(ctx, old.id) for have_papers in HAVE_PAPERS):
        raise Refusal(
            "BDC_1119",
            field="bill_currency",
            value=new.bill_currency,
            detail=f"the vendor already has bills in {old.bill_currency}",
            help="create another vendor for bills in another currency",
        )


def _check_connection(old: Vendor, new: Vendor) -> None:
    """A connection was made for the account with a national vendor, or for a vendor who is paid in dollars."""
    needs = {"CONNECTED": "bill_currency", "CONNECTED_RPPS": "account_number"}.get(old.network_status or "")
    if needs is not None and getattr(old, needs) != getattr(new, needs):
        raise Refusal(
            "BDC_1119",
            field=needs,
            value=getattr(new, needs),
            detail="the vendor is connected in the network",
            help="disconnect it first by DELETE /v3/network/invitation/vendor/{vendorId}",
        )


def _check_fit(ctx: Context, old: Vendor, new: Vendor, account: VendorBankAccount) -> None:
    """A bank account was right for the country, currency and kind of payee that the vendor had."""
    changed = [column for column in rules.BANK_DEPENDS_ON if getattr(old, column) != getattr(new, column)]
    if not changed:
        return
    faults = rules.fitting_faults(
        new,
        BankAccount(
            account_number=ctx.server.secrets.decrypt(account.account_number_secret),
            routing_number=account.routing_number or "",
            type=account.type or "",
            payment_currency=account.payment_currency or "",
            regulatory_fields=regulatory_fields(ctx.server.secrets, account),
        ),
    )
    if faults:
        raise Refusal(
            "BDC_1119",
            field=changed[0],
            value=getattr(new, changed[0]),
            detail="the vendor's bank account does not fit: " + " ".join(faults[0]),
            help="delete the bank account, change the vendor, and create the new bank account",
        )


# ---- the vendor's bank account --------------------------------------------------------------------------


def require_active_bank_account(ctx: Context, vendor_id: str) -> VendorBankAccount:
    """The vendor's bank account; BDC_1205 when it has none."""
    account = active_bank_account(ctx, vendor_id)
    if account is None:
        raise Refusal(
            "BDC_1205",
            id=vendor_id,
            detail=f"the vendor {vendor_id} has no bank account",
            help="create one by POST /v3/vendors/{vendorId}/bank-account",
        )
    return account


def create_bank_account(
    ctx: Context, vendor_id: str, draft: BankAccountDraft
) -> tuple[Vendor, VendorBankAccount]:
    """Set up where the vendor is paid electronically; BDC_1233 when that is set up already."""
    ctx.require_trust_for_people("changing where a vendor is paid")
    known = read_vendor(ctx, vendor_id)
    if rules.is_connected(known.vendor):
        raise Refusal(
            "BDC_1233",
            detail=f"the vendor {vendor_id} is connected and paid through the network",
            help="disconnect it first by DELETE /v3/network/invitation/vendor/{vendorId}",
        )
    if known.account is not None:
        raise Refusal(
            "BDC_1233",
            detail=f"the vendor {vendor_id} has an active bank account",
            help="delete it first by DELETE /v3/vendors/{vendorId}/bank-account",
        )
    draft = rules.electronic(draft)
    told = "GET /v3/vendors/{vendorId}/configuration tells what an account of this vendor needs"
    require_faultless(rules.bank_account_faults(known.vendor, draft), told)
    account = _new_account(ctx, known.vendor, draft)
    BANK_ACCOUNT.enter(ctx, account)
    # How the vendor is paid is part of it for whoever reads it, though its row holds nothing of this.
    return VENDOR.touch(ctx, known.vendor), account


def delete_bank_account(ctx: Context, vendor_id: str) -> Vendor:
    """Stop paying the vendor there; the account is kept, archived. BDC_1205 when it has none."""
    ctx.require_trust_for_people("changing where a vendor is paid")
    vendor = require_vendor(ctx, vendor_id)
    account = require_active_bank_account(ctx, vendor.id)
    BANK_ACCOUNT.revise(ctx, account, msgspec.structs.replace(account, archived=1))
    return VENDOR.touch(ctx, vendor)


def _new_account(ctx: Context, vendor: Vendor, draft: BankAccountDraft) -> VendorBankAccount:
    today = local_date(ctx.now, ctx.organization.zone)
    fields = rules.as_bank_account(draft).regulatory_fields
    encrypt = ctx.server.secrets.encrypt
    return VendorBankAccount(
        organization_id=ctx.organization_id,
        id=ids.new("vba"),
        vendor_id=vendor.id,
        name_on_account=draft.name_on_account or None,
        account_number_secret=encrypt(draft.account_number),
        last_four=rules.shown_digits(draft.account_number),
        account_length=len(draft.account_number),
        routing_number=draft.routing_number or None,
        type=draft.type,
        owner_type=draft.owner_type,
        # Only at home may it be left out, where there is no other.
        payment_currency=draft.payment_currency or "USD",
        regulatory_fields_secret=encrypt(msgspec.json.encode(fields).decode()) if fields else None,
        usable_from=rules.usable_from(today, sandbox=ctx.server.sandbox).isoformat(),
        archived=0,
        created_by=ctx.actor.user_id,
        created_time=ctx.now,
        updated_time=ctx.now,
    )
