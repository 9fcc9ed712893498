"""Draws the rules into the docs: `python -m net30.payments.drawing docs/payments.md`."""

import sys
from collections.abc import Iterable
from pathlib import Path

from net30.payments.controls import CONTROLS
from net30.payments.rules import ONLY_FOR, STATES, TRANSITIONS, Action
from net30.payments.timetable import TIMETABLES


def diagram() -> str:
    """The state machine in Mermaid's notation."""
    steps = [f"    {state} --> {after}: {_words(action)}" for (state, action), after in TRANSITIONS.items()]
    reached = set(TRANSITIONS.values())
    starts = [f"    [*] --> {state}" for state in STATES if state not in reached]
    return "\n".join(["```mermaid", "stateDiagram-v2", *starts, *steps, "```"])


def states() -> str:
    """What is true of a payment in each state."""
    rows = [
        (status, state.status, state.disbursement, state.bills, state.books, state.meaning)
        for status, state in STATES.items()
    ]
    heads = (
        "singleStatus",
        "status",
        "disbursementStatus",
        "its part of the bill",
        "in the books",
        "meaning",
    )
    return _table(heads, rows)


def timetables() -> str:
    """Business days after the process date and time of day of each step, per service."""
    heads = ("step", *TIMETABLES)
    # In the order of the check's timetable, which has all steps.
    actions = [step.action for step in TIMETABLES["check"]]
    rows = []
    for action in actions:
        cells = [
            next((f"+{s.business_days} {s.at:%H:%M}" for s in steps if s.action == action), "")
            for steps in TIMETABLES.values()
        ]
        rows.append((_words(action), *cells))
    return _table(heads, rows)


def controls() -> str:
    """What must hold when a payment is scheduled, and again when its processing begins."""
    return "\n".join(f"- {control.meaning}" for control in CONTROLS)


def drawn(page: str) -> str:
    """The page with every part between `<!-- name -->` and `<!-- end of name -->` drawn anew."""
    parts = (("diagram", diagram), ("states", states), ("timetables", timetables), ("controls", controls))
    for name, draw in parts:
        begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        before, _, rest = page.partition(begin)
        _, found, after = rest.partition(end)
        assert found, f"the page has no place for the {name}"
        page = f"{before}{begin}\n{draw()}\n{end}{after}"
    return page


def _words(action: Action) -> str:
    limited = ONLY_FOR.get(action)
    return action.replace("_", " ") + (f" ({limited})" if limited else "")


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(heads)]
    lines.append(["---"] * len(lines[0]))
    lines += [list(row) for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(drawn(path.read_text()))
