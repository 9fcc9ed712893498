"""The example of every operation, in an order in which they work: tests/docs/test_examples.py calls them one by one.

What is called is the sample that the reference at /docs and the OpenAPI document show; net30/samples.py draws it from
the operation's schema. To add an operation's example:

1. Write `does("POST /connect/v3/things", thingId="id")` below, where all that it needs was made before. What comes
   after the key is what later calls need: the name of a path's parameter, and where it stands in the answer
   ("results.0.id", "*" for the first property, a pattern for the text of the newest message, or of the answer).
2. Where the schema alone makes a poor sample, give values in net30/samples.py: BY_NAME for a property of that name
   anywhere, ALSO for the schema. Ids in samples, such as 00901ABCDEFGHIJKLMNO, stand for the last id that was kept
   with the same first three characters.
"""

import re
from typing import NamedTuple

from net30.accounting.kinds import KINDS

CODE = re.compile(r"\b\d{6}\b")
EXPORT = re.compile(r"/exports/([\w-]+)")
INVITATION = re.compile(r"/invitations/(\S+)")

CONTROL = "/sandbox/v1/organizations/{id}"
BANKS = "/connect/v3/funding-accounts/banks"
CARDS = "/connect/v3/funding-accounts/cards"


class Call(NamedTuple):
    """An operation, and what is kept of its answer: names and where the values stand.

    `session` is the name of the one that calls, where it is not the last one that was kept.
    """

    key: str
    kept: dict[str, str | re.Pattern[str]]
    session: str = "sessionId"

    def by(self, session: str) -> "Call":
        return self._replace(session=session)


def does(key: str, **kept: str | re.Pattern[str]) -> Call:
    return Call(key, kept)


def classification(path: str) -> list[Call]:
    """The ten operations of a kind. What was made in bulk is archived before its name is used again."""
    root = f"/connect/v3/classifications/{path}"
    return [
        does(f"POST {root}/bulk", id="*.0.id"),
        does(f"PATCH {root}/bulk"),
        does(f"POST {root}/bulk/restore"),
        does(f"POST {root}/bulk/archive"),
        does(f"POST {root}", id="id"),
        does(f"GET {root}/{{id}}"),
        does(f"PATCH {root}/{{id}}"),
        does(f"POST {root}/{{id}}/archive"),
        does(f"POST {root}/{{id}}/restore"),
        does(f"GET {root}"),
    ]


BEGINNING = [
    does("GET /connect/v3/health"),
    does("GET /openapi.json"),
    does("GET /docs"),
    does("GET /"),
    does(
        "POST /sandbox/v1/organizations",
        organizationId="organizationId",
        devKey="devKey",
        userId="userId",
        bankAccountId="bankAccountId",
    ),
    does("GET /sandbox/v1/organizations"),
    does("POST /connect/v3/login", sessionId="sessionId"),
    does("GET /connect/v3/login/session"),
    does("GET /connect/v3/login/organizations"),
    does(f"GET {CONTROL}/clock"),
    does(f"PUT {CONTROL}/clock"),
    does(f"GET {CONTROL}/settings"),
    does(f"PUT {CONTROL}/settings"),
    does("GET /connect/v3/organizations/{organizationId}"),
    does("PATCH /connect/v3/organizations/{organizationId}"),
    does("GET /connect/v3/organizations/industries"),
]

