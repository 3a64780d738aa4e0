"""`i3d write` as a person meets it: exit codes, one sentence per refusal, and that a refusal sends nothing."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from bench import Bench, benches
from test_actions import MARTS, filled

from pipelines import cli
from pipelines.i3d.writeback.export import COLUMNS, copy_record
from pipelines.warehouse import Warehouse

Run = Callable[..., tuple[int, str, str]]
DONE, FAILED, REFUSED, CHANGES = 0, 1, 2, 3
TICKET = ["title=Rack 7", "content=c", "category=Power", "department=noc", "emailCc=", "emailTo="]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with benches(tmp_path_factory.mktemp("cli")) as made:
        yield made


@pytest.fixture
def bench(served: Bench) -> Bench:
    served.begin()
    return served


@pytest.fixture
def run(bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs `i3d write …` in this process against the account: exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words: str, **environment: str) -> tuple[int, str, str]:
        here = {
            "base_url": bench.settings.base_url, "api_token": bench.world.token, "actor": "alice", "history_days": "0",
            "warehouse": str(bench.settings.warehouse), "as_of": bench.world.clock.now().isoformat(), **environment,
        }  # fmt: skip
        with monkeypatch.context() as patch:
            for name, value in here.items():
                patch.setenv(f"I3D_{name.upper()}", value)
            patch.setattr("sys.argv", ["i3d", "write", *words])
            with pytest.raises(SystemExit) as exit_:
                cli.main()
        seen = capsys.readouterr()
        code = exit_.value.code
        return code if isinstance(code, int) else 0, seen.out, " ".join(seen.err.split())

    return call


def metal(bench: Bench, number: int = 0) -> str:
    going = [row for row in bench.world.tables["flexmetal_servers"] if row["status"] == "delivered"]
    return str(going[number]["uuid"])


def rack(bench: Bench) -> str:
    return str(next(row["id"] for row in bench.world.tables["colocations"] if not row["dateCancelled"]))


def order_words(bench: Bench, tags: int = 0) -> list[str]:
    kind = bench.world.rows("flexmetal_instance_types")[0]
    place = next(row["name"] for row in bench.world.rows("flexmetal_locations") if row["id"] == kind["@locationId"])
    listed = ",".join(f"t{number}" for number in range(tags))
    return ["name=n", f"location={place}", f"instanceType={kind['name']}", "os.slug=debian-13", "sshKey=k", f"tags={listed}"]


ACCESS = ["email=e", "mobile=m", "firstName=f", "lastName=l", "birthDate=2000-01-01", "companyName=c"]
BAD: dict[str, tuple[Callable[[Bench], list[str]], str]] = {
    "unknown operation": (lambda _: ["creat_ticket"], "no operation 'creat_ticket'. Did you mean create_ticket?"),
    "a read": (lambda _: ["get_colocation"], "is a read"),
    "missing parameter": (lambda _: ["tag_flexmetal_server", "tag=a"], "needs uuid"),
    "missing field": (lambda _: ["create_ticket", *TICKET[1:]], "needs title"),
    "missing field inside": (lambda bench: ["create_flexmetal_server", *order_words(bench)[:3], "os={}"], "needs os.slug"),
    "a place for a value": (
        lambda _: ["create_trigger", "name=n", 'rules=[{"rule": {"$from": "file:/etc/passwd"}}]'], "cannot be called $from"
    ),
    "extra parameter": (lambda _: ["create_ticket", *TICKET, "titel=x"], "Did you mean title?"),
    "extra parameter of a call without a body": (lambda _: ["close_ticket", "ticketId=1", "x=1"], "no parameter 'x'"),
    "read-only field": (lambda bench: ["update_colocation", f"colocationId={rack(bench)}", "dateEnd=x"], "is read-only"),
    "tag with a space": (lambda bench: ["tag_flexmetal_server", f"uuid={metal(bench)}", "tag=a b"], "tag 'a b' is not valid"),
    "tag too long": (lambda _: ["create_flexmetal_tag", "tag=" + "x" * 65], "is not valid"),
    "61 tags": (lambda bench: ["create_flexmetal_server", *order_words(bench, 61)], "tags has 61 entries: at most 60"),
    "60 tags and ours": (lambda bench: ["create_flexmetal_server", *order_words(bench, 60)], "no room for our own mark"),
    "too long": (lambda _: ["request_calc_quote", "firstName=" + "x" * 65], "too long: at most 64"),
    "too short": (lambda _: ["request_calc_quote", "firstName=x"], "too short: at least 2"),
    "wrong type": (lambda bench: ["create_colocation_alert", f"colocationId={rack(bench)}", "percentage=x"], "of type integer"),
    "malformed uuid": (lambda _: ["delete_ssh_key", "uuid=x"], "uuid 'x' is not valid"),
    "malformed address": (lambda bench: ["set_reverse_dns", f"colocationId={rack(bench)}", "ipAddress=x"], "not valid"),
    "unknown target": (lambda _: ["cancel_colocation", "colocationId=7"], "There is no colocation/7."),
    "unknown address": (
        lambda bench: ["set_reverse_dns", f"colocationId={rack(bench)}", "ipAddress=203.0.113.9", "hostname=h"],
        "There is no colocation",
    ),
    "secret in the open": (lambda _: ["log_in", "userName=a", "password=b"], "password is a secret and is never written out"),
    "two ids": (lambda _: ["set_switch_port_state", "serverId=1", "body.serverId=2", "state=0"], "two different serverId"),
    "plural racks": (lambda _: ["create_colocation_access", *ACCESS, "colocatedAccessServers=[]"], "colocatedAccessServer."),
    "a right": (lambda _: ["update_account_details", "isAllowedFlexMetal=0"], "is a right that the provider grants"),
    "rename without a name": (
        lambda bench: ["rename_flexmetal_tag", f"tag={bench.world.rows('flexmetal_tags')[0]['tag']}"], "needs tag"
    ),
    "no file": (lambda _: ["upload_ticket_attachment", "attachment=none.txt"], "there is no 'none.txt'"),
    "no body file": (lambda _: ["create_ticket", "--body", "none.json"], "none.json cannot be read"),
    "no word": (lambda _: ["create_ticket", "title"], "is no parameter"),
    "nothing": (lambda _: [], "Nothing is asked for"),
    "no action": (lambda _: ["--action", "tag_idle"], "Did you mean tag_idle_servers"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_makes_no_sense_is_refused_in_one_sentence_and_nothing_is_sent(bench: Bench, run: Run, case: str) -> None:
    words, said = BAD[case]
    code, out, err = run("plan", *words(bench))
    assert (code, out) == (REFUSED, "")
    assert said in err
    assert err.startswith("Error: ")
    assert bench.sent() == []


def test_a_file_that_is_too_large_is_not_planned(bench: Bench, run: Run, tmp_path: Path) -> None:
    with (tmp_path / "big").open("wb") as file:
        file.truncate(11 * 1024 * 1024)
    assert run("plan", "upload_ticket_attachment", "attachment=big")[0] == REFUSED


def test_the_way_from_plan_to_record(bench: Bench, run: Run) -> None:
    code, out, _ = run("plan", "create_ticket", *TICKET, "--out", "p.json")
    assert code == CHANGES
    assert "Rack 7 [wb:" in out
    assert "risk 2, needs one approval" in out
    assert stat.S_IMODE(Path("p.json").stat().st_mode) == 0o600
    code, _, err = run("apply", "p.json")
    assert (code, "has not been approved" in err) == (REFUSED, True)
    assert run("approve", "p.json", actor="")[0] == REFUSED
    assert run("approve", "p.json", actor="eve", approvers="bob, carol")[0] == REFUSED
    assert run("approve", "p.json", actor="bob", approvers="bob, carol")[0] == DONE
    assert run("apply", "p.json", "--approve", "carol")[0] == REFUSED
    assert run("apply", "p.json", approvers="carol")[0] == REFUSED
    assert bench.sent() == []
    code, out, _ = run("apply", "p.json", "--no-reload")
    assert (code, "created" in out) == (DONE, True)
    code, out, _ = run("apply", "p.json", "--no-reload")
    assert (code, "applied already" in out) == (DONE, True)
    assert len(bench.sent()) == 1
    code, out, _ = run("log")
    assert code == DONE
    assert [word in out for word in ("(plan)", "refused", "applied", "noop")] == [True] * 4
    assert "alice, bob" in out
    entries = json.loads(run("log", "--json", "-n", "2")[1])
    assert [entry["status"] for entry in entries] == ["applied", "noop"]


def test_nothing_to_do_is_done(bench: Bench, run: Run) -> None:
    tag = next(row for row in bench.world.rows("flexmetal_servers") if row["tags"])
    code, out, _ = run("plan", "tag_flexmetal_server", f"uuid={tag['uuid']}", f"tag={tag['tags'][0]}", "--out", "p.json")
    assert (code, "0 to send, 1 as wanted already" in out) == (DONE, True)
    assert run("apply", "p.json")[0] == DONE
    assert bench.sent() == []


def test_risk_4_needs_another_person_and_the_typed_target(bench: Bench, run: Run) -> None:
    number = rack(bench)
    code, out, _ = run("plan", "cancel_colocation", f"colocationId={number}", "--out", "p.json")
    assert (code, f"--confirm {number}" in out) == (CHANGES, True)
    code, _, err = run("approve", "p.json")
    assert (code, "alice made this plan" in err) == (REFUSED, True)
    assert run("apply", "p.json", "--approve", "alice", "--confirm", number)[0] == REFUSED
    assert run("approve", "p.json", actor="bob")[0] == DONE
    code, _, err = run("apply", "p.json")
    assert (code, f"Add --confirm {number}" in err) == (REFUSED, True)
    assert run("apply", "p.json", "--confirm", number + "0")[0] == REFUSED
    assert bench.sent() == []
    assert run("apply", "p.json", "--confirm", number, "--no-reload")[0] == DONE
    assert len(bench.sent()) == 1
    assert bench.latest().approver == "bob"


def test_whoever_applies_may_approve_at_the_same_time(bench: Bench, run: Run) -> None:
    run("plan", "cancel_colocation", f"colocationId={rack(bench)}", "--out", "p.json")
    code, _, _ = run("apply", "p.json", "--approve", "bob", "--confirm", rack(bench), "--no-reload", actor="bob")
    assert (code, len(bench.sent())) == (DONE, 1)


def test_a_locked_write_needs_its_name_in_the_settings(bench: Bench, run: Run) -> None:
    assert run("plan", "log_out", "--out", "p.json")[0] == CHANGES
    run("approve", "p.json", actor="bob")
    code, _, err = run("apply", "p.json", "--confirm", "log_out")
    assert (code, "log_out is locked" in err, bench.sent()) == (REFUSED, True, [])
    assert run("apply", "p.json", "--confirm", "log_out", allow_locked="log_in, log_out")[0] == DONE


def test_a_plan_that_was_overtaken_is_refused(bench: Bench, run: Run) -> None:
    number = rack(bench)
    row = next(row for row in bench.world.tables["colocations"] if str(row["id"]) == number)
    run("plan", "update_colocation", f"colocationId={number}", "name=new", "--out", "p.json")
    run("approve", "p.json")
    row["name"] = "changed by somebody else"
    code, _, err = run("apply", "p.json")
    assert (code, "The plan is stale" in err, "name has changed" in err) == (REFUSED, True, True)
    assert (bench.sent(), bench.latest().status) == ([], "refused")
    row["name"] = "new"
    assert run("apply", "p.json")[0] == DONE
    bench.world.tables["colocations"].remove(row)
    assert "not there any more" in run("apply", "p.json")[2]
    assert bench.sent() == []


def test_a_plan_that_was_edited_or_made_for_another_place_is_refused(bench: Bench, run: Run) -> None:
    run("plan", "tag_flexmetal_server", f"uuid={metal(bench)}", "tag=a", "--out", "p.json")
    code, _, err = run("apply", "p.json", base_url="http://127.0.0.1:1")
    assert (code, "was made for" in err) == (REFUSED, True)
    plan = json.loads(Path("p.json").read_text())
    plan["steps"][0]["parameters"]["tag"] = "b"
    Path("p.json").write_text(json.dumps(plan))
    assert "was changed after it was made" in run("apply", "p.json")[2]
    for text in ("", "[]", "{}", '{"format": 9}'):
        Path("p.json").write_text(text)
        assert run("apply", "p.json")[0] == REFUSED
    assert run("apply", "none.json")[0] == REFUSED
    assert bench.sent() == []


def servers(bench: Bench, count: int, tmp_path: Path) -> Path:
    """A query for tags on so many servers, in a warehouse of nothing else."""
    Path(bench.settings.warehouse).parent.mkdir(parents=True, exist_ok=True)
    duckdb.connect(str(bench.settings.warehouse)).close()
    values = ", ".join(f"('{metal(bench, number)}', 'bulk')" for number in range(count))
    path = tmp_path / "q.sql"
    path.write_text(f"select * from (values {values}) as servers(uuid, tag)")
    return path


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
    (tmp_path / "flexmetal_prices.csv").write_text(f"{header}\n{kind},,EUR,0.50,,2020-01-01,\n")
    prices = {"settings_folder": str(tmp_path)}
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
    bench.server.world.switches.change({"faults": [fault("422", f"/v3/flexMetal/servers/{second}/tag")]})
    code, out, err = run("apply", "p.json", "--no-reload")
    assert (code, "2 applied, 1 failed" in out, "HTTP 422" in err) == (FAILED, True, True)
    code, out, _ = run("apply", "p.json", "--no-reload")
    assert (code, "2 noop, 1 applied" in out or "1 applied" in out) == (DONE, True)
    assert len(bench.sent()) == 4
    run("plan", "untag_flexmetal_server", "--from-sql", str(query), "--out", "p.json")
    bench.server.world.switches.change({"faults": [fault("422", "/v3/flexMetal/servers", 9)]})
    code, out, _ = run("apply", "p.json", "--no-reload", max_errors="2")
    assert (code, "2 failed, 1 refused" in out, "2 others failed" in out) == (FAILED, True, True)


def fault(kind: str, path: str, times: int = 1) -> Any:
    from pipelines.simulator.switches import Fault

    return Fault(kind, path, times, method="POST" if times == 1 else "DELETE")  # type: ignore[arg-type]


def test_what_cannot_be_read_back_is_settled_by_a_note(bench: Bench, run: Run) -> None:
    server = str(bench.world.rows("dedicated_servers")[0]["serverId"])
    words = ("set_switch_port_speed", f"serverId={server}", "networkInterfaceId=1", "portSpeed=1000")
    run("plan", *words, "--out", "p.json")
    run("approve", "p.json")
    bench.server.world.switches.change({"faults": [fault_on_put()]})
    code, _, err = run("apply", "p.json")
    assert (code, "i3d write resolve" in err) == (FAILED, True)
    code, out, _ = run("resolve")
    assert (code, "still unknown" in out, "--did-not-happen" in out) == (CHANGES, True, True)
    assert run("apply", "p.json")[0] == REFUSED
    assert run("resolve", "--did-not-happen")[0] == REFUSED
    assert run("resolve", "shoe")[0] == REFUSED
    code, out, _ = run("resolve", f"server/{server}", "--did-not-happen", "--note", "the port still runs at 100")
    assert (code, "did not happen" in out) == (DONE, True)
    assert "the port still runs at 100" in bench.latest().message
    assert run("apply", "p.json", "--no-reload")[0] == DONE
    assert run("resolve")[1].strip() == "Nothing is unknown."


def fault_on_put() -> Any:
    from pipelines.simulator.switches import Fault

    return Fault("500", method="PUT")


@pytest.mark.slow
def test_a_ticket_from_a_query_is_in_the_raw_table_after_it_was_applied(bench: Bench, run: Run) -> None:
    """The round trip: a rack over its commit, a plan from the query, an approval, the write, the table loaded again."""
    folder = Path(bench.settings.warehouse).parent
    folder.mkdir(parents=True, exist_ok=True)
    ids = {"rack": rack(bench), "host": "1", "metal": metal(bench), "other": metal(bench, 1), "line": "1"}
    ids |= {"place": "1", "type": "t", "city": "c", "order": "1"}
    with duckdb.connect(str(bench.settings.warehouse)) as connection:
        connection.execute(filled(MARTS, ids))
    code, out, _ = run("plan", "--action", "open_overuse_tickets", "department=noc", "--out", "p.json")
    assert (code, "3 to send" in out) == (CHANGES, True)
    assert run("approve", "p.json", actor="bob")[0] == DONE
    code, out, err = run("apply", "p.json")
    assert (code, "3 applied" in out, err) == (DONE, True, "")
    warehouse = Warehouse.of(bench.settings)
    with warehouse.connect() as connection:
        found = connection.execute("select title from raw_i3d.tickets where title like '%[wb:%' order by title").fetchall()
    titles = [row[0].partition(" [wb:")[0] for row in found]
    assert titles[0] == f"Bandwidth over commit: colocation:{ids['rack']}, 2026-10"
    assert len(titles) == 3
    check_copy(bench, warehouse)


def check_copy(bench: Bench, warehouse: Warehouse) -> None:
    """The record is a table of the warehouse, and comes back when the warehouse is made anew."""
    for _ in range(2):
        copy_record(warehouse)
        with warehouse.connect() as connection:
            described = connection.execute("describe ops.write_operations").fetchall()
            rows = connection.execute("select status, dry_run, attempts from ops.write_operations").fetchall()
        assert [row[0] for row in described] == list(COLUMNS)
        assert {row[0]: row[1] for row in described}["started_at"] == "TIMESTAMP"
        assert rows == [("planned", True, 0)] * 3 + [("applied", False, 1)] * 3
        warehouse.private.unlink()
    empty = Warehouse(warehouse.folder / "elsewhere" / "w.duckdb")
    empty.private.parent.mkdir(parents=True)
    copy_record(empty)
    with empty.connect() as connection:
        assert connection.execute("select count(*) from ops.write_operations").fetchone() == (0,)
