"""Slack channels, callbacks and triggers.

Nothing here calls anybody: what a real trigger or callback would do is not simulated.
"""

from __future__ import annotations

from pipelines.simulator.world import Row, World
from pipelines.simulator.writes.body import Body
from pipelines.simulator.writes.change import Change, Parameters, handlers
from pipelines.simulator.writes.rows import conflict, create, dated, delete, locate, update


def number_as_text(_world: World, row: Row) -> Row:
    """Channels and triggers are numbered in text."""
    return {"id": str(row["id"])}


def check_channel(world: World, body: Body, own: str | None = None) -> None:
    """Raises Refusal 409 when another channel has the name already."""
    if any(row["name"] == body["name"] and row["id"] != own for row in world.tables["slack_settings"]):
        raise conflict("A Slack setting with this name already exists")


def create_channel(world: World, body: Body, parameters: Parameters) -> Row | None:
    """A new channel under a name of its own."""
    check_channel(world, body)
    return create("slack_settings", number_as_text)(world, body, parameters)


def update_channel(world: World, body: Body, parameters: Parameters) -> Row | None:
    """Other contents, perhaps another name, for a channel."""
    check_channel(world, body, locate(world, "slack_settings", parameters)["id"])
    return update("slack_settings")(world, body, parameters)


def start_trigger(world: World, row: Row) -> Row:
    """A new trigger is active at once."""
    return number_as_text(world, row) | dated("createdAt", "changedAt")(world, row) | {"active": 1}


def switch_trigger(active: int) -> Change:
    """The change that turns a trigger on (1) or off (0)."""
    return update("triggers", lambda world, row: dated("changedAt")(world, row) | {"active": active})


WRITES = handlers(
    create_slack_setting=create_channel,
    update_slack_setting=update_channel,
    delete_slack_setting=delete("slack_settings"),
    create_callback=create("callbacks"),
    update_callback=update("callbacks"),
    delete_callback=delete("callbacks"),
    create_trigger=create("triggers", start_trigger),
    update_trigger=update("triggers", dated("changedAt")),
    delete_trigger=delete("triggers"),
    enable_trigger=switch_trigger(1),
    disable_trigger=switch_trigger(0),
)
