"""Every error code of the wire: its HTTP status and message, and the JSON array an answer carries.

A message is written with {name} for a parameter. What stands in [brackets] is left out when a parameter in it
was not given, so a message never shows a hole; every parameter stands in brackets.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec

from net30.kernel.refusal import Refusal
from net30.wire.types import Timestamp, Wire, timestamp

Severity = Literal["ERROR", "WARNING", "INFORMATION"]
Category = Literal["REQUEST", "APPLICATION", "SERVER", "DOWNSTREAM"]


class CodedError(NamedTuple):
    """`status` is v3's HTTP status; a `reserved` code exists in the contract and no rule raises it."""

    status: int
    message: str
    reserved: bool = False
    category: Category = "DOWNSTREAM"


SYSTEM_ERROR = "BDC_1001"
ROLLED_BACK = "BDC_1246"

CATALOGUE: Mapping[str, CodedError] = {
    SYSTEM_ERROR: CodedError(500, "System error."),
    "BDC_1002": CodedError(500, "Unknown error.", reserved=True),
    "BDC_1003": CodedError(404, "API version is unknown.", reserved=True),
    "BDC_1005": CodedError(404, "API version is not supported.", reserved=True),
    "BDC_1101": CodedError(401, "User name and/or password do not match our records."),
    "BDC_1102": CodedError(400, "Developer key is invalid."),
    "BDC_1103": CodedError(401, "Developer key is not active."),
    "BDC_1104": CodedError(403, "Developer has not accepted the terms of service.", reserved=True),
    "BDC_1105": CodedError(403, "Organization has no API access."),
    "BDC_1106": CodedError(403, "API user and organization have different partner types.", reserved=True),
    "BDC_1107": CodedError(423, "Organization is locked out."),
    "BDC_1108": CodedError(400, "Parameter value is missing[: {name}]."),
    "BDC_1109": CodedError(401, "Session is invalid. Please log in."),
    "BDC_1110": CodedError(423, "Login is locked."),
    "BDC_1111": CodedError(401, "No active user found for this user and organization."),
    "BDC_1113": CodedError(401, "Login error.", reserved=True),
    "BDC_1114": CodedError(400, "Entity type is invalid[: {entity}].", reserved=True),
    "BDC_1115": CodedError(400, "CRUD operation is invalid[: {operation}].", reserved=True),
    "BDC_1116": CodedError(400, "Entity of the CRUD operation is invalid[: {entity}].", reserved=True),
    "BDC_1117": CodedError(400, "Required data is missing[: {field}]."),
    "BDC_1118": CodedError(400, "Entity in the URL differs from the entity in the data.", reserved=True),
    "BDC_1119": CodedError(422, "Invalid field, value[: {field}, {value}]."),
    "BDC_1120": CodedError(404, "No data found."),
    "BDC_1121": CodedError(404, "API not supported."),
    "BDC_1122": CodedError(400, "JSON cannot be parsed.", reserved=True),
    "BDC_1123": CodedError(404, "Organization id is invalid."),
    "BDC_1124": CodedError(400, "Field has the wrong data type[: {field}].", reserved=True),
    "BDC_1125": CodedError(422, "Sync log could not be uploaded.", reserved=True),
    "BDC_1126": CodedError(422, "Sync log session id is invalid.", reserved=True),
    "BDC_1127": CodedError(422, "Sync log file is missing.", reserved=True),
    "BDC_1128": CodedError(400, "Entity of the list is invalid[: {entity}].", reserved=True),
    "BDC_1129": CodedError(400, "Parameter value is invalid[: {name}].", reserved=True),
    "BDC_1130": CodedError(400, "Filter field of the list is invalid[: {field}].", reserved=True),
    "BDC_1131": CodedError(400, "Filter operator of the list is invalid[: {operator}].", reserved=True),
    "BDC_1143": CodedError(
        400, "Invalid entity data.[ {field}: Maximum length cannot be greater than {max} characters.]"
    ),
    "BDC_1144": CodedError(422, "Max number of allowed requests per hour reached[: {max}]."),
    "BDC_1145": CodedError(403, "Operation or feature is not permitted for this user or organization."),
    "BDC_1150": CodedError(403, "User cannot make online payments."),
    "BDC_1151": CodedError(422, "Account cannot make online payments."),
    "BDC_1152": CodedError(422, "Invalid Process Date[ : {processDate}]."),
    "BDC_1159": CodedError(422, "Payment exceeds the amount due of the bill[: {billId}]."),
    "BDC_1171": CodedError(422, "Invoice number is already in use[: {invoiceNumber}]."),
    "BDC_1178": CodedError(400, "Developer key must be specified."),
    "BDC_1205": CodedError(404, "No object found with this id[: {id}]."),
    "BDC_1233": CodedError(422, "Vendor is already set up for ePayment."),
    ROLLED_BACK: CodedError(422, "Rolled back, because another element of the request failed."),
    "BDC_1302": CodedError(422, "Id is not of the expected type[: {id}]."),
    "BDC_1322": CodedError(422, "Max number of concurrent requests per organization reached."),
    "BDC_1354": CodedError(422, "User has no phone that can be used for 2-Step Verification."),
    "BDC_1356": CodedError(422, "2-Step Verification token has expired"),
    "BDC_1358": CodedError(422, "Too many 2-Step Verification attempts. Please wait before trying again."),
    "BDC_1361": CodedError(403, "Untrusted session."),
    "BDC_1374": CodedError(
        422, "2-Step Verification challenge is no longer valid. Please ask for a new one."
    ),
    "BDC_1402": CodedError(400, "Process date must be at least two business days from now[: {processDate}]."),
    "BDC_1570": CodedError(422, "Shield Service Errors.", reserved=True),
    "BDC_5324": CodedError(422, "Mfa action blocked."),
}