PAYABLES = [
    does("GET /connect/v3/vendors/configuration/international-payments"),
    does("POST /connect/v3/vendors/bulk"),
    does("POST /connect/v3/vendors", vendorId="id"),
    does("GET /connect/v3/vendors"),
    does("GET /connect/v3/vendors/{vendorId}"),
    does("PATCH /connect/v3/vendors/{vendorId}"),
    does("GET /connect/v3/vendors/{vendorId}/configuration"),
    does("POST /connect/v3/vendors/{vendorId}/bank-account"),
    does("GET /connect/v3/vendors/{vendorId}/bank-account"),
    does("DELETE /connect/v3/vendors/{vendorId}/bank-account"),
    does("POST /connect/v3/vendors/{vendorId}/bank-account"),
    does("POST /connect/v3/vendors/{vendorId}/archive"),
    does("POST /connect/v3/vendors/{vendorId}/restore"),
    does("GET /connect/v3/reports/audit-trail/vendor/{vendorId}"),
    does("POST /connect/v3/attachments/vendors/{vendorId}", attachmentId="id"),
    does("GET /connect/v3/attachments/vendors/{vendorId}"),
    does("GET /connect/v3/attachments/{attachmentId}"),
    does("GET /files/v1/attachments/{attachmentId}"),
    does("DELETE /connect/v3/attachments/{attachmentId}"),
    does("POST /connect/v3/bills/bulk", billId="0.id"),
    does("GET /connect/v3/bills"),
    does("GET /connect/v3/bills/{billId}"),
    does("PUT /connect/v3/bills/{billId}"),
    does("PATCH /connect/v3/bills/{billId}"),
    does("POST /connect/v3/bills/{billId}/archive"),
    does("POST /connect/v3/bills/{billId}/restore"),
    does("POST /connect/v3/documents/bills/{billId}", uploadId="uploadId"),
    does("GET /connect/v3/documents/upload-status", documentId="0.documentId"),
    does("GET /connect/v3/documents/bills/{billId}"),
    does("GET /connect/v3/documents/{documentId}"),
    does("GET /files/v1/documents/{documentId}"),
]

PAYMENTS = [
    does("GET /connect/v3/payments/options"),
    does("POST /connect/v3/payments", paymentId="id"),
    does("GET /connect/v3/payments/{paymentId}"),
    does("GET /connect/v3/payments"),
    does("POST /connect/v3/payments/{paymentId}/cancel"),
    does("POST /connect/v3/bills", billId="id"),
    does("POST /connect/v3/payments/bulk", paymentId="payments.0.id"),
    # A vendor that is archived when processing begins holds the payment.
    does("POST /connect/v3/vendors/{vendorId}/archive"),
    does(f"POST {CONTROL}/clock/advance"),
    does("POST /connect/v3/vendors/{vendorId}/restore"),
    does("POST /net30/v1/payments/{paymentId}/release"),
    does("POST /connect/v3/payments/{paymentId}/void"),
    does("POST /connect/v3/bills", billId="id"),
    does("POST /connect/v3/bills/record-payment"),
    does("POST /connect/v3/bills", billId="id"),
    does("POST /net30/v1/bills/record-payment"),
]

SCHEDULES = "/net30/v1/export-schedules"

EXPORTS = [
    does(f"POST {SCHEDULES}", scheduleId="id"),
    does(f"GET {SCHEDULES}"),
    does(f"GET {SCHEDULES}/{{scheduleId}}"),
    does(f"POST {SCHEDULES}/{{scheduleId}}/run", exportId="exportId"),
    does("GET /connect/v3/exports"),
    does("GET /connect/v3/exports/{exportId}/download-link", token=EXPORT),
    does("GET /files/v1/exports/{token}"),
    does(f"DELETE {SCHEDULES}/{{scheduleId}}"),
]

HOOKS = "/connect-events/v3"
HOOK = f"{HOOKS}/subscriptions/{{subscriptionId}}"

WEBHOOKS = [
    does(f"GET {HOOKS}/health"),
    does(f"GET {HOOKS}/events/catalog"),
    does(f"POST {HOOKS}/subscriptions", subscriptionId="id"),
    does(f"GET {HOOKS}/subscriptions"),
    does(f"GET {HOOK}"),
    does(f"PUT {HOOK}"),
    does(f"PATCH {HOOK}"),
    does(f"POST {HOOK}/security_key"),
    does("PUT /net30/v1/webhooks/{subscriptionId}/standard-webhooks"),
    does(f"POST {HOOK}/test", eventId="id"),
    does(f"GET {HOOKS}/events/subscription/{{subscriptionId}}"),
    does(f"POST {HOOKS}/events/subscription/{{subscriptionId}}/event/{{eventId}}"),
    does(f"GET {CONTROL}/deliveries", n="results.0.n"),
    does(f"POST {CONTROL}/deliveries/{{n}}/resend"),
    does(f"DELETE {HOOK}"),
]

