"""Tells people of a payment that is held when its processing should begin."""

from collections.abc import Sequence

from net30.access.users import administrators, find_user
from net30.kernel import mailbox
from net30.kernel.context import Context
from net30.kernel.refusal import Refusal
from net30.payments.tables import Payment


def mail(ctx: Context, payment: Payment, wrong: Sequence[Refusal]) -> None:
    """Mail to the administrators and who scheduled the payment why it is held and what they can do."""
    creator = find_user(ctx, payment.created_by)
    people = administrators(ctx) + ([] if creator is None or creator.archived else [creator])
    subject = f"Payment {payment.confirmation_number} is on hold"
    causes = [f"- {fault.detail}. To do: {fault.help}." for fault in wrong]
    body = "\n".join(
        [
            f"The payment {payment.id} to {payment.vendor_name} was not begun on {payment.process_date}, because",
            *causes,
            "",
            f"Release it by POST /net30/v1/payments/{payment.id}/release, from a trusted session, or void it by "
            f"POST /v3/payments/{payment.id}/void.",
        ]
    )
    for address in dict.fromkeys(person.email for person in people):
        mailbox.send(ctx, "EMAIL", address, subject, body)
