"""The write jobs: complete, typed, dry by default, never retried; and one real write through Dagster."""

from __future__ import annotations

import dagster as dg
import duckdb
import pytest

from dagster_project.defs.writes import WRITES, action_jobs, write_jobs
from pipelines.actions import actions
from pipelines.i3d.shape import Shape
from pipelines.i3d.writeback import Journal, Plan, approve_plan
from pipelines.settings import read_settings

JOBS = {job.name: job for job in write_jobs}
pytestmark = pytest.mark.xdist_group("dagster")


def test_every_write_of_the_catalogue_is_a_job_that_is_never_retried():
    assert JOBS.keys() == {f"write_{one.name}" for one in WRITES}
    assert len(JOBS) == 86
    assert {job.name for job in action_jobs} == {f"action_{one.name}" for one in actions()}
    assert {job.tags["dagster/max_retries"] for job in (*write_jobs, *action_jobs)} == {"0"}


@pytest.mark.parametrize("operation", WRITES, ids=lambda one: one.name)
def test_the_configuration_has_every_parameter_and_field_and_room_for_no_secret(operation):
    schema = JOBS[f"write_{operation.name}"].nodes[0].definition.config_schema.config_type.fields
    assert schema["dry_run"].default_value is True
    if operation.parameters:
        assert schema["parameters"].config_type.fields.keys() == set(operation.parameters)
    if isinstance(operation.body, Shape):
        body = schema["body"].config_type.fields
        assert body.keys() == operation.body.fields.keys()
        for name, item in operation.body.fields.items():
            assert body[name].is_required == item.required, name
            if item.sensitivity == "secret":
                inner = body[name].config_type
                inner = getattr(inner, "inner_type", inner)
                assert inner.fields.keys() == {"variable"}, name


@pytest.fixture
def live(account, monkeypatch):
    made = account(history_days=0)
    given = {
        "I3D_BASE_URL": made.settings.base_url, "I3D_API_TOKEN": made.world.token, "I3D_ACTOR": "ada",
        "I3D_AS_OF": made.world.clock.now().isoformat(), "I3D_WAREHOUSE": str(made.warehouse.published),
    }  # fmt: skip
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return made


def run(name: str, **config) -> dg.ExecuteInProcessResult:
    config = {"ops": {name: {"config": config}}}
    return JOBS[f"write_{name}"].execute_in_process(run_config=config, raise_on_error=False)


def metadata(result: dg.ExecuteInProcessResult) -> dict:
    [output] = [event for event in result.all_events if event.is_successful_output]
    return {name: value.value for name, value in output.event_specific_data.metadata.items()}


def failure(result: dg.ExecuteInProcessResult) -> str:
    [step] = [event for event in result.all_events if event.is_step_failure]
    return step.event_specific_data.user_failure_data.description


def tags_of(live, uuid: str) -> list[str]:
    return next(row["tags"] for row in live.world.tables["flexmetal_servers"] if row["uuid"] == uuid)


@pytest.mark.slow
def test_a_tag_is_planned_dry_and_set_when_asked(live):
    uuid = live.world.tables["flexmetal_servers"][0]["uuid"]
    given = {"parameters": {"uuid": uuid, "tag": "cost-centre:42"}}
    dry = run("tag_flexmetal_server", **given)
    assert dry.success
    assert "1 to send" in metadata(dry)["plan"]
    assert "cost-centre:42" not in tags_of(live, uuid)
    wet = run("tag_flexmetal_server", **given, dry_run=False)
    assert wet.success, failure(wet)
    assert "applied" in metadata(wet)["outcome"]
    assert "cost-centre:42" in tags_of(live, uuid)
    assert "cost-centre:42" in live.query(f"select tags::varchar from raw_i3d.flexmetal_servers where uuid = '{uuid}'")[0][0]


@pytest.mark.slow
def test_a_ticket_needs_its_dry_run_and_an_approval(live):
    before = len(live.world.tables["tickets"])
    body = {"title": "Rack 2", "content": "over its commit", "category": "Other", "department": "Support"}
    given = {"body": body | {"emailCc": "a@example.com", "emailTo": "b@example.com"}}
    assert "Run it dry first" in failure(run("create_ticket", **given, dry_run=False))
    plan = metadata(run("create_ticket", **given))["plan_hash"]
    assert "not been approved" in failure(run("create_ticket", **given, dry_run=False, plan=plan))
    assert "The plan is one of create_ticket" in failure(run("reply_to_ticket", parameters={"ticketId": "1"}, dry_run=False,
                                                             plan=plan, body={"title": "a", "content": "b"}))  # fmt: skip
    assert len(live.world.tables["tickets"]) == before
    done = run("create_ticket", **given, dry_run=False, plan=plan, approver="ada")
    assert done.success, failure(done)
    assert len(live.world.tables["tickets"]) == before + 1
    again = run("create_ticket", **given, dry_run=False, plan=plan, approver="ada")
    assert len(live.world.tables["tickets"]) == before + 1, again


@pytest.mark.slow
def test_a_write_of_risk_four_needs_another_person_and_the_target(live, monkeypatch):
    uuid = live.world.tables["flexmetal_servers"][0]["uuid"]
    given = {"parameters": {"uuid": uuid}, "dry_run": False}
    plan = metadata(run("release_flexmetal_server", parameters={"uuid": uuid}))["plan_hash"]
    assert "cannot approve it too" in failure(run("release_flexmetal_server", **given, plan=plan, approver="ada"))
    monkeypatch.setenv("I3D_ACTOR", "grace")
    approve_plan(read_settings(), Plan.read(live.warehouse.folder / "plans" / f"{plan}.json"))
    monkeypatch.setenv("I3D_ACTOR", "ada")
    assert "has not been confirmed" in failure(run("release_flexmetal_server", **given, plan=plan, approver="grace"))
    assert run("release_flexmetal_server", **given, plan=plan, approver="grace", confirm=uuid).success
    statuses = [entry.status for entry in Journal.of(live.warehouse).latest()]
    assert statuses.count("applied") == 1


@pytest.mark.slow
def test_a_locked_write_stays_locked(live, monkeypatch):
    for name in ("OLD_PASSWORD", "NEW_PASSWORD"):
        monkeypatch.setenv(name, f"value of {name}")
    secrets = {"currentPassword": {"variable": "OLD_PASSWORD"}, "newPassword": {"variable": "NEW_PASSWORD"}}
    plan = metadata(run("change_password", body=secrets))["plan_hash"]
    assert "change_password is locked" in failure(run("change_password", body=secrets, dry_run=False, plan=plan))


def test_a_secret_that_is_written_out_never_becomes_a_run():
    with pytest.raises(dg.DagsterInvalidConfigError) as refused:
        run("change_password", body={"currentPassword": "hunter2", "newPassword": {"variable": "NEW_PASSWORD"}})
    assert "currentPassword" in str(refused.value)


@pytest.mark.slow
def test_an_action_takes_the_fields_that_its_query_does_not_tell(live):
    live.warehouse.published.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(live.warehouse.published)) as connection:
        connection.execute("create schema marts; create table marts.idle_servers (service_key varchar, verdict varchar)")
        uuid = live.world.tables["flexmetal_servers"][0]["uuid"]
        connection.execute("insert into marts.idle_servers values (?, 'idle')", [f"flexmetal_server:{uuid}"])
    config = {"ops": {"tag_idle_servers": {"config": {"fields": {"tag": "spare"}}}}}
    [job] = [one for one in action_jobs if one.name == "action_tag_idle_servers"]
    dry = job.execute_in_process(run_config=config, raise_on_error=False)
    assert "spare" in metadata(dry)["plan"]
