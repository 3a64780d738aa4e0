"""Wishes that make no sense: one sentence each, exit code 2, nothing sent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from bench import Bench
from terminal import REFUSED, TICKET, Run, bench, metal, order_words, rack, run, served

__all__ = ["bench", "run", "served"]

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
    "nothing to change": (lambda bench: ["update_colocation", f"colocationId={rack(bench)}"], "nothing to change"),
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
