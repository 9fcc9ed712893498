"""What the operator's commands do, as the API shows it afterwards, and what they refuse."""

import re
import time

import pytest
from console.conftest import Company, Shell

from net30.cli import main
from net30.console.commands import CONSOLE
from net30.mfa.codes import STEP_S, totp

ROUTING = "021000021"


def entries(company: Company) -> list[tuple[str, str]]:
    return [(entry.entity, entry.action) for entry in company.shell.trail(company.id)]


# ---- how it speaks --------------------------------------------------------------------------------------


def test_an_answer_is_a_line_for_each_value(shell: Shell) -> None:
    lines = shell.run("organization", "create", "--name", "Acme").splitlines()
    assert re.fullmatch(r"organizationId  008\w{17}", lines[0])
    assert lines[1:] == ["name            Acme", "zone            America/Los_Angeles"]


def test_a_list_is_a_table(shell: Shell, company: Company) -> None:
    head, *rows = shell.run("key", "list").splitlines()
    assert head.split() == ["keyId", "name", "active", "organizations", "createdAt"]
    assert any(row.split()[:4] == [company.key_id, "Ledger", "true", "1"] for row in rows)
    assert company.id in shell.run("organization", "list")


@pytest.mark.parametrize("name", CONSOLE)
def test_every_command_tells_what_it_takes(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*name.split(), "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert all(f"--{flag.replace('_', '-')}" in said for flag in CONSOLE[name].__struct_encode_fields__)


@pytest.mark.parametrize("name", CONSOLE)
def test_no_secret_is_a_flag(name: str) -> None:
    """Everybody on the machine can read the flags of a process."""
    flags = set(CONSOLE[name].__struct_fields__)
    assert not flags & {"password", "account_number", "dev_key", "key", "secret", "token"}


def test_an_organization_that_is_not_there_is_refused(shell: Shell) -> None:
    nowhere = ("--organization", "008nowhere")
    assert "008nowhere" in shell.refuses("key", "create", *nowhere, "--name", "Ledger")


def test_a_flag_that_is_wrong_is_named_with_what_it_takes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["key", "revoke", "--key-id", "no hexadecimal number"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "--key-id: " in said
    assert "give the key's id, as create and list print it" in said


# ---- organizations --------------------------------------------------------------------------------------


def test_an_organization_has_roles_and_accounts(company: Company) -> None:
    accounts = company.call("GET", "/classifications/chart-of-accounts").ok()["results"]
    assert "Accounts Payable" in {account["name"] for account in accounts}
    assert len(company.call("GET", "/roles").ok()["results"]) > 5
    assert ("Organization", "CREATE") in entries(company)


def test_what_is_no_organization_is_refused(shell: Shell) -> None:
    assert "no time zone" in shell.refuses("organization", "create", "--name", "A", "--zone", "Mars/Olympus")
    assert "blank" in shell.refuses("organization", "create", "--name", "  ")


def test_risk_is_decided_by_the_operator(company: Company) -> None:
    decided = company.shell.does("risk", "decide", *company.of, "--decision", "APPROVE")
    assert (decided["decision"], decided["outcome"]) == ("NOT_ASKED_FOR", "APPROVE")


# ---- users ----------------------------------------------------------------------------------------------


def test_a_user_signs_in_with_the_password_that_was_shown(company: Company) -> None:
    assert company.login().ok()["trusted"] is False
    (user,) = company.call("GET", "/users").ok()["results"]
    assert (user["email"], user["role"]["type"]) == ("ann@example.com", "ADMINISTRATOR")
    trail = "".join(entry.changes for entry in company.shell.trail(company.id))
    assert "argon2" not in trail


def test_a_password_may_be_read(company: Company) -> None:
    bob = (*company.of, "--username", "bob", "--role", "CLERK", "--password-stdin")
    said = company.shell.refuses("user", "create", *bob, typed="short\n")
    assert said == "--password: must have 10 to 200 characters"
    made = company.shell.does("user", "create", *bob, typed="a good password\n")
    assert "password" not in made
    assert "no mail" in made["note"]
    company.login("a good password", username="bob").ok()


def test_who_is_no_user_is_refused(company: Company) -> None:
    shell = company.shell
    assert "has this username" in shell.refuses("user", "create", *company.ann, "--role", "PAYER")
    assert "must be one of" in shell.refuses(
        "user", "create", *company.of, "--username", "bob", "--role", "BOSS"
    )
    bob = (*company.of, "--username", "bob")
    assert "give --email" in shell.refuses("user", "create", *bob, "--role", "PAYER", "--invite")
    for verb in ("reset-password", "reset-mfa", "enroll-totp"):
        assert shell.refuses("user", verb, *bob) == "--username: bob is no user of this organization"


def test_a_new_password_ends_the_sessions_and_the_lock(company: Company) -> None:
    session = company.login().ok()["sessionId"]
    for _ in range(5):
        assert company.login("a wrong password").status == 401
    assert company.login().codes == ["BDC_1110"]
    new = company.shell.does("user", "reset-password", *company.ann)["password"]
    headers = {"sessionId": session, "devKey": company.dev_key}
    assert company.api.call("GET", "/connect/v3/users", headers=headers).codes == ["BDC_1109"]
    assert company.login().codes == ["BDC_1101"]
    company.login(new).ok()
    assert ("User", "EDIT") in entries(company)


def mfa_status(company: Company) -> str:
    status: str = company.call("GET", "/login/session").ok()["mfaStatus"]
    return status


def test_an_authenticator_app_is_given_and_taken_away(company: Company) -> None:
    enrolled = company.shell.does("user", "enroll-totp", *company.ann)
    assert enrolled["otpauthUri"].startswith(
        "otpauth://totp/net30:ann%40example.com?secret=" + enrolled["secret"]
    )
    assert mfa_status(company) == "CHALLENGE"
    headers = {"sessionId": company.login().ok()["sessionId"], "devKey": company.dev_key}
    challenge = company.api.call("POST", "/connect/v3/mfa/challenge", {}, headers=headers).ok()
    code = totp(enrolled["secret"], int(time.time()) // STEP_S)
    answer = {"challengeId": challenge["challengeId"], "token": code}
    company.api.call("POST", "/connect/v3/mfa/challenge/validate", answer, headers=headers).ok()
    company.shell.does("user", "reset-mfa", *company.ann)
    assert mfa_status(company) == "SETUP"
    assert {("User", "ENROL_AUTHENTICATOR"), ("User", "RESET_MFA")} <= set(entries(company))


# ---- keys -----------------------------------------------------------------------------------------------


def test_a_key_works_where_it_is_granted_until_it_is_revoked(company: Company, shell: Shell) -> None:
    other = Company(shell, company.api)
    assert other.login(devKey=company.dev_key).codes == ["BDC_1105"]
    granted = shell.does("key", "grant", *other.of, "--key-id", company.key_id)
    assert granted["organizations"] == 2
    assert shell.does("key", "grant", *other.of, "--key-id", company.key_id) == granted
    other.login(devKey=company.dev_key).ok()
    revoked = shell.does("key", "revoke", "--key-id", company.key_id)
    assert (revoked["active"], revoked["organizations"]) == (False, 2)
    assert shell.does("key", "revoke", "--key-id", company.key_id) == revoked
    for one in (company, other):
        assert one.login(devKey=company.dev_key).codes == ["BDC_1103"]
        assert entries(one).count(("DeveloperKey", "REVOKE")) == 1
    other.login().ok()
    assert "no developer key begins with" in shell.refuses("key", "revoke", "--key-id", "0" * 12)


# ---- banks ----------------------------------------------------------------------------------------------


def test_a_bank_account_is_verified_and_so_is_who_pays_from_it(company: Company) -> None:
    shell = company.shell
    flags = ("--routing-number", ROUTING, "--bank-name", "First Bank")
    added = shell.does("bank", "add", *company.ann, "--verified", *flags, typed="123456789\n")
    bank = company.call("GET", f"/funding-accounts/banks/{added['bankAccountId']}").ok()
    assert (bank["status"], bank["nameOnAccount"], bank["accountNumber"][-4:]) == ("VERIFIED", "Acme", "6789")
    assert bank["default"] == {"payables": True, "receivables": True}
    second = shell.does("bank", "add", *company.ann, "--verified", *flags, typed="987654321\n")
    assert not company.call("GET", f"/funding-accounts/banks/{second['bankAccountId']}").ok()["default"][
        "payables"
    ]
    users = "/funding-accounts/banks/users"
    assert company.call("GET", users).ok()["results"] == []
    of_account = (*company.ann, "--bank-account", added["bankAccountId"])
    verified = shell.does("bank-user", "verify", *of_account)
    assert shell.does("bank-user", "verify", *of_account) == verified
    (user,) = company.call("GET", users).ok()["results"]
    assert (user["id"], user["verificationStatus"]) == (verified["bankAccountUserId"], "VERIFIED")
    assert {("BankAccount", "CREATE"), ("BankAccountUser", "CREATE")} <= set(entries(company))


def test_a_bank_account_of_the_api_is_vouched_for(company: Company) -> None:
    secret = company.shell.does("user", "enroll-totp", *company.ann)["secret"]
    headers = {"sessionId": company.login().ok()["sessionId"], "devKey": company.dev_key}

    def post(path: str, body: object) -> dict[str, str]:
        answer: dict[str, str] = company.api.call("POST", f"/connect/v3{path}", body, headers=headers).ok()
        return answer

    challenge = post("/mfa/challenge", {})["challengeId"]
    code = totp(secret, int(time.time()) // STEP_S)
    post("/mfa/challenge/validate", {"challengeId": challenge, "token": code})
    account = {
        "nameOnAccount": "Acme",
        "routingNumber": ROUTING,
        "accountNumber": "123456789",
        "type": "CHECKING",
        "ownerType": "BUSINESS",
        "bankName": "First Bank",
    }
    id = post("/funding-accounts/banks", account)["id"]
    of_account = (*company.of, "--bank-account", id)
    assert "PENDING" in company.shell.refuses("bank-user", "verify", *company.ann, "--bank-account", id)
    assert company.shell.does("bank", "verify", *of_account)["status"] == "VERIFIED"
    assert "is VERIFIED" in company.shell.refuses("bank", "verify", *of_account)


def test_what_is_no_bank_account_is_refused(company: Company) -> None:
    add = ("bank", "add", *company.ann, "--bank-name", "First Bank")
    assert "say --verified" in company.shell.refuses(*add, "--routing-number", ROUTING, typed="123456789\n")
    said = company.shell.refuses(*add, "--verified", "--routing-number", "123456789", typed="12\n")
    assert "--routing-number: must be an ABA routing number" in said
    assert "--account-number: must be 4 to 17 digits" in said


def test_how_an_organization_belongs_to_the_network(shell: Shell, company: Company) -> None:
    asked = ("organization", "network", "--organization", company.id)
    shown = shell.does(*asked)
    assert (shown["autoConnect"], shown["listed"]) == (False, True)
    changed = shell.does(*asked, "--auto-connect", "on", "--listed", "off")
    assert changed == {**shown, "autoConnect": True, "listed": False}
    assert shell.does(*asked) == changed
    assert ("NetworkMember", "EDIT") in entries(company)
