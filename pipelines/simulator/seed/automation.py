"""What the provider calls by itself: Slack channels, callbacks, triggers, and the code lists of triggers."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from pipelines.i3d.catalogue import automation as shapes
from pipelines.simulator.draft import Row, draft, secret
from pipelines.simulator.seed.counts import Counts

if TYPE_CHECKING:
    from pipelines.simulator.world import World

CODES = {
    "trigger_rule_actions": ("all", "any"),
    "trigger_rule_data_types": ("CPU", "memory", "time"),
    "trigger_actions": ("restart", "stop", "notify"),
    "trigger_operators": ("equal", "greater", "less"),
    "trigger_conditions": ("server", "fleet", "location"),
    "trigger_value_types": ("percentage", "seconds"),
}


def seed(world: World, random: Random, counts: Counts) -> None:
    """Fills the code lists always, the settings where the account has triggers."""
    for table, words in CODES.items():
        world.tables[table] = [{"id": number, "description": word} for number, word in enumerate(words, 1)]
    begin = world.clock.stamp()
    world.tables["triggers"] = [trigger(world, number, begin) for number in range(counts.triggers)]
    for number in range(min(counts.triggers, 2)):
        key = world.next_id("slack_settings")
        world.tables["slack_settings"].append(
            draft(shapes.SLACK_SETTING, key, id=str(key), name=f"alerts {number}", channel="#noc", userName="i3d")
        )
        key = world.next_id("callbacks")
        url = f"https://hooks.example.com/{secret('url', key)}"
        world.tables["callbacks"].append(draft(shapes.CALLBACK_SETTING, key, id=key, url=url, urlDescription="deploy hook"))


def trigger(world: World, number: int, begin: int) -> Row:
    """A trigger with one condition, one rule and one action."""
    rule = {"operator": 2, "triggerWindow": 300, "threshold": 80 + number % 15}
    # Ids of this part of the API do not fit into a double.
    return draft(
        shapes.TRIGGER, id=str(2**60 + world.next_id("triggers")), name=f"busy {number}", description="CPU above its limit",
        conditions=[{"conditionId": 1, "conditionValues": [str(number)]}],
        rules=[{"ruleAction": 1, "ruleDataType": 1, "rule": rule}],
        actions=[{"action": 2, "actionParameters": {"methodId": 1, "timeout": 30}}],
        createdAt=begin - 1000 * number, changedAt=begin - 500 * number, active=int(number % 3 > 0),
    )  # fmt: skip
