"""What happens to the simulated account is found in the marts, and an account to which nothing happens raises nothing."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import Account
from scratch import ask, build_models

from pipelines.simulator.server import Server
from pipelines.simulator.terms import write_terms
from pipelines.simulator.world import DEFAULT_NOW, World

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stories")]
# The least that the stories need, for every table costs its share of a second.
BEFORE = ("dedicated_servers", "colocations")
LAST = (
    *BEFORE, "cross_connects", "currencies", "flexmetal_servers", "flexmetal_commits", "flexmetal_usage", "pdus", "pdu_power",
    "uplink_traffic",
)  # fmt: skip
MARTS = (
    "bandwidth_by_service_month", "capacity_colocation", "capacity_flexmetal_commit", "contract_calendar",
    "cost_change_by_service_month", "power_by_pdu_day", "service_price_history",
)  # fmt: skip
SELECTION = ("--exclude-resource-type", "unit_test", "--select", *(f"+{mart}" for mart in MARTS))
EARLIER = timedelta(days=120)


class Story:
    """An account as it was on two days, loaded and built: `world` tells what happened, `ask` what the marts say."""

    def __init__(self, folder: Path, *, stories: bool) -> None:
        self.world = World(start=DEFAULT_NOW - EARLIER, stories=stories)
        with Server(self.world) as server:
            account = Account(self.world, server.url, folder, history_days=30, window_days=31)
            account.load(*BEFORE)
            self.world.clock.set(DEFAULT_NOW)
            account.load(*LAST)
        self.path = account.warehouse.private
        terms = write_terms(self.world, folder / "terms")
        build_models(self.path, *SELECTION, terms=terms)

    def ask(self, sql: str) -> list[tuple]:
        """Rows of the marts."""
        return ask(self.path, sql)

    def key(self, kind: str, table: str, position: int) -> str:
        """The key of the n-th service of a table."""
        return f"{kind}:{self.world.tables[table][position]['id']}"


@pytest.fixture(scope="module")
def loud(tmp_path_factory) -> Story:
    return Story(tmp_path_factory.mktemp("loud"), stories=True)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory) -> Story:
    return Story(tmp_path_factory.mktemp("quiet"), stories=False)


PRICES = """
    select service_key, any_value(monthly_price order by valid_from), arg_max(monthly_price, valid_from)
    from marts.service_price_history where monthly_price is not null
    group by all having count(*) > 1 order by service_key
"""
DEARER = "select distinct service_key from marts.cost_change_by_service_month where reason = 'price' order by service_key"
URGENT = "select service_key, urgency from marts.contract_calendar where urgency in ('missed', '7', '30', 'running_out')"
COMMITS = """
    select location_id, in_use, commit from marts.capacity_flexmetal_commit
    where snapshot_on = (select max(snapshot_on) from marts.capacity_flexmetal_commit) and utilisation_pct >= 80
    order by location_id
"""

OVERUSE = """
    select service_key, billing_type from marts.bandwidth_by_service_month
    where overuse_quantity > 0 and month = date '2026-10-01' order by service_key
"""
NEAR_AMPERES = """
    select colocation_id from marts.capacity_colocation group by all having max(utilisation_pct) >= 80 order by all
"""
METERS = """
    select pdu_id, max(replaced_count) > 0, max(reset_count) > 0 from marts.power_by_pdu_day
    group by all having max(replaced_count) + max(reset_count) > 0 order by all
"""
GAPS = """
    select service_key from marts.bandwidth_by_service_month
    where service_key like 'colocation:%' and month = date '2026-10-01'
    qualify sample_count < max(sample_count) over () order by all
"""


def test_a_price_change_is_seen_between_two_loads_and_explains_the_cost(loud):
    dearer = [loud.key("colocation", "colocations", 0), loud.key("dedicated_server", "dedicated_servers", 0)]
    found = loud.ask(PRICES)
    assert [key for key, _, _ in found] == dearer
    assert [after / before for _, before, after in found] == [Decimal("1.05"), Decimal("1.1")]
    assert loud.ask(DEARER) == [(key,) for key in dearer]


def test_the_contract_in_its_notice_window_and_the_missed_one_are_found(loud):
    urgency = dict(loud.ask(URGENT))
    assert urgency[loud.key("dedicated_server", "dedicated_servers", 0)] == "30"
    assert urgency[loud.key("dedicated_server", "dedicated_servers", 1)] == "missed"
    assert urgency[loud.key("colocation", "colocations", 4)] == "running_out"


def test_the_commit_near_exhaustion_and_the_overrun_one_are_found(loud):
    assert loud.ask(COMMITS) == [("6", 5, 6), ("7", 3, 2)]


def test_a_server_that_left_the_list_between_two_loads_costs_until_it_was_last_seen(loud):
    [(key, seen)] = loud.ask("select service_key, last_seen_at from marts.services where is_deleted")
    [(month, reason)] = loud.ask(f"""
        select month, reason from marts.cost_by_service_month where service_key = '{key}' order by month desc limit 1
    """)
    assert month == seen.date().replace(day=1)
    assert "price_before_first_seen" in reason or "end_unknown" in reason


def test_racks_above_their_traffic_commit_and_close_to_their_amperes_are_found(loud):
    # Half of October was loaded: enough for a percentile, too little for a volume.
    assert loud.ask(OVERUSE) == [(loud.key("colocation", "colocations", 1), "p95")]
    assert loud.ask(NEAR_AMPERES) == [(str(loud.world.tables["colocations"][3]["id"]),)]


def test_the_replaced_meter_and_the_one_set_to_zero_are_found(loud):
    replaced, reset = (str(loud.world.tables["pdus"][position]["id"]) for position in (0, 2))
    assert loud.ask(METERS) == [(replaced, True, False), (reset, False, True)]


def test_the_rack_that_lost_a_day_of_samples_is_found(loud):
    assert loud.ask(GAPS) == [(loud.key("colocation", "colocations", 0),)]


@pytest.mark.parametrize("question", [PRICES, DEARER, URGENT, COMMITS, OVERUSE, NEAR_AMPERES, METERS, GAPS])
def test_a_quiet_account_raises_none_of_them(quiet, question):
    assert quiet.ask("select count(*) from marts.services where is_active") == [(35,)]
    assert quiet.ask(question) == []


def test_what_on_demand_servers_cost_is_what_the_provider_invoices(quiet):
    invoiced = {
        row["description"].removeprefix("FlexMetal usage "): Decimal(row["amountExclVAT"]) / 100
        for row in quiet.world.tables["invoices"]
        if row["description"].startswith("FlexMetal usage")
    }
    charged = quiet.ask("""
        select strftime(month, '%Y-%m'), sum(amount) from marts.cost_by_service_month
        where charge_kind = 'usage' and month < date '2026-11-01' group by all
    """)
    assert {month: amount for month, amount in charged if month in invoiced} == {
        month: invoiced[month] for month, _ in charged if month in invoiced
    }
    assert len(charged) > 0
