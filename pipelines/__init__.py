"""Everything that moves data: the API client, the loads, the warehouse file, the simulator, the command line.

What does not belong here: Dagster (`dagster_project/`) and business meaning (`sql/`).
"""

import os

# Usage statistics of dlt, dbt and Dagster leave the machine unless told otherwise before they are imported,
# and every entry point (command line, notebook, Dagster, test) passes through this module first.
os.environ.update(
    RUNTIME__DLTHUB_TELEMETRY="false",
    DBT_SEND_ANONYMOUS_USAGE_STATS="false",
    DAGSTER_DISABLE_TELEMETRY="1",
    DO_NOT_TRACK="1",
)
