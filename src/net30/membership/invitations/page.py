"""The page on which someone who was invited chooses a password. It loads nothing and works without scripts."""

from html import escape

from net30.kernel.refusal import Refusal
from net30.membership.invitations import rules
from net30.membership.invitations.actions import Invited
from net30.wire import pages
from net30.wire.dispatch import Raw
from net30.wire.errors import status_of

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 28rem; margin: 4rem auto; padding: 0 1rem; }
label, input, button { display: block; font: inherit; width: 100%; box-sizing: border-box; }
input, button { padding: .5rem; margin: .3rem 0 1rem; }
[role=alert] { border-left: 4px solid #c33; padding-left: .8rem; }
small { opacity: .8; }
"""

_FORM = """<p>{name}, you are invited to work in <strong>{organization}</strong>. Choose the password that you
will sign in with; your username is <strong>{username}</strong>.</p>
{fault}<form method="post">
<input type="text" name="username" value="{username}" autocomplete="username" hidden readonly>
<label for="password">Password</label>
<input id="password" type="password" name="password" autocomplete="new-password" required autofocus
 minlength="{shortest}" maxlength="{longest}" aria-describedby="policy">
<small id="policy">{shortest} to {longest} characters, at least {different} of them different, without your
username.</small>
<button>Sign up</button>
</form>"""


def form(invited: Invited, fault: Refusal | None = None) -> Raw:
    """The form, with what was wrong with the password before."""
    user = invited.user
    body = _FORM.format(
        name=escape(f"{user.first_name} {user.last_name}"),
        organization=escape(invited.organization_name),
        username=escape(user.username),
        fault="" if fault is None else f'<p role="alert">The password {escape(fault.detail)}.</p>\n',
        shortest=rules.SHORTEST_PASSWORD,
        longest=rules.LONGEST_PASSWORD,
        different=rules.FEWEST_DIFFERENT,
    )
    return _page(f"Welcome to {invited.organization_name}", body, fault)


def welcome(invited: Invited) -> Raw:
    """What stands there once the password is chosen."""
    user = invited.user
    body = (
        f"<p>You can sign in to <strong>{escape(invited.organization_name)}</strong> now, as "
        f"<strong>{escape(user.username)}</strong> with your new password. "
        f"The organization's id is <code>{escape(user.organization_id)}</code>.</p>"
    )
    return _page("You are signed up", body)


def refused(refusal: Refusal) -> Raw:
    """Why an invitation opens nothing, and what to do about it."""
    said = f"{escape(refusal.detail)}: {escape(refusal.help)}."
    body = f'<p role="alert">{said[:1].upper()}{said[1:]}</p>'
    return _page("This invitation is not open", body, refusal)


def _page(title: str, body: str, refusal: Refusal | None = None) -> Raw:
    status = None if refusal is None else status_of(refusal)
    return pages.page(title, f"<h1>{escape(title)}</h1>\n{body}", style=_STYLE, status=status)
