"""The account itself: its details, keys, whitelists, identity documents and SSH keys.

Logging in and everything that goes by mail is in `session.py`.
"""

from __future__ import annotations

from pipelines.simulator.world import Row, World
from pipelines.simulator.writes.body import Body, refuse
from pipelines.simulator.writes.change import Parameters, accept, handlers
from pipelines.simulator.writes.rows import conflict, create, dated, delete, update

# The provider changes these on request only; what a body says about them is passed over.
FIXED = frozenset({"accountType", "companyName", "vatNumber", "cocNumber"})
AGREEMENTS = ("agreeToc", "agreeAup", "agreeDpa")


def update_details(world: World, body: Body, _parameters: Parameters) -> Row:
    """Other contact details; raises Refusal 409 for an agreement withdrawn, 422 without any telephone."""
    row = world.find("account_details")
    merged = row | {name: value for name, value in body.items() if name not in FIXED}
    if any(row[name] and not merged[name] for name in AGREEMENTS):
        raise conflict("An agreement cannot be withdrawn")
    if not merged["phoneNumber"] and not merged["phoneNumberMobile"]:
        raise refuse(("phoneNumber", "Either a phone number or a mobile phone number is required"))
    row.update(merged)
    return row


def new_key(_world: World, row: Row) -> Row:
    """A key without a note or an expiry says so with null."""
    return {"note": row["note"] or None, "expiresAt": row["expiresAt"] or None}


def create_ssh_key(world: World, body: Body, parameters: Parameters) -> Row | None:
    """A new public key; raises Refusal 409 when the account has it."""
    if any(row["publicKey"] == body["publicKey"] for row in world.tables["ssh_keys"]):
        raise conflict("This SSH key already exists")
    own = {"uuid": world.next_uuid("ssh_keys"), "createdAt": world.clock.stamp()}
    return create("ssh_keys", lambda _world, _row: own)(world, body, parameters)


WRITES = handlers(
    update_account_details=update_details,
    update_account_billing=update("account_billing"),
    create_api_key=create("api_keys", new_key),
    update_api_key=update("api_keys"),
    delete_api_key=delete("api_keys"),
    create_api_key_whitelist=create("api_key_whitelist", dated("updatedAt")),
    update_api_key_whitelist=update("api_key_whitelist", dated("updatedAt")),
    delete_api_key_whitelist=delete("api_key_whitelist"),
    create_account_whitelist=create("account_whitelist", dated("createdAt")),
    update_account_whitelist=update("account_whitelist"),
    delete_account_whitelist=delete("account_whitelist"),
    check_account_whitelist=accept,
    create_account_document=create("account_documents"),
    delete_account_document=delete("account_documents"),
    create_ssh_key=create_ssh_key,
    delete_ssh_key=delete("ssh_keys"),
)
