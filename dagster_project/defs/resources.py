"""What the assets need: nothing here reads a setting, so that the definitions load in an empty environment."""

import dagster as dg
from dagster_dbt import DbtCliResource

from pipelines.build import PROJECT


@dg.definitions
def resources() -> dg.Definitions:
    """dbt, on the project's own profile."""
    return dg.Definitions(resources={"dbt": DbtCliResource(project_dir=str(PROJECT), profiles_dir=str(PROJECT))})
