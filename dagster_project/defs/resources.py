"""What the assets need: nothing here reads a setting, so that the definitions load in an empty environment."""

import sys
from pathlib import Path

import dagster as dg
from dagster_dbt import DbtCliResource

from pipelines.build import PROJECT

# Beside this Python, which may run without its folder being on the PATH.
DBT = Path(sys.executable).parent / "dbt"
# The pool lets one step at a time write, so that a process for each of them would only cost its start. A step goes on where
# the ones before it gave what it needs, also when one of them failed: a table that cannot be loaded must not cost the build.
EXECUTOR = dg.in_process_executor.configured({"step_dependency_config": {"require_upstream_step_success": False}})


@dg.definitions
def resources() -> dg.Definitions:
    """dbt, on the project's own profile, and the executor."""
    dbt = DbtCliResource(project_dir=str(PROJECT), profiles_dir=str(PROJECT), dbt_executable=str(DBT))
    return dg.Definitions(resources={"dbt": dbt}, executor=EXECUTOR)
