"""When each step of a payment is due: business days after the process date, and the time of day."""

from collections.abc import Mapping
from datetime import date, time
from typing import Literal, NamedTuple

from net30.kernel import banking_days
from net30.payments.rules import Action, may
from net30.payments.tables import CheckDeliveryType, DisbursementType, SingleStatus

Service = Literal[
    "ACH",
    "ACH, faster",
    "ACH, real-time",
    "check",
    "check, faster",
    "check, UPS 1 day",
    "check, UPS 2 days",
    "check, UPS 3 days",
]


class Step(NamedTuple):
    """An action, due `business_days` after the process date at a time of day."""

    action: Action
    business_days: int
    at: time


# Vendor details are settled and the last moment to cancel has passed one minute into the process date.
_BEGINS = (Step("make_ready", 0, time(0, 1)), Step("start_funding", 0, time(6)))
_COLLECTED_AT_ONCE = (*_BEGINS, Step("collect", 0, time(14)), Step("send", 0, time(18)))


def _faster_check(days: int) -> tuple[Step, ...]:
    return (
        *_COLLECTED_AT_ONCE,
        Step("deliver", days, time(12)),
        Step("clear", days + 2, time(6)),
    )


TIMETABLES: Mapping[Service, tuple[Step, ...]] = {
    "ACH": (
        *_BEGINS,
        Step("collect", 1, time(6)),
        Step("send", 2, time(6)),
        Step("clear", 3, time(6)),
    ),
    "ACH, faster": (*_COLLECTED_AT_ONCE, Step("clear", 1, time(6))),
    "ACH, real-time": (
        *_BEGINS,
        Step("collect", 0, time(6, 5)),
        Step("send", 0, time(6, 10)),
        Step("clear", 0, time(6, 15)),
    ),
    "check": (
        *_BEGINS,
        Step("collect", 1, time(6)),
        Step("send", 2, time(6)),
        Step("deliver", 7, time(12)),
        Step("clear", 9, time(6)),
    ),
    "check, faster": _faster_check(5),
    "check, UPS 1 day": _faster_check(1),
    "check, UPS 2 days": _faster_check(2),
    "check, UPS 3 days": _faster_check(3),
}

# A transfer through the network takes as long as one to a bank account; national vendors take no hurried one.
_FASTER: Mapping[tuple[DisbursementType, CheckDeliveryType | None], Service] = {
    ("ACH", None): "ACH, faster",
    ("ACH", "STANDARD"): "ACH, faster",
    ("ACH", "RTP_DELIVERY"): "ACH, real-time",
    ("WALLET", None): "ACH, faster",
    ("WALLET", "STANDARD"): "ACH, faster",
    ("WALLET", "RTP_DELIVERY"): "ACH, real-time",
    ("CHECK", None): "check, faster",
    ("CHECK", "STANDARD"): "check, faster",
    ("CHECK", "UPS_1DAY"): "check, UPS 1 day",
    ("CHECK", "UPS_2DAY"): "check, UPS 2 days",
    ("CHECK", "UPS_3DAY"): "check, UPS 3 days",
}


def offered(method: DisbursementType, delivery: CheckDeliveryType | None) -> bool:
    """Whether Pay Faster delivers in this way by this method."""
    return (method, delivery) in _FASTER


def service(method: DisbursementType, *, pay_faster: bool, delivery: CheckDeliveryType | None) -> Service:
    """Which timetable a payment follows; a delivery that its method does not offer counts as STANDARD."""
    assert method != "OFFLINE", "a recorded payment has no timetable"
    if not pay_faster:
        return "check" if method == "CHECK" else "ACH"
    return _FASTER[method, delivery if offered(method, delivery) else "STANDARD"]


def due(step: Step, process_date: date, zone: str) -> int:
    """The instant of a step in milliseconds UTC; `zone` is the organization's banking time."""
    day = banking_days.add_business_days(process_date, step.business_days)
    return banking_days.instant(day, step.at, zone)


def next_step(follows: Service, status: SingleStatus, method: DisbursementType) -> Step | None:
    """The first step of the timetable that a payment can take now; None when it waits for someone."""
    return next((step for step in TIMETABLES[follows] if may(step.action, status, method)), None)


def arrives_by(follows: Service, process_date: date) -> date:
    """The day on which the vendor has the money: the check in hand, or the transfer on the account."""
    steps = {step.action: step for step in TIMETABLES[follows]}
    return banking_days.add_business_days(process_date, steps.get("deliver", steps["clear"]).business_days)
