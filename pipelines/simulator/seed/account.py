"""Who the customer is: session, details, keys, whitelists, files, identity documents, SSH keys, both logs."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from pipelines.i3d.catalogue import account as shapes
from pipelines.simulator.draft import Row, draft, personal, secret
from pipelines.simulator.seed.counts import Counts

if TYPE_CHECKING:
    from pipelines.simulator.world import World

ACTIONS = ("Login", "Invoice viewed", "Reverse DNS changed", "API key created", "Ticket opened", "Password changed")
PAST_CALLS = (
    ("POST", "/v3/tickets"), ("PUT", "/v3/account/details"), ("POST", "/v3/account/apiKey"), ("GET", "/v3/colocation"),
)  # fmt: skip


def seed(world: World, random: Random, counts: Counts) -> None:
    """Fills the tables of the account; an empty account still has its holder and one key."""
    begin = world.clock.stamp()
    people(world)
    for number in range(counts.api_keys):
        world.tables["api_keys"].append(api_key(world, number, begin))
    for number in range(counts.account_whitelist):
        world.tables["account_whitelist"].append(login_range(world, number, begin))
    for number in range(counts.files):
        belongings(world, number, begin)
    schedule_log(world, counts.account_log)
    if counts.account_log:
        world.tables["api_log"] += [past_call(number, *call, begin) for number, call in enumerate(PAST_CALLS)]


def people(world: World) -> None:
    """The holder of the account, as three answers show it."""
    details = draft(
        shapes.ACCOUNT_DETAILS, 1, accountType=2, companyName="Example Games B.V.", vatNumber="NL000000000B01",
        cocNumber="00000000", countryCode="NL", emailAddressValidated=1, language=1, agreeToc=1, agreeAup=1, agreeDpa=1,
        isAllowedFlexMetal=1,
    )  # fmt: skip
    world.tables["account_details"] = [details]
    world.tables["account_billing"] = [
        draft(shapes.ACCOUNT_BILLING_DETAILS, 1, countryCode="NL", bundleInvoicesOfSameCategory=1, preferredPaymentMethod=3)
    ]
    world.tables["session_user"] = [
        draft(shapes.SESSION_USER, 1, userId=770001, accessLevel=10, validateEmail=1, requestIpCountryCode="NL")
    ]


def api_key(world: World, number: int, begin: int) -> Row:
    """A key; the first is the one the simulator accepts. All but the second are tied to address ranges."""
    key = world.next_id("api_keys")
    row = draft(shapes.ACCOUNT_API_KEY, key, id=key, category=1, note=f"key {number}", used=100 * number)
    if number == 0:
        row["@token"] = world.token
    for _ in range(0 if number == 1 else 2):
        allowed = world.next_id("api_key_whitelist")
        whitelist = draft(shapes.ACCOUNT_API_KEY_IP_WHITELIST, id=allowed, active=1, updatedAt=begin - 1000 * number)
        whitelist |= {"@apiKeyId": key, "ipRange": f"203.0.113.{allowed % 64 * 4}/30", "comments": "office"}
        world.tables["api_key_whitelist"].append(whitelist)
    return row


def login_range(world: World, number: int, begin: int) -> Row:
    """An address range that may log in."""
    key = world.next_id("account_whitelist")
    first = f"198.51.100.{number % 250}"
    return draft(
        shapes.ACCOUNT_IP_WHITELIST, id=key, ipStart=first, ipEnd=first, description=f"site {number}", active=1,
        createdAt=begin - 3600 * number,
    )  # fmt: skip


def belongings(world: World, number: int, begin: int) -> None:
    """A file, an identity document and an SSH key."""
    file = world.next_id("account_files")
    world.tables["account_files"].append(
        draft(
            shapes.ACCOUNT_FILE, id=file, category=1, name=f"Contract {number}", filename=f"contract-{number}.pdf",
            type="application/pdf", size=4096, uploadedAt=begin - 86_400 * number,
        )
    )  # fmt: skip
    document = world.next_id("account_documents")
    world.tables["account_documents"].append(
        draft(shapes.ACCOUNT_DOCUMENT, document, id=document, documentType=1, documentExpiration="2031-01-31")
    )
    uuid = world.next_uuid("ssh_keys")
    world.tables["ssh_keys"].append(
        draft(
            shapes.SSH_KEY, uuid, uuid=uuid, name=f"laptop {number}", createdAt=begin - 7200 * number,
            publicKey=f"ssh-ed25519 AAAA{personal('publicKey', number)}",
        )
    )  # fmt: skip


def schedule_log(world: World, actions: int) -> None:
    """Spreads what people did in the portal evenly over the scripted history."""
    begin = world.clock.now()
    step = timedelta(days=199) / max(actions, 1)
    log = world.tables["account_log"]
    for number in range(actions):
        row = action(number, begin + step * number)
        world.clock.at(begin + step * number, partial(log.append, row))


def action(number: int, moment: datetime) -> Row:
    """One line of the portal's log."""
    title = ACTIONS[number % len(ACTIONS)]
    return draft(
        shapes.ACCOUNT_ACTION_LOG, number, remoteIP=f"203.0.113.{number % 250}", title=title,
        description=f"{title} by {personal('description', number)}", date=f"{moment:%Y-%m-%d}", time=f"{moment:%H:%M:%S}",
        timestamp=int(moment.timestamp()),
    )  # fmt: skip


def past_call(number: int, method: str, path: str, begin: int) -> Row:
    """A call of somebody else, with all that the real log is known to keep."""
    request = draft(
        shapes.API_REQUEST, url=path, method=method, ipAddress=f"203.0.113.{number}", requestTimestamp=begin - 3600 + number
    )
    request |= {"header": {"PRIVATE-TOKEN": secret("header", number)}, "body": {"password": secret("body", number)}}
    response = draft(shapes.API_RESPONSE, responseTime=0.01 + number / 1000, code=200)
    response["body"] = None if method == "GET" else {"key": secret("body", number)}
    return {"request": request, "response": response}
