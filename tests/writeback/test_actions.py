"""Plans from a query: each ready-made action against tables of the marts' contract, and the way from a row to a request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from bench import Bench, benches, operation

from pipelines.actions import actions, find_action, plan_action
from pipelines.errors import UsageError
from pipelines.i3d.writeback import Plan, apply_plan

# The columns of the contract that the actions read, with rows on both sides of every condition. {…} are ids of the account.
MARTS = """
create schema marts; create schema raw_i3d;
create table marts.idle_servers (service_key varchar, verdict varchar);
insert into marts.idle_servers values
    ('flexmetal_server:{metal}', 'idle'), ('flexmetal_server:{other}', 'busy'), ('dedicated_server:{host}', 'off_but_billed');
create table marts.services (service_key varchar, service_type varchar, service_id varchar, project_name varchar,
    purchase_order varchar, is_active boolean);
insert into marts.services values
    ('flexmetal_server:{metal}', 'flexmetal_server', '{metal}', 'Game & Co', '', true),
    ('flexmetal_server:{other}', 'flexmetal_server', '{other}', null, null, true),
    ('dedicated_server:{host}', 'dedicated_server', '{host}', 'p', 'PO 7', true),
    ('dedicated_server:9', 'dedicated_server', '9', 'p', 'PO 8', false);
create table marts.bandwidth_by_service_month (
    service_key varchar, month date, billing_type varchar, used_gb decimal(18, 6), commit_gb decimal(18, 6),
    commit_mbit decimal(18, 6), used_mbit decimal(18, 6), overuse_gb decimal(18, 6), overuse_mbit decimal(18, 6));
insert into marts.bandwidth_by_service_month values
    ('colocation:{rack}', '2026-10-01', 'p95', null, null, 100, 120.5, null, 20.5),
    ('colocation:{rack}', '2026-09-01', 'p95', null, null, 100, 130, null, 30),
    ('dedicated_server:{host}', '2026-11-01', 'volume', 1200, 1000, null, null, 200, null),
    ('dedicated_server:9', '2026-11-01', 'volume', 900, 1000, null, null, 0, null),
    ('dedicated_server:8', '2026-11-01', 'volume', null, null, null, null, null, null);
create table marts.power_by_colocation_month (
    colocation_id varchar, month date, contract_amps decimal(18, 6), peak_amps decimal(18, 6), headroom_amps decimal(18, 6));
insert into marts.power_by_colocation_month values ('{rack}', '2026-11-01', 16, 17.5, -1.5), ('9', '2026-11-01', 16, 8, 8);
create table marts.invoice_reconciliation (
    reconciliation_id varchar, service_key varchar, currency_code varchar, expected_amount decimal(18, 4),
    billed_amount decimal(18, 4), code varchar, invoice_id varchar, line_number bigint, message varchar);
insert into marts.invoice_reconciliation values
    ('r1', 'colocation:{rack}', 'EUR', 100, 120, 'price_variance', '77', 2, 'It rose'),
    ('r2', null, 'EUR', null, 50, 'unexpected_charge', '77', 3, ''),
    ('r3', 'colocation:{rack}', 'EUR', 100, 100, 'matched', '77', 1, ''),
    ('r4', null, 'EUR', null, 60, 'duplicate_line', '78', 1, '');
create table marts.contract_calendar (service_key varchar, days_to_cancel bigint);
insert into marts.contract_calendar values
    ('colocation:{rack}', 12), ('colocation:9', 90), ('colocation:8', -2), ('cross_connect:{line}', 30), ('colocation:7', null);
create table marts.capacity_flexmetal_commit (
    location_id varchar, instance_type varchar, snapshot_on date, utilisation_pct decimal(9, 4));
insert into marts.capacity_flexmetal_commit values
    ('{place}', '{type}', '2026-11-15', 95), ('{place}', '{type}', '2026-11-14', 10), ('{place}', 'x', '2026-11-15', 50);
