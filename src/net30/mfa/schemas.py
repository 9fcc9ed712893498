"""What crosses the wire when people prove by a second means who they are."""

from typing import Annotated, Literal

from msgspec import Meta

from net30.wire.types import DOCUMENTED_AS_REQUIRED, SECRET, Wire

SetupType = Literal["TEXT", "VOICE"]
PhoneType = Literal["MOBILE", "HOME", "WORK"]
Status = Literal["SUCCESS", "FAILURE"]

Code = Annotated[
    str, Meta(description="The six digits that the phone got, or the authenticator app shows."), SECRET
]


class SetupRequest(Wire):
    """A phone to enrol, and how it gets its codes: by text or by a call.

    `primary` is true, and need not be given. Where backup phones are kept, false makes it the backup.
    """

    phone: Annotated[
        str,
        Meta(description="With country code after a plus; ten digits are a number of the United States."),
    ]
    type: SetupType
    primary: Annotated[bool, DOCUMENTED_AS_REQUIRED] = True


class SetupResponse(Wire):
    """What the code that was sent is handed in with."""

    setup_id: str


class SetupValidateRequest(Wire):
    """The code that the phone got. `type` is not looked at: the setup knows it."""

    setup_id: str
    token: Code
    type: SetupType


class SetupValidateResponse(Wire):
    """SUCCESS; a code that is not right is refused."""

    status: Status | None = None


class MfaPhone(Wire):
    """An enrolled phone: MOBILE when it gets texts, WORK when it is called."""

    type: PhoneType | None = None
    last4digits: str | None = None
    primary: bool | None = None


class MfaPhones(Wire):
    """The phones of the session's user, the primary one first."""

    results: list[MfaPhone]


class ChallengeRequest(Wire):
    """`useBackup` is false, and need not be given. Where backup phones are kept, true asks for the backup's code."""

    use_backup: bool | None = None


class ChallengeResponse(Wire):
    """What the code is handed in with."""

    challenge_id: str | None = None


class ChallengeValidateRequest(Wire):
    """The code, and whether to remember the device for 30 days.

    `device` is a nickname of at most 40 characters that is repeated, with the rememberMeId, at sign-in.
    """

    challenge_id: str
    token: Code
    remember_me: bool | None = None
    device: str | None = None
    machine_name: str | None = None


class ChallengeValidateResponse(Wire):
    """What makes later sessions trusted, together with the device: for 30 days, or as long as this session lasts."""

    remember_me_id: Annotated[str, SECRET] | None = None
