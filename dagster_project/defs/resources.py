"""What the assets need: nothing here reads a setting, so that the definitions load in an empty environment."""

import sys
from pathlib import Path

import dagster as dg
from dagster_dbt import DbtCliResource

from pipelines.build import PROJECT

# Beside this Python, which may run without its folder being on the PATH.
DBT = Path(sys.executable).parent / "dbt"


@dg.definitions
def resources() -> dg.Definitions:
    """dbt, on the project's own profile."""
    dbt = DbtCliResource(project_dir=str(PROJECT), profiles_dir=str(PROJECT), dbt_executable=str(DBT))
    return dg.Definitions(resources={"dbt": dbt})
