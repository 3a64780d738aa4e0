"""All 187 operations of the API, one line each, one module per area.

Data only: what a line means is in `operation.py` and `shape.py`, what is done with it in the modules beside them.
"""

from dataclasses import replace

from pipelines.i3d.catalogue import (
    account,
    automation,
    billing,
    calc,
    colocation,
    cross_connect,
    dedicated_server,
    flexmetal,
    reference,
    telemetry,
    tickets,
)

AREAS = {
    "reference": reference,
    "account": account,
    "billing": billing,
    "calc": calc,
    "tickets": tickets,
    "dedicated_server": dedicated_server,
    "colocation": colocation,
    "cross_connect": cross_connect,
    "flexmetal": flexmetal,
    "automation": automation,
    "telemetry": telemetry,
}
OPERATIONS = tuple(replace(line, area=area) for area, module in AREAS.items() for line in module.OPERATIONS)
BY_NAME = {line.name: line for line in OPERATIONS}
BY_TABLE = {line.table: line for line in OPERATIONS if line.table}
