"""Makes users of a world who can sign in at once."""

from net30.access import passwords, sessions, users
from net30.kernel import ids
from net30.kernel.context import Actor, Server, writing
from net30.kernel.refusal import Refusal
from net30.kernel.secrets import token
from net30.membership.actions import require_free_username
from net30.mfa import actions as mfa
from net30.sandbox.schemas import Mfa, Person, PersonCreate

# Numbers of this range are set aside for fiction; nothing is ever sent to it.
PHONE = "+14155550100"


def create_person(server: Server, actor: Actor, wanted: PersonCreate) -> Person:
    """A user of the actor's organization with a password and a remembered device.

    Refusals: BDC_1119 (422) for a username that is taken, 422 for an id that is.
    """
    person = Person(
        user_id=wanted.user_id or ids.new(ids.PREFIX["user"]),
        username=wanted.username or f"{wanted.role.lower()}-{token(6)}@sandbox.example",
        password=wanted.password or token(16),
        role=wanted.role,
        mfa=wanted.mfa or Mfa(remember_me_id=token(), device="sandbox"),
    )
    password_hash = passwords.hashed(person.password)
    with writing(server, actor) as ctx:
        require_free_username(ctx, person.username, field="username")
        if users.find_user(ctx, person.user_id) is not None:
            raise Refusal(
                None,
                status=422,
                field="user_id",
                detail=f"{person.user_id} is the id of another user of this organization",
                help="give another userId, or leave it out",
            )
        users.create_user(
            ctx,
            username=person.username,
            password_hash=password_hash,
            role=person.role,
            first_name=wanted.first_name or "Sandbox",
            last_name=wanted.last_name or person.role.replace("_", " ").capitalize(),
            id=person.user_id,
        )
        if wanted.mfa_phone:
            mfa.enrol_phone(ctx, person.user_id, PHONE, "TEXT", "PRIMARY")
        sessions.remember_device(
            ctx, person.user_id, person.mfa.remember_me_id, person.mfa.device, expires_at=None
        )
    return person
