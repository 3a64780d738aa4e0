"""Many writes at once: limits, errors in the middle, the money of orders."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench import Bench
from terminal import CHANGES, DONE, FAILED, REFUSED, Run, bench, metal, order_words, run, served, servers

from pipelines.simulator.switches import Fault

__all__ = ["bench", "run", "served"]

LIMITS = [
    ({"max_operations": "2"}, "has 3 writes, and I3D_MAX_OPERATIONS allows 2"),
    ({"max_percent": "10"}, "touches 3 of"),
]


@pytest.mark.parametrize(("limit", "said"), LIMITS)
def test_a_plan_beyond_a_limit_is_refused_as_a_whole(
    bench: Bench, run: Run, tmp_path: Path, limit: dict[str, str], said: str
) -> None:
    query = servers(bench, 3, tmp_path)
    code, _, err = run("plan", "tag_flexmetal_server", "--from-sql", str(query), **limit)
    assert (code, said in err, bench.sent()) == (REFUSED, True, [])
    assert {entry.status for entry in bench.journal.latest()} == {"refused"}
    assert run("plan", "tag_flexmetal_server", "--from-sql", str(query))[0] == CHANGES


def test_an_order_beyond_the_limit_or_of_unknown_price_is_refused(bench: Bench, run: Run, tmp_path: Path) -> None:
    words = order_words(bench)
    code, _, err = run("plan", "create_flexmetal_server", *words, max_order_amount="EUR:100")
    assert (code, "is unknown, and I3D_MAX_ORDER_AMOUNT is set" in err) == (REFUSED, True)
    header = "instance_type,location_id,currency_code,price_per_hour,price_per_gb_out,valid_from,valid_to"
    kind = words[2].partition("=")[2]
    listed, prices = tmp_path / "flexmetal_prices.csv", {"settings_folder": str(tmp_path)}
    listed.write_text(f"{header}\n{kind},,EUR,half,,2020-01-01,\n")
    assert "is unknown" in run("plan", "create_flexmetal_server", *words, max_order_amount="EUR:365", **prices)[2]
    older_and_as_spreadsheets_write_it = f"{header}\n{kind},,EUR,0.40,,2019-01-01,\n{kind.upper()},,EUR,0.50,,2020-01-01,\n"
    listed.write_text(older_and_as_spreadsheets_write_it, encoding="utf-8-sig")
    code, _, err = run("plan", "create_flexmetal_server", *words, max_order_amount="EUR:364.99", **prices)
    assert (code, "cost 365.00 EUR" in err) == (REFUSED, True)
    assert run("plan", "create_flexmetal_server", *words, max_order_amount="USD:900", **prices)[0] == REFUSED
    assert run("plan", "create_flexmetal_server", *words, max_order_amount="EUR:365", **prices)[0] == CHANGES
    order = bench.world.tables["calc_order_details"][0]
    order["finalized"] = False
    cost = (order["price"] + order["setup"]) / 100
    cart = ("plan", "finalize_calc_order", f"orderId={order['id']}")
    assert run(*cart, max_order_amount=f"EUR:{cost - 0.01:.2f}")[0] == REFUSED
    assert run(*cart, max_order_amount=f"EUR:{cost:.2f}")[0] == CHANGES
    tag = bench.world.rows("calc_configs")[0]["tag"]
    config = ("plan", "create_calc_order", f"configTag={tag}", "couponTag=", "instantFinalize=false")
    assert run(*config, max_order_amount="EUR:0.01")[0] == REFUSED
    assert run(*config, max_order_amount="EUR:1000000")[0] == CHANGES
    assert run(*config, max_order_amount="100 euro")[0] == REFUSED


def test_a_bulk_that_fails_in_part_exits_1_and_stops_after_too_many(bench: Bench, run: Run, tmp_path: Path) -> None:
    query = servers(bench, 3, tmp_path)
    run("plan", "tag_flexmetal_server", "--from-sql", str(query), "--out", "p.json")
    second = metal(bench, 1)
    bench.world.switches.faults = [Fault("422", f"/v3/flexMetal/servers/{second}/tag")]
    code, out, err = run("apply", "p.json", "--no-reload")
    assert (code, "2 applied, 1 failed" in out, "HTTP 422" in err) == (FAILED, True, True)
    code, out, _ = run("apply", "p.json", "--no-reload")
    assert (code, "2 noop, 1 applied" in out or "1 applied" in out) == (DONE, True)
    assert len(bench.sent()) == 4
    run("plan", "untag_flexmetal_server", "--from-sql", str(query), "--out", "p.json")
    bench.world.switches.faults = [Fault("422", times=9, method="DELETE")]
    code, out, _ = run("apply", "p.json", "--no-reload", max_errors="2")
    assert (code, "2 failed, 1 refused" in out, "2 others failed" in out) == (FAILED, True, True)


def test_an_error_stops_what_else_was_to_happen_to_the_same_target_and_nothing_more(
    bench: Bench, run: Run, tmp_path: Path
) -> None:
    query, first = servers(bench, 2, tmp_path), metal(bench)
    query.write_text(f"{query.read_text()} union all select '{first}', 'second'")
    run("plan", "tag_flexmetal_server", "--from-sql", str(query), "--out", "p.json")
    bench.world.switches.faults = [Fault("422", f"/v3/flexMetal/servers/{first}/tag")]
    code, out, _ = run("apply", "p.json", "--no-reload")
    assert (code, "1 failed, 1 applied, 1 refused" in out) == (FAILED, True)
    assert "an earlier step on the same target failed" in " ".join(out.split())
    assert len(bench.sent()) == 2


def test_the_same_row_twice_is_one_write_and_contradictions_are_refused(bench: Bench, run: Run, tmp_path: Path) -> None:
    query = servers(bench, 1, tmp_path)
    query.write_text(f"{query.read_text()} union all {query.read_text()}")
    code, out, _ = run("plan", "tag_flexmetal_server", "--from-sql", str(query))
    assert (code, "1 to send" in out) == (CHANGES, True)
    number = bench.world.tables["dedicated_servers"][0]["id"]
    query.write_text(f"select {number} as dedicated_server_id, name as project_name from (values ('a'), ('b')) as names(name)")
    code, _, err = run("plan", "update_dedicated_server", "--from-sql", str(query))
    assert (code, "Two rows ask for different things" in err) == (REFUSED, True)
