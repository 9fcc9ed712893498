"""What crosses the wire when someone who was invited signs up."""

from typing import Annotated

from net30.wire.types import SECRET, Wire


class PasswordChosen(Wire):
    """The password of a new user: 10 to 200 characters, at least 5 of them different, without the username."""

    password: Annotated[str, SECRET]


class SignedUp(Wire):
    """What the new user signs in with, beside the password and a developer key."""

    organization_id: str
    user_id: str
    username: str
