"""The page on which someone who was invited chooses a password. It loads nothing and works without scripts."""

from html import escape

from net30.kernel.refusal import Refusal
from net30.membership.invitations import rules
from net30.membership.invitations.actions import Invited

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 28rem; margin: 4rem auto; padding: 0 1rem; }}
label, input, button {{ display: block; font: inherit; width: 100%; box-sizing: border-box; }}
input, button {{ padding: .5rem; margin: .3rem 0 1rem; }}
[role=alert] {{ border-left: 4px solid #c33; padding-left: .8rem; }}
small {{ opacity: .8; }}
</style>
<h1>{title}</h1>
{body}
</html>
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


def form(invited: Invited, fault: Refusal | None = None) -> str:
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
    return _PAGE.format(title=escape(f"Welcome to {invited.organization_name}"), body=body)


def welcome(invited: Invited) -> str:
    """What stands there once the password is chosen."""
    user = invited.user
    body = (
        f"<p>You can sign in to <strong>{escape(invited.organization_name)}</strong> now, as "
        f"<strong>{escape(user.username)}</strong> with your new password. "
        f"The organization's id is <code>{escape(user.organization_id)}</code>.</p>"
    )
    return _PAGE.format(title="You are signed up", body=body)


def refused(refusal: Refusal) -> str:
    """Why an invitation opens nothing, and what to do about it."""
    said = f"{escape(refusal.detail)}: {escape(refusal.help)}."
    body = f'<p role="alert">{said[:1].upper()}{said[1:]}</p>'
    return _PAGE.format(title="This invitation is not open", body=body)
