"""The mails that the provider would send, kept instead: their hashes are what the confirming calls ask for.

What a confirmed mail brings about belongs in the modules that ask for one.
"""

from __future__ import annotations

from pipelines.simulator.draft import secret
from pipelines.simulator.request import Refusal
from pipelines.simulator.world import Row, World
from pipelines.simulator.writes.body import Body, refuse
from pipelines.simulator.writes.rows import private


def addresses(world: World) -> dict[str, str]:
    """The mail addresses of the account and what each is for; the unconfirmed one is a main address too."""
    details, billing = world.find("account_details"), world.find("account_billing")
    waiting = (details["unconfirmedEmail"] or {}).get("email")
    known = {
        billing["emailAddressBilling"]: "billing",
        details["emailAddressAbuse"]: "abuse",
        waiting: "main",
        details["emailAddress"]: "main",
    }
    return {address: purpose for address, purpose in known.items() if address}


def check_address(world: World, body: Body, name: str) -> None:
    """Raises Refusal 422 when this field is no mail address and not one of the account either."""
    if "@" not in body[name] and body[name] not in addresses(world):
        raise refuse((name, "This value is not a valid email address"))


def post_mail(world: World, purpose: str, address: str) -> None:
    """Notes a mail with a fresh hash instead of sending it."""
    number = world.next_id("mails")
    private(world, "mails").append({"purpose": purpose, "address": address, "hash": secret("hash", number)})


def open_mail(world: World, digest: str, refusal: Refusal, *purposes: str) -> Row:
    """The mail with this hash, which is thereby used up; raises `refusal`."""
    mails = private(world, "mails")
    for mail in mails:
        if mail["hash"] == digest and mail["purpose"] in purposes:
            mails.remove(mail)
            return mail
    raise refusal
