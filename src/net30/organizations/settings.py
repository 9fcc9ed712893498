"""The settings of an organization: the choices that rules of other rooms ask about."""

from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from net30.kernel.context import Context, Server
from net30.kernel.entity import Entity
from net30.kernel.limits import OFF, Limits
from net30.kernel.refusal import Refusal
from net30.kernel.tables import Organization

EditAfterApproval = Literal["REFUSED", "RESTARTS_APPROVAL"]

ORGANIZATION = Entity("Organization", Organization)

DEFAULT_ZONE = "America/Los_Angeles"


class OrganizationSettings(msgspec.Struct, frozen=True, rename="camel"):
    """Stored as JSON in the organization's row.

    `allow_duplicate_bill_numbers`: a vendor may have several active bills with one number.
    `administrators_pay_unapproved`: administrators may pay a bill whose approval is not finished.
    `edit_after_approval`: what a change of vendor, lines or amount does to a bill that someone has approved.
    `uses_mfa`: without it every user's session is as good as MFA-trusted, and mfaStatus is DISABLED.
    `mfa_backup_phones`: a user may enrol a second phone, as the API had it until 2026-04-03.
    `limits`: those that hold in the sandbox.
    """

    allow_duplicate_bill_numbers: bool = False
    administrators_pay_unapproved: bool = True
    edit_after_approval: EditAfterApproval = "REFUSED"
    uses_mfa: bool = True
    mfa_backup_phones: bool = False
    limits: Limits = OFF


def settings_of(organization: Organization) -> OrganizationSettings:
    return _read(organization.settings)


def limits_of(server: Server, organization: Organization) -> Limits:
    """The limits that hold for an organization: a world's own in the sandbox, the server's in production."""
    return settings_of(organization).limits if server.sandbox else server.limits


def require_zone(zone: str) -> None:
    """Refuse a text that is no time zone's name."""
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise Refusal(
            None, field="zone", detail=f"{zone} is no time zone", help="give a name such as America/New_York"
        ) from None


def stored(settings: OrganizationSettings) -> str:
    """The text that an organization's row keeps."""
    return msgspec.json.encode(settings).decode()


def change_settings(ctx: Context, settings: OrganizationSettings) -> None:
    """Give the organization other settings."""
    old = ctx.organization
    ctx.organization = ORGANIZATION.revise(ctx, old, msgspec.structs.replace(old, settings=stored(settings)))


@lru_cache(maxsize=1024)
def _read(text: str) -> OrganizationSettings:
    return msgspec.json.decode(text, type=OrganizationSettings)
