"""Tickets, replies and attachments.

Nobody answers: a ticket moves only when the customer moves it. Uploads are kept in a private list until a reply uses them.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.i3d.catalogue.tickets import TICKET, TICKET_REPLY, TICKET_REPLY_ATTACHMENT
from pipelines.simulator.draft import draft
from pipelines.simulator.request import not_found
from pipelines.simulator.world import Row, World
from pipelines.simulator.writes.body import Body, refuse
from pipelines.simulator.writes.change import Change, Parameters, handlers
from pipelines.simulator.writes.rows import locate, present, private, wrong_state

OPEN, CLOSED = "open", "closed"


def take_attachments(world: World, body: Body) -> list[Row]:
    """The uploads that a text refers to; raises Refusal 422 for one that is unknown or in use."""
    free = {str(upload["id"]): upload for upload in private(world, "uploads")}
    wanted = dict.fromkeys(str(number) for number in body.get("attachmentIds") or [])
    if not wanted.keys() <= free.keys():
        raise refuse(("attachmentIds", "This attachment does not exist or is linked already"))
    for number in wanted:
        private(world, "uploads").remove(free[number])
    return [free[number] for number in wanted]


def write_reply(world: World, body: Body) -> Row:
    """A text of the customer, with its attachments; raises Refusal 422."""
    attachments, number = take_attachments(world, body), world.next_id("ticket_replies")
    text = {"title": body["title"], "content": body.get("content") or "", "attachments": attachments}
    return draft(TICKET_REPLY, number, id=number, createdAt=world.clock.stamp(), **text)


def write_ticket(world: World, body: Body) -> Row:
    """A ticket with its first text, not stored yet; raises Refusal 422."""
    reply, number, now = write_reply(world, body), world.next_id("tickets"), world.clock.stamp()
    times = dict.fromkeys(("createdAt", "updatedAt", "clientLastRepliedAt", "clientLastReadAt"), now)
    words = {"title": body["title"], "categoryName": body["category"], "priorityName": "Normal", "status": OPEN}
    return draft(TICKET, number, id=number, numUserReplies=1, replies=[reply], **words, **times)


def create_ticket(world: World, body: Body, _parameters: Parameters) -> Row:
    """A new ticket of the account; raises Refusal 422."""
    row = write_ticket(world, body)
    world.tables["tickets"].append(row)
    return present(world, "tickets", row)


def contact_sales(world: World, body: Body, _parameters: Parameters) -> Row:
    """A ticket of somebody without an account, which is why no list shows it."""
    private(world, "contacts").append(row := write_ticket(world, body))
    return row


def reply_to_ticket(world: World, body: Body, parameters: Parameters) -> Row:
    """One more text under a ticket; raises Refusal 404 or 422."""
    row = locate(world, "tickets", parameters)
    row["replies"] = [*row["replies"], write_reply(world, body)]
    row["numUserReplies"] += 1
    row.update(dict.fromkeys(("updatedAt", "clientLastRepliedAt", "clientLastReadAt"), world.clock.stamp()))
    return present(world, "tickets", row)


def set_status(status: str) -> Change:
    """The change that opens or closes a ticket; raises Refusal 404, or 422 for one that the provider closed for good."""

    def change(world: World, _body: Body, parameters: Parameters) -> None:
        row = locate(world, "tickets", parameters)
        if status == OPEN and row.get("@forced"):
            raise wrong_state("The ticket was closed by force")
        row.update(dict.fromkeys(("updatedAt", "clientLastReadAt"), world.clock.stamp()), status=status)

    return change


def upload(world: World, body: Body, _parameters: Parameters) -> Row:
    """Keeps a file until a text refers to it."""
    number = world.next_id("ticket_attachments")
    told = {name: body[name] for name in ("name", "mime", "size")}
    row = draft(TICKET_REPLY_ATTACHMENT, number, id=number, uploadedTime=world.clock.stamp(), **told)
    private(world, "uploads").append(row)
    return {"attachmentId": number}


def linked_attachments(world: World) -> Iterator[str]:
    """Yields the numbers of the attachments that some text refers to."""
    for ticket in world.tables["tickets"]:
        for reply in ticket["replies"]:
            yield from (str(attachment["id"]) for attachment in reply["attachments"])


def delete_upload(world: World, _body: Body, parameters: Parameters) -> None:
    """Takes an upload away that no text uses; raises Refusal 404, or 422 for one that is in use."""
    number = parameters["attachmentId"]
    uploads = private(world, "uploads")
    kept = [row for row in uploads if str(row["id"]) != number]
    if len(kept) == len(uploads):
        raise wrong_state("The attachment is linked to a ticket") if number in linked_attachments(world) else not_found()
    uploads[:] = kept


WRITES = handlers(
    create_ticket=create_ticket,
    contact_sales=contact_sales,
    reply_to_ticket=reply_to_ticket,
    upload_ticket_attachment=upload,
    delete_ticket_attachment=delete_upload,
    open_ticket=set_status(OPEN),
    close_ticket=set_status(CLOSED),
)
