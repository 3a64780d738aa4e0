"""Tickets: opened, answered and closed over the scripted history."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from pipelines.i3d.catalogue import tickets as shapes
from pipelines.simulator.draft import Row, draft, personal
from pipelines.simulator.seed.counts import Counts

if TYPE_CHECKING:
    from pipelines.simulator.world import World

CATEGORIES = ("Network", "Hardware", "Billing", "Abuse", "Colocation", "Other")
PRIORITIES = ("Low", "Normal", "High")


def seed(world: World, random: Random, counts: Counts) -> None:
    """Schedules the tickets evenly over the history; every fifth stays open."""
    world.tables["ticket_categories"] = [{"value": name} for name in CATEGORIES]
    begin = world.clock.now()
    for number in range(counts.tickets):
        moment = begin + timedelta(days=199) / counts.tickets * number
        world.clock.at(moment, partial(begin_ticket, world, number, moment))


def begin_ticket(world: World, number: int, moment: datetime) -> None:
    """A customer writes; the answer comes after an hour, the end after a day."""
    key = world.next_id("tickets")
    at = int(moment.timestamp())
    ticket = draft(
        shapes.TICKET, key, id=key, title=f"Question {number} about {CATEGORIES[number % 6].lower()}",
        categoryName=CATEGORIES[number % 6], priorityName=PRIORITIES[number % 3], createdAt=at, updatedAt=at,
        clientLastRepliedAt=at, clientLastReadAt=at, status="open", numUserReplies=1, replies=[reply(world, number, at)],
    )  # fmt: skip
    world.tables["tickets"].append(ticket)
    world.clock.after(timedelta(hours=1), partial(answer_ticket, world, ticket, number))
    if number % 5:
        world.clock.after(timedelta(days=1), partial(close_ticket, world, ticket))


def answer_ticket(world: World, ticket: Row, number: int) -> None:
    """The provider replies, which leaves the ticket unread."""
    at = world.clock.stamp()
    ticket["replies"].append({**reply(world, number, at), "replyByI3d": 1})
    ticket["updatedAt"] = at


def close_ticket(world: World, ticket: Row) -> None:
    """The customer has read it and the provider closes it."""
    ticket.update(status="closed", updatedAt=world.clock.stamp(), clientLastReadAt=world.clock.stamp())


def reply(world: World, number: int, at: int) -> Row:
    """One message, every third with an attachment."""
    key = world.next_id("ticket_replies")
    attachments = [] if number % 3 else [attachment(world, at)]
    return draft(
        shapes.TICKET_REPLY, key, id=key, title=f"Message {key}", createdAt=at, attachments=attachments,
        content=f"Hello, {personal('content', key)}.",
    )  # fmt: skip


def attachment(world: World, at: int) -> Row:
    """A file that hangs on a message."""
    key = world.next_id("ticket_attachments")
    return draft(shapes.TICKET_REPLY_ATTACHMENT, id=key, name=f"log-{key}.txt", mime="text/plain", size=64, uploadedTime=at)