FUNDING = [
    does(f"PUT {CONTROL}/wallet"),
    does(f"POST {CONTROL}/cards", cardAccountId="id"),
    does(f"POST {CONTROL}/ap-cards"),
    does(f"GET {CARDS}"),
    does(f"GET {CARDS}/{{cardAccountId}}"),
    does(f"GET {CARDS}/users"),
    does(f"GET {CARDS}/funding-purposes"),
    does(f"PUT {CONTROL}/cards/{{cardAccountId}}"),
    does("GET /connect/v3/funding-accounts/ap-cards"),
    does("GET /connect/v3/funding-accounts/permissions"),
    does(f"POST {BANKS}", bankAccountId="id"),
    does(f"POST {BANKS}/{{bankAccountId}}/verify"),
    does(f"GET {BANKS}"),
    does(f"GET {BANKS}/{{bankAccountId}}"),
    does(f"PATCH {BANKS}/{{bankAccountId}}"),
    does(f"POST {CONTROL}/users", userId="userId"),
    does(f"POST {BANKS}/users/nominate"),
    does(f"GET {BANKS}/users", bankAccountUserId="results.1.id"),
    does(f"POST {CONTROL}/bank-users/{{bankAccountUserId}}/verify"),
    does(f"POST {BANKS}/{{bankAccountId}}/archive"),
    does(f"POST {BANKS}/users/{{bankAccountUserId}}/archive"),
]

CUSTOMERS = [
    does("POST /connect/v3/customers", customerId="id"),
    does("GET /connect/v3/customers"),
    does("GET /connect/v3/customers/{customerId}"),
    does("PATCH /connect/v3/customers/{customerId}"),
    does("POST /connect/v3/customers/{customerId}/archive"),
    does("POST /connect/v3/customers/{customerId}/restore"),
    does("POST /connect/v3/customers/{customerId}/charge-authorization"),
    does("POST /connect/v3/customers/{customerId}/bank-accounts", bankAccountId="id"),
    does("GET /connect/v3/customers/{customerId}/bank-accounts"),
    does("GET /connect/v3/customers/{customerId}/bank-accounts/{bankAccountId}"),
    does("PATCH /connect/v3/customers/{customerId}/bank-accounts/{bankAccountId}"),
    does("POST /connect/v3/customers/{customerId}/bank-accounts/{bankAccountId}/archive"),
    does("POST /connect/v3/attachments/customers/{customerId}"),
    does("GET /connect/v3/attachments/customers/{customerId}"),
]

INVOICES = [
    does("POST /connect/v3/invoices", invoiceId="id"),
    does("GET /connect/v3/invoices"),
    does("GET /connect/v3/invoices/{invoiceId}"),
    does("PUT /connect/v3/invoices/{invoiceId}"),
    does("PATCH /connect/v3/invoices/{invoiceId}"),
    does("POST /connect/v3/invoices/{invoiceId}/email"),
    does("POST /connect/v3/attachments/invoices/{invoiceId}"),
    does("GET /connect/v3/attachments/invoices/{invoiceId}"),
    does("POST /connect/v3/invoices/{invoiceId}/archive"),
    does("POST /connect/v3/invoices/{invoiceId}/restore"),
]

PEOPLE = [
    does("GET /connect/v3/roles", roleId="results.0.id"),
    does("GET /connect/v3/roles/{roleId}"),
    does("POST /connect/v3/users", userId="id"),
    does("GET /connect/v3/users"),
    does("GET /connect/v3/users/{userId}"),
    does("PATCH /connect/v3/users/{userId}"),
    does(f"GET {CONTROL}/messages", token=INVITATION),
    does("GET /invitations/{token}"),
    does("POST /invitations/{token}"),
    does("POST /connect/v3/users/{userId}/archive"),
    does("POST /connect/v3/users/{userId}/restore"),
    does("POST /connect/v3/mfa/setup", setupId="setupId"),
    does(f"GET {CONTROL}/messages", token=CODE),
    does("POST /connect/v3/mfa/setup/validate"),
    does("GET /connect/v3/mfa/phones"),
    does("POST /connect/v3/mfa/challenge", challengeId="challengeId"),
    does(f"GET {CONTROL}/messages", token=CODE),
    does("POST /connect/v3/mfa/challenge/validate"),
    does("POST /connect/v3/mfa/step-up"),
]

NETWORK_INVITATION = "/connect/v3/network/invitation"
NEW_WORLD = does("POST /sandbox/v1/organizations", organizationId="organizationId")

