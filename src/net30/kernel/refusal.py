"""How a rule says no. Codes get their HTTP status and wording in `net30.wire.errors`."""

from collections.abc import Iterable, Mapping, Sequence

# A field that does not validate, as its dotted path, and what is wrong with it as the rest of a sentence.
Fault = tuple[str, str]
# Stands in a detail for the refusal's field, which each dialect calls by its own name.
FIELD = "{field}"


class Refusal(Exception):
    """One thing that was refused; whatever the request had written so far is rolled back.

    `code` is a BDC code of the catalogue, or None for a field that does not validate. `detail` is the true
    cause in plain words and `help` what to do about it. `field` is the dotted path of the offending field.
    `params` fill the placeholders of the code's message and are listed by name and value in the answer.
    With `code=None` the message is "field: " and then `message`, or `detail` where that is left out.
    `status` overrides the HTTP status of the catalogue.
    """

    def __init__(
        self,
        code: str | None,
        *,
        detail: str = "",
        help: str = "",
        field: str | None = None,
        message: str = "",
        status: int | None = None,
        **params: object,
    ) -> None:
        super().__init__(code, field, detail)
        self.code = code
        self.detail = detail
        self.help = help
        self.field = field
        self.message = message
        self.status = status
        self.params = params

    def __str__(self) -> str:
        where = f"{self.field}: " if self.field else ""
        said = (
            self.detail or self.message or ", ".join(f"{name}={value}" for name, value in self.params.items())
        )
        return f"{self.code or 'invalid'} {where}{said}".rstrip()


class Refusals(Exception):
    """Several refusals answered together: every bad field of a body, or the elements of a bulk call."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        if not refusals:
            raise ValueError("Refusals needs at least one Refusal")
        super().__init__(*refusals)
        self.refusals = list(refusals)

    def __str__(self) -> str:
        return "; ".join(str(refusal) for refusal in self.refusals)


def refusals(faults: Iterable[Fault], where: str = "", help: str = "") -> list[Refusal]:
    """Faults as they are answered; `where` is put before each path."""
    return [Refusal(None, field=where + path, detail=sentence, help=help) for path, sentence in faults]


def require_faultless(faults: Iterable[Fault], help: str = "") -> None:
    """Refuse (400) fields that do not validate, all of them together."""
    if found := refusals(faults, help=help):
        raise Refusals(found)


def all_or_nothing(causes: Mapping[int, "Refusal | Refusals"], count: int) -> Refusals:
    """The answer of a bulk call of `count` elements some of which were refused: each one's own faults by its position,
    and BDC_1246 for the others."""
    first = min(causes)
    found: list[Refusal] = []
    for position in range(count):
        cause = causes.get(position)
        if cause is None:
            detail = f"element {position} is sound, but element {first} was refused"
            found.append(
                Refusal("BDC_1246", detail=detail, help="correct that one, and send all of them again")
            )
            continue
        for refusal in cause.refusals if isinstance(cause, Refusals) else [cause]:
            if refusal.field is not None:
                refusal.field = f"[{position}].{refusal.field}"
            refusal.detail = f"element {position}: {refusal.detail}"
            found.append(refusal)
    return Refusals(found)
