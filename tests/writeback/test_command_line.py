"""`i3d write` from plan to record: exit codes, approvals, stale plans, notes. A refusal sends nothing."""

from __future__ import annotations

import json
import stat
from itertools import islice
from pathlib import Path

from bench import Bench
from terminal import CHANGES, DONE, FAILED, REFUSED, TICKET, Run, bench, metal, rack, run, served

from pipelines.doctor import examine
from pipelines.simulator.switches import Fault
from pipelines.warehouse import Warehouse

__all__ = ["bench", "run", "served"]

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


def test_a_diff_shows_what_changes_and_only_that(bench: Bench, run: Run) -> None:
    row = next(row for row in bench.world.tables["colocations"] if str(row["id"]) == rack(bench))
    row["name"], row["purchaseOrder"] = "old name", "PO-1"
    words = [f"colocationId={row['id']}", "name=new name", "purchaseOrder=PO-1"]
    code, out, _ = run("plan", "update_colocation", *words)
    assert (code, "old name" in out, "new name" in out, "purchaseOrder" in out) == (CHANGES, True, True, False)
    row["name"] = "new name"
    assert run("plan", "update_colocation", *words)[0] == DONE
    details = bench.world.tables["account_details"][0]
    code, out, _ = run("plan", "update_account_details", "city=Delft", personal_data="plain")
    assert (code, details["city"] in " ".join(out.split()), "Delft" in out, "zipCode" in out) == (CHANGES, True, True, False)
    assert details["city"] not in run("plan", "update_account_details", "city=Delft")[1]


def test_a_body_comes_from_a_file_and_words_win(bench: Bench, run: Run) -> None:
    tag = bench.world.rows("flexmetal_tags")[0]["tag"]
    Path("b.json").write_text('{"tag": "from-the-file"}')
    code, out, _ = run("plan", "rename_flexmetal_tag", f"tag={tag}", "--body", "b.json")
    assert (code, "from-the-file" in out) == (CHANGES, True)
    code, out, _ = run("plan", "rename_flexmetal_tag", f"tag={tag}", "body.tag=typed", "--body", "b.json", "-o", "p.json")
    assert (code, "typed" in out, "from-the-file" in out) == (CHANGES, True, False)
    run("approve", "p.json")
    assert run("apply", "p.json", "--no-reload")[0] == DONE
    assert [json.loads(call["body"]) for call in bench.sent()] == [{"tag": "typed"}]
    for text in ("", "[]", "{"):
        Path("b.json").write_text(text)
        assert run("plan", "rename_flexmetal_tag", f"tag={tag}", "--body", "b.json")[0] == REFUSED


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


def test_a_ticket_that_was_read_is_the_same_and_one_with_a_new_reply_is_not(bench: Bench, run: Run) -> None:
    row = next(row for row in bench.world.tables["tickets"] if row["status"] != "closed")
    run("plan", "close_ticket", f"ticketId={row['id']}", "--out", "p.json")
    run("approve", "p.json")
    row["numUserReplies"] += 1
    code, _, err = run("apply", "p.json")
    assert (code, "numUserReplies has changed" in err) == (REFUSED, True)
    row["numUserReplies"] -= 1
    row["clientLastReadAt"] += 60
    assert run("apply", "p.json", "--no-reload")[0] == DONE


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


def test_what_cannot_be_read_back_is_settled_by_a_note(bench: Bench, run: Run) -> None:
    server = str(bench.world.rows("dedicated_servers")[0]["serverId"])
    words = ("set_switch_port_speed", f"serverId={server}", "networkInterfaceId=1", "portSpeed=1000")
    run("plan", *words, "--out", "p.json")
    run("approve", "p.json")
    bench.world.switches.faults = [Fault("500", method="PUT")]
    code, _, err = run("apply", "p.json")
    assert (code, "i3d write resolve" in err) == (FAILED, True)
    [finding] = [one for one in islice(examine(bench.settings, Warehouse.of(bench.settings)), 6) if one.what == "writes"]
    assert (finding.status, finding.said) == ("note", "1 of unknown outcome: `i3d write resolve`")
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
