"""Who is logged in: sessions, passwords, sign-ups, and the addresses that are proven by mail.

What the account says about itself is in `account.py`, the mails are in `mail.py`.
"""

from __future__ import annotations

from pipelines.simulator.request import Refusal, not_found
from pipelines.simulator.world import Row, World
from pipelines.simulator.writes.body import Body, refuse
from pipelines.simulator.writes.change import Parameters, handlers
from pipelines.simulator.writes.mail import addresses, check_address, open_mail, post_mail
from pipelines.simulator.writes.rows import conflict, private

FIRST_PASSWORD = "demo-password"  # noqa: S105 - of an account that does not exist
ONE_TIME_CODE = "123456"
UNAUTHORIZED = 10005
TRIES = 5
MINUTE, DAY = 60, 86_400


def check_password(world: World, password: str, status: int = 401) -> None:
    """Raises Refusal `status` for a wrong password and 429 after five of them within a quarter of an hour."""
    now, tries = world.clock.stamp(), private(world, "tries")
    if sum(row["at"] > now - 15 * MINUTE for row in tries) >= TRIES:
        raise Refusal(429, UNAUTHORIZED, "Too many attempts")
    known = [row["password"] for row in private(world, "passwords")] or [FIRST_PASSWORD]
    if password != known[-1]:
        tries.append({"at": now})
        raise Refusal(status, UNAUTHORIZED, "Invalid credentials")


def log_in(world: World, body: Body, _parameters: Parameters) -> Row:
    """A session that waits for its one-time code; raises Refusal 401, 409 (logged in already) or 429."""
    now, sessions = world.clock.stamp(), private(world, "sessions")
    if any(row["expiresAt"] > now for row in sessions):
        raise conflict("Already logged in")
    check_password(world, body["password"])
    user = world.find("session_user")
    if body["userName"] not in (user["userName"], user["email"]):
        raise Refusal(401, UNAUTHORIZED, "Invalid credentials")
    expiry = now + (30 * DAY if body.get("rememberMe") else DAY)
    sessions.append({"expiresAt": expiry, "waits": True})
    return {"requiresOtp": True, "expiresAt": expiry, "otpSessionExpiresAt": now + 5 * MINUTE}


def enter_code(world: World, body: Body, _parameters: Parameters) -> None:
    """The second factor; raises Refusal 401, or 404 when no session waits for it."""
    waiting = [row for row in private(world, "sessions") if row["waits"]]
    if not waiting:
        raise not_found()
    if body["otp"] != ONE_TIME_CODE:
        raise Refusal(401, UNAUTHORIZED, "Invalid one-time code")
    waiting[-1]["waits"] = False


def log_out(world: World, _body: Body, _parameters: Parameters) -> None:
    """Ends every session; none is fine too."""
    private(world, "sessions").clear()


def sign_up(world: World, body: Body, _parameters: Parameters) -> Row:
    """A second account beside the one that is simulated; raises Refusal 422 for a known address or a missing consent."""
    refused = [name for name in ("agreeToc", "agreeAup", "agreeDpa") if body[name] != 1]
    if refused:
        raise refuse(*((name, "This value should be 1") for name in refused))
    email, others = body["emailAddress"], private(world, "accounts")
    if email in addresses(world) or any(row["email"] == email for row in others):
        raise refuse(("emailAddress", "An account with this address already exists"))
    told = {name: value for name, value in body.items() if name not in ("emailAddress", "password")}
    others.append({"id": world.next_id("accounts"), "username": email, "email": email, **told})
    return others[-1]


def change_password(world: World, body: Body, _parameters: Parameters) -> None:
    """Another password; raises Refusal 401 or 429."""
    check_password(world, body["currentPassword"])
    private(world, "passwords").append({"password": body["newPassword"]})


def request_reset(world: World, body: Body, _parameters: Parameters) -> None:
    """A mail to a known address, silence about an unknown one; raises Refusal 422 for what is no address."""
    check_address(world, body, "emailAddress")
    if body["emailAddress"] in addresses(world):
        post_mail(world, "reset", body["emailAddress"])


def reset_password(world: World, body: Body, _parameters: Parameters) -> None:
    """Another password by mail; raises Refusal 422 for a hash that was never sent or is used up."""
    open_mail(world, body["resetHash"], refuse(("resetHash", "This hash is not valid")), "reset")
    private(world, "passwords").append({"password": body["newPassword"]})


def resend_confirmation(world: World, body: Body, _parameters: Parameters) -> None:
    """A mail with a new hash; raises Refusal 404 for an address that the account does not have."""
    purpose = addresses(world).get(body["email"])
    if purpose is None:
        raise not_found()
    post_mail(world, purpose, body["email"])


def change_email(world: World, body: Body, _parameters: Parameters) -> None:
    """Another main address, in force once confirmed; raises Refusal 403 for a wrong password."""
    check_password(world, body["password"], 403)
    waiting = {"email": body["emailAddress"], "expiresAt": world.clock.stamp() + DAY}
    world.find("account_details")["unconfirmedEmail"] = waiting
    post_mail(world, "main", body["emailAddress"])


def confirm_email(world: World, body: Body, _parameters: Parameters) -> Row:
    """An address proven by the hash that went there; raises Refusal 404."""
    if str(world.find("session_user")["userId"]) != str(body["userId"]):
        raise not_found()
    mail = open_mail(world, body["hash"], not_found(), "main", "billing", "abuse")
    if mail["purpose"] == "main":
        proven = {"emailAddress": mail["address"], "unconfirmedEmail": None, "emailAddressValidated": 1}
        world.find("account_details").update(proven)
    return {"emailAddress": mail["address"], "emailType": mail["purpose"]}


WRITES = handlers(
    log_in=log_in,
    log_in_with_otp=enter_code,
    log_out=log_out,
    sign_up=sign_up,
    change_password=change_password,
    request_password_reset=request_reset,
    reset_password=reset_password,
    confirm_email=confirm_email,
    resend_email_confirmation=resend_confirmation,
    resend_oauth_email_confirmation=resend_confirmation,
    change_email=change_email,
)