create table raw_i3d.load_log (as_of timestamptz);
insert into raw_i3d.load_log values ('2026-11-15 09:00:00+00');
create table raw_i3d.tickets (id varchar, title varchar);
insert into raw_i3d.tickets values ('1', 'Invoice question r4: duplicate line [wb:aaaaaaaaaaaa]'), ('2', null);
create table raw_i3d.ticket_categories (value varchar);
insert into raw_i3d.ticket_categories values ('Network'), ('Billing');
create table raw_i3d.colocations (id varchar, is_deleted boolean, bandwidth_contractual bigint);
insert into raw_i3d.colocations values ('{rack}', false, 100), ('8', true, 100), ('7', false, 0), ('6', false, 10);
create table raw_i3d.colocation_alerts (colocation_id varchar, is_deleted boolean);
insert into raw_i3d.colocation_alerts values ('{rack}', true), ('6', false);
create table raw_i3d.flexmetal_locations (id varchar, name varchar);
insert into raw_i3d.flexmetal_locations values ('{place}', '{city}');
create table raw_i3d.operating_systems (slug varchar, available_for_flex_metal bigint);
insert into raw_i3d.operating_systems values ('ubuntu-24-04-lts', 1), ('talos-1-9', 1);
create table raw_i3d.ssh_keys (uuid varchar, is_deleted boolean);
insert into raw_i3d.ssh_keys values ('k1', false), ('k2', true);
create table raw_i3d.calc_orders (id varchar, finalized boolean, is_deleted boolean);
insert into raw_i3d.calc_orders values ('{order}', false, false), ('2', true, false), ('3', false, true);
"""
# What each action asks for, from the rows above: targets, and some fields.
EXPECTED = {
    "clear_cart": ["calc/orders/{order}"],
    "finalise_cart": ["calc/orders/{order}"],
    "label_by_cost_centre": ["dedicatedServer/{host}"],
    "label_idle_servers": ["dedicatedServer/{host}"],
    "list_colocations_to_cancel": ["colocation/{rack}"],
    "list_cross_connects_to_cancel": ["crossConnect/{line}"],
    "open_overuse_tickets": ["tickets", "tickets", "tickets"],
    "open_reconciliation_tickets": ["tickets", "tickets"],
    "order_flexmetal_near_commit": ["flexMetal/servers"],
    "set_missing_bandwidth_alerts": ["colocation/{rack}/alert"],
    "tag_by_cost_centre": ["flexMetal/servers/{metal}/tag/cost-centre:Game-Co"],
    "tag_idle_servers": ["flexMetal/servers/{metal}/tag/idle"],
}
SENT = {
    "label_by_cost_centre": [{"labels": [{"key": "cost-centre", "value": "PO 7"}]}],
    "label_idle_servers": [{"labels": [{"key": "idle", "value": "off_but_billed"}]}],
    "open_overuse_tickets": [
        {"title": "Bandwidth over commit: colocation:{rack}, 2026-10", "category": "Colocation",
         "content": "Commit 100.000000 Mbit/s, used 120.500000 Mbit/s, over by 20.500000 Mbit/s. Please check the "
         "measurement and tell us what it costs."},
        {"title": "Bandwidth over commit: dedicated_server:{host}, 2026-11"},
        {"title": "Power over contract: colocation:{rack}, 2026-11"},
    ],
    "open_reconciliation_tickets": [
        {"title": "Invoice question r1: price variance", "category": "Billing",
         "content": "Invoice 77, line 2. Service colocation:{rack}. Expected 100.0000 EUR. Billed 120.0000 EUR. It rose. "
         "Please explain or correct it."},
        {"title": "Invoice question r2: unexpected charge"},
    ],
    "order_flexmetal_near_commit": [{"location": "{city}", "os": {"slug": "ubuntu-24-04-lts"}, "sshKey": ["k1"]}],
    "set_missing_bandwidth_alerts": [{"percentage": 80, "sendMail": 1, "sendTicket": 0}],
}  # fmt: skip


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with benches(tmp_path_factory.mktemp("actions")) as made:
        for row in made.world.tables["calc_order_details"]:
            row["finalized"] = False
        made.world.tables["colocation_alerts"].clear()
        yield made


@pytest.fixture(scope="module")
def ids(bench: Bench) -> dict[str, str]:
    tables = bench.world.tables
    kind = tables["flexmetal_instance_types"][0]
    going = [row for row in tables["flexmetal_servers"] if row["status"] == "delivered"]
    found = {
        "metal": going[0]["uuid"], "other": going[1]["uuid"], "host": tables["dedicated_servers"][0]["id"],
        "rack": next(row["id"] for row in tables["colocations"] if not row["dateCancelled"]),
        "line": next(row["id"] for row in tables["cross_connects"] if not row["dateCancelled"]), "type": kind["name"],
        "place": kind["@locationId"], "order": tables["calc_order_details"][0]["id"],
        "city": next(row["name"] for row in tables["flexmetal_locations"] if row["id"] == kind["@locationId"]),
    }  # fmt: skip
    bench.folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(bench.settings.warehouse)) as connection:
        connection.execute(filled(MARTS, found))
    return {name: str(value) for name, value in found.items()}


def filled(text: str, ids: dict[str, str]) -> str:
    for name, value in ids.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def test_every_action_says_what_it_does() -> None:
    assert [action.name for action in actions()] == sorted(EXPECTED)
    for action in actions():
        assert operation(action.operation).kind == "write"
        assert len(action.does) > 20
        assert action.plan_only == ("list" in action.does)


@pytest.mark.parametrize("name", EXPECTED)
def test_an_action_plans_what_its_rows_ask_for(bench: Bench, ids: dict[str, str], name: str) -> None:
    plan = plan_action(bench.settings, name)
    assert [step.target.partition("#")[0] for step in plan.changes] == [filled(one, ids) for one in EXPECTED[name]]
    for step, wanted in zip(plan.changes, SENT.get(name, []), strict=bool(SENT.get(name))):
        for field, value in json.loads(filled(json.dumps(wanted), ids)).items():
            sent = step.body[field]
            assert (sent.partition(" [wb:")[0] if field == "title" else sent) == value
    assert bench.sent() == []


@pytest.mark.parametrize("name", [action.name for action in actions() if action.plan_only])
def test_a_list_to_decide_by_is_never_applied(bench: Bench, ids: dict[str, str], name: str) -> None:
    plan = Plan.load(plan_action(bench.settings, name).dump())
    with pytest.raises(UsageError, match="list to decide by"):
        apply_plan(bench.settings, plan, confirm=plan.confirmation)
    assert bench.sent() == []


def test_words_hold_for_every_row_and_win(bench: Bench, ids: dict[str, str]) -> None:
    plan = plan_action(bench.settings, "open_overuse_tickets", words={"department": "noc", "emailTo": "noc@example.com"})
    assert {(step.body["department"], step.body["emailTo"]) for step in plan.changes} == {("noc", "noc@example.com")}


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select 1 as shoe", "needs uuid, tag"),
        ("select", "DuckDB: "),
        ("drop table marts.services", "DuckDB: "),
        ("select 'x' as uuid, 'a' as tag", "uuid 'x' is not valid"),
        ("select '{metal}' as uuid, 'two words' as tag", "tag 'two words' is not valid"),
        ("select '{metal}' as uuid, null as tag", "needs tag"),
        ("copy (select 1) to '/tmp/x.csv'", "DuckDB: "),
    ],
)
def test_a_query_that_makes_no_sense_is_one_sentence(
    bench: Bench, ids: dict[str, str], tmp_path: Path, sql: str, said: str
) -> None:
    path = tmp_path / "q.sql"
    path.write_text(filled(sql, ids))
    with pytest.raises(UsageError, match=said):
        plan_action(bench.settings, path, "tag_flexmetal_server")


def test_an_unknown_action_and_a_query_without_an_operation_are_named(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Did you mean tag_idle_servers"):
        find_action("tag_idle_server")
    path = tmp_path / "q.sql"
    path.write_text("select 1")
    with pytest.raises(UsageError, match="does not say what to do"):
        plan_action(bench.settings, path)
    with pytest.raises(UsageError, match="cannot be read"):
        plan_action(bench.settings, tmp_path / "none.sql", "create_ticket")
