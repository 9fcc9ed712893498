"""Names every room once, so that importing this module fills the table of operations, the schema and the job table."""

import net30.access.operations
import net30.accounting.operations
import net30.billing.operations
import net30.bills.operations
import net30.customers.operations
import net30.documents.attachments.operations
import net30.documents.bill_documents.operations
import net30.exports.operations
import net30.funding.account_users.operations
import net30.funding.cards.operations
import net30.funding.operations
import net30.funding.sandbox_operations
import net30.invoices.operations
import net30.kernel.tables
import net30.membership.invitations.operations
import net30.membership.operations
import net30.meta
import net30.mfa.operations
import net30.network.operations
import net30.organizations.operations
import net30.partners.operations
import net30.partners.user_operations
import net30.payments.operations
import net30.payments.purposes.operations
import net30.reference
import net30.reports.operations
import net30.risk.operations
import net30.sandbox.operations
import net30.sandbox.partners
import net30.vendors.operations
import net30.webhooks.operations
import net30.webhooks.sandbox_operations  # noqa: F401
