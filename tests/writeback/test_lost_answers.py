"""Failures around five writes over real HTTP: afterwards there is exactly one effect, or an unknown that `resolve` settles.

The account is looked at behind the API's back; nothing about the outcome is taken from our own record.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from bench import Bench, benches

from pipelines.errors import UsageError
from pipelines.i3d.writeback import Entry, Journal, Plan, Result, resolve
from pipelines.simulator.switches import Fault
from pipelines.simulator.world import World

pytestmark = pytest.mark.slow
Words = dict[str, Any]
TICKET = {"title": "Power of rack 7", "content": "c", "category": "Power", "department": "noc", "emailCc": "", "emailTo": ""}


def server(world: World) -> Words:
    kind = world.rows("flexmetal_instance_types")[0]
    place = next(row["name"] for row in world.rows("flexmetal_locations") if row["id"] == kind["@locationId"])
    slug = next(row["slug"] for row in world.rows("operating_systems") if row["availableForFlexMetal"])
    return {"name": "burst-1", "location": place, "instanceType": kind["name"], "os.slug": slug, "sshKey": ["k"], "tags": []}


# For each write: the words of the plan, and how often its effect shows in the account.
CASES: dict[str, tuple[Callable[[World], Words], Callable[[World, Words], int]]] = {
    "create_flexmetal_server": (
        server, lambda world, _: sum(row["name"] == "burst-1" for row in world.tables["flexmetal_servers"])
    ),
    "create_calc_order": (
        lambda world: {"configTag": world.tables["calc_configs"][0]["tag"], "couponTag": "", "instantFinalize": False},
        lambda world, _: len(world.tables["calc_order_details"]) - len(World().tables["calc_order_details"]),
    ),
    "create_ticket": (lambda _: TICKET, lambda world, _: sum("rack 7" in row["title"] for row in world.tables["tickets"])),
    "reply_to_ticket": (
        lambda world: {"ticketId": world.tables["tickets"][0]["id"], "title": "Re: rack 7", "content": "c"},
        lambda world, _: sum("rack 7" in reply["title"] for reply in world.tables["tickets"][0]["replies"]),
    ),
    "tag_flexmetal_server": (
        lambda world: {"uuid": world.tables["flexmetal_servers"][0]["uuid"], "tag": "idle"},
        lambda world, _: world.tables["flexmetal_servers"][0]["tags"].count("idle"),
    ),
    "delete_calc_order": (
        lambda world: {"orderId": world.tables["calc_order_details"][0]["id"]},
        lambda world, words: all(row["id"] != words["orderId"] for row in world.tables["calc_order_details"]),
    ),
}
ANSWERED = ("500", "502-html", "504-empty", "503", "not-json", "408", "redirect")
BROKEN = ("hang", "reset", "truncated")
REFUSED = ("422", "429-bare", "error-200")
FAULTS = [
    *((kind, committed) for kind in (*ANSWERED, *BROKEN) for committed in (False, True)),
    *((kind, False) for kind in REFUSED),
]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with benches(tmp_path_factory.mktemp("faults")) as made:
        yield made


class Case:
    """One write against one account; `patience` are the seconds after which a silent API counts as gone."""

    def __init__(self, bench: Bench, name: str, patience: float = 30) -> None:
        bench.begin(timeout_seconds=patience)
        words, self.count = CASES[name]
        self.bench, self.words = bench, words(bench.world)
        self.plan: Plan = bench.plan(name, self.words)

    @property
    def effects(self) -> int:
        return int(self.count(self.bench.world, self.words))

    def apply(self) -> Result:
        return self.bench.apply(self.plan)

    def settle(self) -> bool:
        """`resolve` reads, and is right about what has happened."""
        [one] = resolve(self.bench.settings, load_again=False)
        assert one.happened is not None, one.said
        assert one.happened == bool(self.effects)
        assert self.bench.latest().status == "settled"
        assert resolve(self.bench.settings) == []
        return one.happened

    def finish(self) -> None:
        """Whatever was, applying the same plan again ends with one effect, and once more changes nothing."""
        self.apply().check()
        assert self.effects == 1
        assert [one.status for one in self.apply().outcomes] == ["noop"]
        assert self.effects == 1


@pytest.mark.parametrize(("kind", "committed"), FAULTS)
@pytest.mark.parametrize("name", CASES)
def test_after_a_fault_there_is_one_effect_or_an_unknown_that_resolve_settles(
    bench: Bench, name: str, kind: Any, committed: bool
) -> None:
    case = Case(bench, name, patience=1 if kind == "hang" else 30)
    method = case.plan.operation.method
    bench.world.switches.faults = [Fault(kind, method=method, committed=committed)]
    [outcome] = case.apply().outcomes
    assert case.effects == int(committed)
    assert len(bench.sent()) == 1
    assert outcome.status == bench.latest().status == ("failed" if kind in REFUSED else "unknown")
    if outcome.status == "unknown":
        with pytest.raises(UsageError, match="is unknown"):
            case.apply()
        same_again = bench.plan(name, case.words)
        if same_again.changes:
            with pytest.raises(UsageError, match="is unknown"):
                bench.apply(same_again)
        assert len(bench.sent()) == 1
        assert case.settle() == committed
    case.finish()


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("name", CASES)
def test_a_refusal_that_took_effect_all_the_same_is_not_repeated(bench: Bench, name: str, kind: Any) -> None:
    case = Case(bench, name)
    bench.world.switches.faults = [Fault(kind, method=case.plan.operation.method, committed=True)]
    assert [one.status for one in case.apply().outcomes] == ["failed"]
    if name == "create_calc_order":  # carries no mark: somebody else may have put the same into the cart
        with pytest.raises(UsageError, match="has appeared, which looks like it"):
            case.apply()
    else:
        assert [one.status for one in case.apply().outcomes] == ["noop"]
    assert case.effects == 1
    assert len(bench.sent()) == 1


@pytest.mark.parametrize("name", CASES)
def test_a_refused_connection_is_a_failure_and_no_unknown(bench: Bench, name: str) -> None:
    case = Case(bench, name)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipelines.i3d.transport.Transport.send", sending_to(f"http://127.0.0.1:{port}"))
        [outcome] = case.apply().outcomes
    assert (outcome.status, bench.latest().attempts, case.effects) == ("failed", 0, 0)
    case.finish()


def sending_to(url: str) -> Callable[..., Any]:
    from pipelines.i3d.transport import Transport
    from pipelines.i3d.wire import Wire

    send = Transport.send

    def elsewhere(self: Transport, *given: Any) -> Any:
        own, self.wire = self.wire, Wire(url, self.token)
        try:
            return send(self, *given)
        finally:
            self.wire = own

    return elsewhere


class CrashError(BaseException):
    """The end of the process."""


@pytest.mark.parametrize("moment", ["before the record", "after the record", "before the outcome", "after the outcome"])
@pytest.mark.parametrize("name", CASES)
def test_after_a_crash_there_is_one_effect_or_an_unknown_that_resolve_settles(
    bench: Bench, name: str, moment: str
) -> None:
    case = Case(bench, name)
    append = Journal.append

    def crash(self: Journal, *entries: Entry) -> None:
        status = "sent" if moment.endswith("record") else "applied"
        hit = entries[0].status == status
        if hit and moment.startswith("before"):
            raise CrashError
        append(self, *entries)
        if hit:
            raise CrashError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Journal, "append", crash)
        with pytest.raises(CrashError):
            case.apply()
    assert case.effects == (0 if moment.endswith("record") else 1)
    if moment in ("after the record", "before the outcome"):
        with pytest.raises(UsageError, match="is unknown"):
            case.apply()
        case.settle()
    case.finish()


def test_a_create_that_is_carried_out_after_it_timed_out_is_not_taken_for_one_that_was_not(bench: Bench) -> None:
    case = Case(bench, "create_ticket", patience=1)
    bench.world.switches.faults = [Fault("hang", method="POST")]
    assert [one.status for one in case.apply().outcomes] == ["unknown"]
    late = bench.world.tables["tickets"][0] | {"id": 1, "title": case.plan.steps[0].body["title"]}
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: (time.sleep(0.3), bench.world.tables["tickets"].append(late)))
        assert case.settle() is True
    assert [one.status for one in case.apply().outcomes] == ["noop"]
    assert case.effects == 1


def test_two_who_apply_the_same_plan_at_once_send_it_once(bench: Bench) -> None:
    case = Case(bench, "create_ticket")
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: case.apply(), range(4)))
    assert sorted(one.status for result in results for one in result.outcomes) == ["applied", "noop", "noop", "noop"]
    assert case.effects == len(bench.sent()) == 1
