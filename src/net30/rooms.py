"""Names every room once, so that importing this module fills the table of operations, the schema and the job table."""

import net30.access.invitations.operations
import net30.access.mfa.operations
import net30.access.operations
import net30.access.partners.operations
import net30.access.partners.user_operations
import net30.access.users.operations
import net30.accounting.operations
import net30.documents.attachments.operations
import net30.documents.bill_documents.operations
import net30.funding.account_users.operations
import net30.funding.cards.operations
import net30.funding.operations
import net30.funding.sandbox_operations
import net30.kernel.tables
import net30.meta
import net30.network.operations
import net30.organizations.billing.operations
import net30.organizations.profile.operations
import net30.organizations.risk.operations
import net30.payables.bills.operations
import net30.payables.vendors.operations
import net30.payments.operations
import net30.receivables.customers.operations
import net30.receivables.invoices.operations
import net30.reference
import net30.reports.operations
import net30.sandbox.operations
import net30.sandbox.partners  # noqa: F401
