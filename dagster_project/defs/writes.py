"""Every write operation, and every ready-made action, as an op with a typed configuration and a job of its own.

Dry run unless told otherwise, and never retried.
"""

from functools import partial

import dagster as dg

from dagster_project.defs.loads import POOL
from dagster_project.write_config import HowToAct, HowToWrite, config_of, words_of
from dagster_project.writing import carry_out
from pipelines.actions import Action, actions, plan_action
from pipelines.i3d.catalogue import BY_NAME, OPERATIONS
from pipelines.i3d.operation import Operation
from pipelines.i3d.writeback import plan_write

ONCE = {"dagster/max_retries": "0"}
WRITES = [one for one in OPERATIONS if one.kind == "write"]


def write_job(operation: Operation) -> dg.JobDefinition:
    """The job `write_<operation>` with its one op."""

    def write(context: dg.OpExecutionContext, config: HowToWrite) -> None:
        parameters, body = words_of(config)
        planned = partial(plan_write, name=operation.name, words=parameters, body=body or None)
        carry_out(context, operation.name, config, planned)

    write.__annotations__["config"] = config_of(operation)
    about = f"{operation.method} {operation.path}; risk {operation.risk}{', locked' if operation.locked else ''}."
    op = dg.op(name=operation.name, description=about, pool=POOL, tags=ONCE)(write)
    return job_of(op, f"write_{operation.name}", about, operation)


def action_job(action: Action) -> dg.JobDefinition:
    """The job `action_<name>` of a ready-made query, each of whose rows is a write."""
    only = " Only a plan: nothing of it can be applied." if action.plan_only else ""
    about = f"{action.does[0].upper()}{action.does[1:]}.{only}"

    @dg.op(name=action.name, description=about, pool=POOL, tags=ONCE)
    def write(context: dg.OpExecutionContext, config: HowToAct) -> None:
        carry_out(context, action.operation, config, partial(plan_action, source=action.name, words=config.fields))

    return job_of(write, f"action_{action.name}", about, BY_NAME[action.operation])


def job_of(op: dg.OpDefinition, name: str, about: str, operation: Operation) -> dg.JobDefinition:
    """A job of one op that runs once, whatever the instance says about retries."""
    tags = ONCE | {"i3d/risk": str(operation.risk)}
    return dg.GraphDefinition(name=name, node_defs=[op], description=about).to_job(tags=tags)


write_jobs = [write_job(one) for one in WRITES]
action_jobs = [action_job(one) for one in actions()]
