"""The objects inside events, as a test event may give them: all that they may have, and nothing that they must."""

from typing import Annotated, Literal

from net30.wire.types import SECRET, DateText, Timestamp, Wire


class AddressTold(Wire):
    line1: str | None = None
    line2: str | None = None
    city: str | None = None
    state_or_province: str | None = None
    zip_or_postal_code: str | None = None
    country: str | None = None


class VirtualCardTold(Wire):
    status: str | None = None
    remit_email: str | None = None
    enroll_date: Timestamp | None = None
    decline_date: Timestamp | None = None
    alternate_pay_by_type: str | None = None


class PaymentInformationTold(Wire):
    pay_by_type: str | None = None
    virtual_card: VirtualCardTold | None = None
    email: str | None = None
    payee_name: str | None = None
    last_payment_date: Timestamp | None = None


class AutoPayTold(Wire):
    enabled: bool | None = None


class BalanceTold(Wire):
    amount: float | None = None
    last_updated_date: Timestamp | None = None


class AdditionalInfoTold(Wire):
    tax_id: Annotated[str, SECRET] | None = None
    tax_id_type: str | None = None
    track1099: bool | None = None
    lead_time_in_days: int | None = None
    combine_payments: bool | None = None
    company_name: str | None = None
    payment_term_id: str | None = None


class VendorTold(Wire):
    id: str | None = None
    name: str | None = None
    short_name: str | None = None
    archived: bool | None = None
    payment_network_id: str | None = None
    rpps_id: str | None = None
    network_status: str | None = None
    address: AddressTold | None = None
    payment_information: PaymentInformationTold | None = None
    created_time: Timestamp | None = None
    updated_time: Timestamp | None = None
    account_number: Annotated[str, SECRET] | None = None
    email: str | None = None
    phone: str | None = None
    recurring_payments: bool | None = None
    bill_currency: str | None = None
    auto_pay: AutoPayTold | None = None
    balance: BalanceTold | None = None
    additional_info: AdditionalInfoTold | None = None


class BilledInvoiceTold(Wire):
    invoice_number: str | None = None
    invoice_date: DateText | None = None


class BillClassificationsTold(Wire):
    chart_of_account_id: str | None = None
    accounting_class_id: str | None = None
    department_id: str | None = None
    location_id: str | None = None


class BillTold(Wire):
    id: str | None = None
    vendor_id: str | None = None
    vendor_name: str | None = None
    invoice: BilledInvoiceTold | None = None
    amount: float | None = None
    created_by: str | None = None
    created_time: Timestamp | None = None
    updated_time: Timestamp | None = None
    archived: bool | None = None
    description: str | None = None
    due_date: DateText | None = None
    pay_from_chart_of_account_id: str | None = None
    payment_status: str | None = None
    classifications: BillClassificationsTold | None = None
    purchase_order_number: str | None = None


class BankAccountDefaultsTold(Wire):
    payables: bool | None = None
    receivables: bool | None = None


class BankAccountTold(Wire):
    id: str | None = None
    archived: bool | None = None
    account_number: Annotated[str, SECRET] | None = None
    name_on_account: str | None = None
    routing_number: str | None = None
    bank_name: str | None = None
    status: str | None = None
    created_by: str | None = None
    type: str | None = None
    owner_type: str | None = None
    default: BankAccountDefaultsTold | None = None
    created_time: Timestamp | None = None
    updated_time: Timestamp | None = None


class CardAccountExpirationTold(Wire):
    year: str | None = None
    month: str | None = None


class CardAccountDefaultsTold(Wire):
    payables: bool | None = None
    receivables: bool | None = None
    funding: bool | None = None
    disbursement: bool | None = None


class CardAccountTold(Wire):
    id: str | None = None
    archived: bool | None = None
    created_time: Timestamp | None = None
    created_by: str | None = None
    updated_time: Timestamp | None = None
    name_on_account: str | None = None
    brand: str | None = None
    type: str | None = None
    status: str | None = None
    last4: str | None = None
    expiration: CardAccountExpirationTold | None = None
    default: CardAccountDefaultsTold | None = None


class FundingAccountTold(Wire):
    id: str | None = None
    type: str | None = None
    name: str | None = None
    account_number: Annotated[str, SECRET] | None = None
    last4: str | None = None


class FundingTold(Wire):
    amount: float | None = None
    currency: str | None = None
    funding_account: FundingAccountTold | None = None


