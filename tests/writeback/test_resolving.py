"""What becomes of an unknown outcome: every write, carried out or not, is told apart by reading, or left to a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from bench import NAMES, Bench, benches, operation
from test_all_writes import changed

from pipelines.errors import UsageError
from pipelines.i3d.writeback import Plan, resolve
from pipelines.i3d.writeback.effect import UNREADABLE, effect_of
from pipelines.simulator.switches import Fault


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with benches(tmp_path_factory.mktemp("resolving")) as made:
        yield made


def lose(bench: Bench, plan: Plan, *, committed: bool) -> Any:
    """Applies a plan whose answer is a 500; what `resolve` says then."""
    bench.world.switches.faults = [Fault("500", method=plan.operation.method, committed=committed)]
    [outcome] = bench.apply(plan).outcomes
    assert outcome.status == "unknown"
    [one] = resolve(bench.settings, load_again=False)
    return one


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(NAMES) - set(UNREADABLE)))
def test_reading_tells_whether_a_write_happened(bench: Bench, name: str) -> None:
    plan, _ = changed(bench, name)
    missed = lose(bench, plan, committed=False)
    assert missed.happened is False, missed.said
    done = lose(bench, plan, committed=True)
    assert done.happened is True, done.said
    assert bench.latest().status == "settled"
    assert [one.status for one in bench.apply(plan).outcomes] == ["noop"]
    assert len(bench.sent()) == 2


@pytest.mark.parametrize("name", [name for name in UNREADABLE if operation(name).risk])
def test_what_nothing_shows_waits_for_a_person(bench: Bench, name: str) -> None:
    plan, _ = changed(bench, name)
    assert lose(bench, plan, committed=True).happened is None
    with pytest.raises(UsageError, match="is unknown"):
        bench.apply(plan)
    [one] = resolve(bench.settings, happened=True, note="seen in the portal", load_again=False)
    assert (one.happened, bench.latest().happened) == (True, True)
    assert "settled by alice: note: seen in the portal" in bench.latest().message
    assert [step.status for step in bench.apply(plan).outcomes] == ["noop"]


def test_a_call_that_changes_nothing_is_never_unknown(bench: Bench) -> None:
    bench.begin()
    plan = bench.plan("check_account_whitelist", {})
    bench.world.switches.faults = [Fault("500", method="POST")]
    assert [one.status for one in bench.apply(plan).outcomes] == ["failed"]
    assert resolve(bench.settings) == []


def test_every_write_has_a_read_that_shows_it_or_is_listed() -> None:
    assert {name for name in NAMES if effect_of(operation(name)).kind == "nothing"} == set(UNREADABLE)


def drop(table: str, field: str) -> Callable[[Bench], None]:
    return lambda bench: [row.pop(field) for row in bench.world.tables[table]] and None


# What the answer does not tell any more when the outcome is looked for.
SILENT = {
    "tag_flexmetal_server": drop("flexmetal_servers", "tags"),
    "close_ticket": drop("tickets", "status"),
    "reply_to_ticket": drop("tickets", "replies"),
    "cancel_colocation": drop("colocations", "dateCancelled"),
    "update_colocation": drop("colocations", "name"),
    "create_ticket": drop("tickets", "title"),
}


@pytest.mark.parametrize("name", SILENT)
def test_an_answer_that_does_not_tell_is_no_answer(bench: Bench, name: str) -> None:
    plan, _ = changed(bench, name)
    bench.world.switches.faults = [Fault("500", method=plan.operation.method, committed=True)]
    bench.apply(plan)
    SILENT[name](bench)
    [one] = resolve(bench.settings, load_again=False)
    assert one.happened is None, one.said
    assert bench.latest().status == "unknown"


def test_a_read_that_fails_settles_nothing(bench: Bench) -> None:
    plan, _ = changed(bench, "create_flexmetal_tag")
    bench.world.switches.faults = [Fault("500", method="POST")]
    bench.apply(plan)
    bench.world.switches.denied.add("/v3/flexMetal/tags")
    [one] = resolve(bench.settings, load_again=False)
    assert (one.happened, "could not be read" in one.said) == (None, True)


@pytest.mark.slow
def test_a_load_that_fails_after_settling_is_told(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    plan, _ = changed(bench, "tag_flexmetal_server")
    bench.world.switches.faults = [Fault("500", method=plan.operation.method, committed=True)]
    bench.apply(plan)
    bench.world.switches.denied.add("/v3/flexMetal/tags")
    [one] = resolve(bench.settings)
    assert (one.happened, "flexmetal_tags could not be loaded again" in caplog.text) == (True, True)