# The second world buys from the first.
NETWORK = [
    NEW_WORLD,
    does("POST /connect/v3/login", payeeSession="sessionId"),
    does(f"GET {CONTROL}/network", networkId="networkId"),
    NEW_WORLD,
    does("POST /connect/v3/login", sessionId="sessionId"),
    does("GET /connect/v3/network"),
    does("POST /connect/v3/vendors", vendorId="id"),
    does("POST /connect/v3/customers", customerId="id"),
    does(f"POST {NETWORK_INVITATION}/vendor/{{vendorId}}"),
    does(f"GET {NETWORK_INVITATION}/vendor/{{vendorId}}"),
    does(f"POST {NETWORK_INVITATION}/customer/{{customerId}}"),
    does(f"GET {NETWORK_INVITATION}/customer/{{customerId}}"),
    does(f"DELETE {NETWORK_INVITATION}/customer/{{customerId}}"),
    does(f"PUT {CONTROL}/network", networkId="networkId"),
    does(f"POST {NETWORK_INVITATION}/accept").by("payeeSession"),
    does(f"DELETE {NETWORK_INVITATION}/vendor/{{vendorId}}"),
    does(f"POST {NETWORK_INVITATION}/vendor/{{vendorId}}/email"),
]

STATEMENTS = "/connect/v3/organizations/{organizationId}/billing-statements"
A_STATEMENT = "/files/v1/billing-statements/{billingStatementId}"

# A month ends meanwhile.
BILLING = [
    does("GET /connect/v3/organizations/{organizationId}/price-plan"),
    *[does(f"POST {CONTROL}/clock/advance")] * 10,
    does(f"GET {STATEMENTS}", billingStatementId="results.0.id"),
    does(f"GET {STATEMENTS}/{{billingStatementId}}"),
    does(f"GET {A_STATEMENT}/csv"),
    does(f"GET {A_STATEMENT}/pdf"),
]

END = [
    does("POST /connect/v3/logout"),
    does(f"PUT {CONTROL}/rates"),
    does(f"GET {CONTROL}/rates"),
    does(f"GET {CONTROL}/limits"),
    does(f"PUT {CONTROL}/limits"),
    does(f"POST {CONTROL}/sessions/expire"),
    does(f"DELETE {CONTROL}"),
]

PARTNER = [
    does("POST /sandbox/v1/partners", appKey="appKey", devKey="devKey"),
    does("POST /connect/v3/partner/login", sessionId="sessionId"),
    does("POST /connect/v3/partner/organizations", organizationId="id"),
    does("GET /connect/v3/partner/organizations"),
    does("PATCH /connect/v3/partner/organizations/{organizationId}/price-plan"),
    does("GET /connect/v3/partner/roles", roleId="results.1.id"),
    does("GET /connect/v3/partner/roles/{roleId}"),
    does("POST /connect/v3/partner/users", userId="id"),
    does("GET /connect/v3/partner/users"),
    does("GET /connect/v3/partner/users/{userId}"),
    does("POST /connect/v3/partner/users/{userId}/archive"),
    does("POST /connect/v3/partner/users/{userId}/restore"),
    # As an administrator the user may ask for the risk verification.
    does("GET /connect/v3/partner/roles", roleId="results.0.id"),
    does("PATCH /connect/v3/partner/users/{userId}"),
    does("POST /connect/v3/partner/risk-verifications/{userId}/phone"),
    does("POST /connect/v3/partner/login-as-user", sessionId="sessionId"),
    does("POST /connect/v3/risk-verifications/phone"),
    does("GET /connect/v3/risk-verifications/phone"),
    does("POST /connect/v3/risk-verifications"),
    does("GET /connect/v3/risk-verifications"),
    does(f"GET {CONTROL}/risk-verification"),
    does(f"PUT {CONTROL}/risk-verification"),
]

EXAMPLES: list[Call] = [
    *BEGINNING,
    *(call for kind in KINDS.values() for call in classification(kind.path)),
    *PAYABLES,
    *PAYMENTS,
    *EXPORTS,
    *WEBHOOKS,
    *FUNDING,
    *CUSTOMERS,
    *INVOICES,
    *PEOPLE,
    *BILLING,
    *END,
    *PARTNER,
    *NETWORK,
]