class Param(Wire):
    name: str
    value: str
    additional: str


class BdcError(Wire):
    """One element of the array that every 4XX and 5XX carries. `code` is null for field validation."""

    timestamp: Timestamp
    code: str | None
    severity: Severity
    category: Category
    message: str
    params: list[Param]
    detail: str
    help: str


def body(refusals: Sequence[Refusal], timestamp_ms: int) -> tuple[int, bytes]:
    """HTTP status and JSON array of an answer that refuses; KeyError for a code the catalogue lacks.

    The status is that of the first refusal with a code, or else 400. An element that was only rolled back
    with the others (BDC_1246) is not the cause of a failure, and decides when nothing else is there.
    """
    moment = timestamp(timestamp_ms)
    return _status(refusals), msgspec.json.encode([_element(refusal, moment) for refusal in refusals])


def unexpected(timestamp_ms: int) -> tuple[int, bytes]:
    """The answer to a mistake of our own: 500, and nothing of what went wrong inside."""
    return body([Refusal(SYSTEM_ERROR)], timestamp_ms)


def message(refusal: Refusal) -> str:
    """The wire's sentence for a refusal; v2's error_message is the same."""
    if refusal.code is None:
        sentence = refusal.message or refusal.detail
        return f"{refusal.field}: {sentence}" if refusal.field else sentence
    values = {name: _text(value) for name, value in _params(refusal).items() if value is not None}
    return _fill(CATALOGUE[refusal.code].message, values)


def status_of(refusal: Refusal) -> int:
    """HTTP status of a refusal, for an answer that is a page."""
    return _status([refusal])


def _status(refusals: Sequence[Refusal]) -> int:
    causes = [refusal for refusal in refusals if refusal.code != ROLLED_BACK] or refusals
    for refusal in causes:
        if refusal.code is not None:
            return refusal.status or CATALOGUE[refusal.code].status
    return next((refusal.status for refusal in causes if refusal.status), 400)


def _element(refusal: Refusal, moment: str) -> BdcError:
    return BdcError(
        timestamp=moment,
        code=refusal.code,
        severity="ERROR",
        category="REQUEST" if refusal.code is None else CATALOGUE[refusal.code].category,
        message=message(refusal),
        params=[
            Param(name=name, value=_text(value), additional="") for name, value in _params(refusal).items()
        ],
        detail=refusal.detail,
        help=refusal.help,
    )


def _params(refusal: Refusal) -> dict[str, object]:
    return {"field": refusal.field, **refusal.params} if refusal.field else refusal.params


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _fill(template: str, values: Mapping[str, str]) -> str:
    """The template with its values; a clause in brackets goes when one of its values is absent or empty."""

    def clause(match: re.Match[str]) -> str:
        wanted = re.findall(r"\{(\w+)\}", match[1])
        return match[1].format_map(values) if all(values.get(name) for name in wanted) else ""

    return re.sub(r"\[([^\]]*)\]", clause, template)