class DisbursementAccountTold(Wire):
    type: str | None = None
    account_number: Annotated[str, SECRET] | None = None


class DisbursementTold(Wire):
    amount: float | None = None
    currency: str | None = None
    arrives_by_date: str | None = None
    disbursement_account: DisbursementAccountTold | None = None


class PaidVendorTold(Wire):
    id: str | None = None
    name: str | None = None


class PaymentTold(Wire):
    id: str | None = None
    bill_ids: list[str] | None = None
    transaction_number: str | None = None
    status: str | None = None
    created_by: str | None = None
    created_time: Timestamp | None = None
    updated_time: Timestamp | None = None
    process_date: DateText | None = None
    funding: FundingTold | None = None
    disbursement: DisbursementTold | None = None
    vendor: PaidVendorTold | None = None
    billing_type: str | None = None


class RiskVerificationTold(Wire):
    decision: str | None = None


class InvoiceTold(Wire):
    id: str | None = None
    customer_id: str | None = None
    invoice_number: str | None = None
    archived: bool | None = None
    total_amount: float | None = None
    due_amount: float | None = None
    scheduled_amount: float | None = None
    credit_amount: float | None = None
    invoice_date: DateText | None = None
    due_date: DateText | None = None
    created_by: str | None = None
    created_time: Timestamp | None = None
    updated_time: Timestamp | None = None
    pay_to_chart_of_account_id: str | None = None
    sales_tax_percentage: float | None = None
    sales_tax_total: float | None = None
    status: str | None = None


class CustomFieldValueTold(Wire):
    uuid: str
    value: str


class CustomFieldTold(Wire):
    uuid: str
    name: str
    note: str
    selected_values: list[CustomFieldValueTold]


class CurrencyDataTold(Wire):
    exchange_rate: float | None = None
    exponent: int | None = None
    original_currency_amount: str | None = None
    original_currency_code: str | None = None
    symbol: str | None = None


class TransactionTold(Wire):
    uuid: str | None = None
    fees: float | None = None
    foreign_exchange_fee: float | None = None
    transaction_type: Literal["CLEAR", "DECLINE", "AUTHORIZATION"] | None = None
    parent_transaction_uuid: str | None = None
    user_uuid: str | None = None
    raw_merchant_name: str | None = None
    merchant_name: str | None = None
    budget_uuid: str | None = None
    original_auth_transaction_uuid: str | None = None
    occurred_time: Timestamp | None = None
    updated_time: Timestamp | None = None
    authorized_time: Timestamp | None = None
    complete: bool | None = None
    custom_fields: list[CustomFieldTold] | None = None
    currency_data: CurrencyDataTold | None = None
    amount: float | None = None
    receipt_status: (
        Literal[
            "VALIDATED", "NOT_VALIDATED", "ATTACHED", "MISSING", "NOT_REQUIRED", "NOT_ATTACHED", "UNSPECIFIED"
        ]
        | None
    ) = None
    card_uuid: str | None = None
    company_uuid: str | None = None
    merchant_category_code: str | None = None
    decline_reason: str | None = None
    decline_internal_reason_code: str | None = None


class ThreeDsChallengeTold(Wire):
    merchant_name: str | None = None
    merchant_category_code: str | None = None
    acs_transaction_id: str | None = None
    user_uuid: str | None = None
    occurred_time: Timestamp | None = None
    amount: float | None = None
    card_uuid: str | None = None
    company_uuid: str | None = None
    currency_code: str | None = None


class ReimbursementTold(Wire):
    uuid: str | None = None
    note: str | None = None
    merchant_name: str | None = None
    amount: float | None = None
    status: (
        Literal[
            "UNSPECIFIED",
            "CREATED",
            "AWAITING_APPROVAL",
            "APPROVAL_UNDONE",
            "AWAITING_TIER2_APPROVAL",
            "TIER2_APPROVAL_UNDONE",
            "APPROVED",
            "CANCEL_PAYMENT",
            "FUNDING_RECEIVED",
            "PAID",
            "PAYMENT_FAILED",
            "DENIED",
            "DENIAL_UNDONE",
            "DELETED",
        ]
        | None
    ) = None
    fulfillment_type: Literal["PAYROLL", "ACH", "UNSPECIFIED"] | None = None
    budget_uuid: str | None = None
    company_uuid: str | None = None
    user_uuid: str | None = None
    occurred_time: Timestamp | None = None
    updated_time: Timestamp | None = None
    retired_time: Timestamp | None = None
    submitted_time: Timestamp | None = None
