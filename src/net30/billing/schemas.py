"""What crosses the wire of price plans and billing statements."""

from typing import Literal

from net30.wire.types import Amount, DateText, Wire

# fmt: off
PlanTermItemName = Literal[
    "users", "credit", "debit", "documents", "check_US", "consoleUser", "company", "check_NonUS", "ePayment",
    "fax", "zenBill", "recvdEPayment", "AR", "PayPal", "mailInvoices", "supportChat", "supportEmail",
    "supportPhone", "syncPremium", "customRoles", "trainingLvl1", "trainingLvl2", "trainingLvl3", "acctMgmtLvl1",
    "acctMgmtLvl2", "acctMgmtLvl3", "demoAccounts", "centralBilling", "firmBranding", "salesTools",
    "multipleModules", "consoleCompany", "accountantUser", "unlimitedConsoles", "discount", "remoteCheckDeposit",
    "xeroSync", "approvalPolicy", "featureUser", "approvalUser", "netsuite2", "intacct", "salesforce",
    "fasterPayment_checkOvernight", "fasterPayment_check2Day", "fasterPayment_check3Day", "fasterPayment_ach",
    "fasterPayment_rpps", "apLvl1", "apLvl2", "apLvl3", "arLvl1", "arLvl2", "arLvl3", "qbe", "desBill", "OLBUser",
    "collaboratorUser", "intlEPmtUSDWire", "intlEPmtFxWire", "intlEPmtFxIACH", "voidCheck", "voidCheckReturned",
    "docUpload", "billCreated", "olbUserLastLogin", "collaboratorLastLogin", "invoiceEmailed", "nsf",
    "lastSupportAccess", "amexPayment", "netSuiteSyncImplementation", "intacctSyncImplementation", "syncSetup",
    "hybridDataEntry", "vcardPayment", "vcardPaymentVoidReissue", "suaProcessedCount", "suaProcessedAmount",
    "suaReturnedCount", "suaReturnedAmount", "premiumSupport", "premiumSupportPlus", "apiLicenseKeyFee",
    "apiUserLicenseFee", "apiMaintenanceFee", "developerSupportFee", "implementation", "syncMigration", "training",
    "docsOnCD", "contractBilling", "receivedCCPaymentCount", "walletPmt_IntlUSD", "walletPmt_IntlFX",
    "implementationNetSuite", "implementationIntacct", "implementationQuickBooksEnterprise",
    "implementationMicrosoftDynamics", "implementationSSO", "cardFunded_ePayment", "cardFunded_check",
    "dynamicApprovals", "syncImplementation", "vCardProcessedCount", "vCardProcessedAmount", "vCardReturnedCount",
    "vCardReturnedAmount", "guestPay_ePayment", "auditorUser", "payByCardProcessedCount",
    "payByCardProcessedAmount", "payByCardChargeBackCount", "payByCardChargeBackAmount", "payByCardCheckUSCount",
    "payByCardEPaymentCount", "intlUSDTransactionCount", "intlFXTransactionCount", "intlFXTransactionAmount",
    "noAccessUser", "intlFXReturnedCount", "intlFXReturnedAmount", "fasterPayment_rtp",
    "cardFunded_intlEPmtUSDWire", "fasterPayment_vcard", "applicableTax", "other",
]
BillingStatementPaymentStatus = Literal["UNPAID", "PAID", "PENDING", "FAILED", "VOIDED", "UNDEFINED"]
# fmt: on


class PlanTerm(Wire):
    """What a plan charges for each of so many units. One without a tier covers all that are left."""

    type: str
    name: PlanTermItemName
    price: Amount
    tier: float | None = None
    quantity: float | None = None


class PricePlanAnswer(Wire):
    """What an organization is charged by; nothing and without an id where no plan was chosen."""

    name: str
    monthly_price: Amount
    allow_trial: bool
    price_varies_per_user: bool
    plan_terms: list[PlanTerm]
    id: str | None = None


class BillingPeriod(Wire):
    """The days that a statement is about."""

    start_date: DateText
    end_date: DateText


class BillingStatementAnswer(Wire):
    """One month of the price plan."""

    id: str
    invoice_number: str
    invoice_date: DateText
    description: str
    billing_period: BillingPeriod
    payment_status: BillingStatementPaymentStatus
    amount: Amount
    payment_date: DateText | None = None


class StatementDetail(Wire):
    """So many units of one thing at one price."""

    quantity: int
    description: str
    type: str
    amount: Amount


class StatementLinks(Wire):
    """Where the statement is fetched from as a file, with the header `sessionId`."""

    csv: str
    pdf: str


class BillingStatementWhole(BillingStatementAnswer):
    """One month of the price plan, with what it charges for."""

    statement_details: list[StatementDetail]
    download_link: StatementLinks
