"""Measurements over time, and the two running totals of the month.

Data only.
"""

from pipelines.i3d.catalogue.colocation import TRAFFIC_USAGE
from pipelines.i3d.operation import load
from pipelines.i3d.shape import BYTES, ID, INTEGER, NUMBER, TEXT, UNIX, many, shape

COLOCATION_NETWORK_DATA_TELEMETRY = shape("ColocationNetworkDataTelemetry",
    timestamp=UNIX, networkIngress=BYTES, networkEgress=BYTES,
)
COLOCATION_NETWORK_TELEMETRY = shape("ColocationNetworkTelemetry",
    unit=TEXT, data=many(COLOCATION_NETWORK_DATA_TELEMETRY),
)
COLOCATION_PDU_HISTORY_DATA_TELEMETRY = shape("ColocationPDUHistoryDataTelemetry",
    timestamp=UNIX, amps=NUMBER, volts=NUMBER, kwh=NUMBER, powerMeter=INTEGER,
)
COLOCATION_PDU_HISTORY_TELEMETRY = shape("ColocationPDUHistoryTelemetry",
    unit=TEXT, data=many(COLOCATION_PDU_HISTORY_DATA_TELEMETRY),
)
COLOCATION_PDU_TELEMETRY = shape("ColocationPDUTelemetry",
    id=ID, name=TEXT, kwh=INTEGER,
)
COLOCATION_OVERUSE_TELEMETRY = shape("ColocationOveruseTelemetry",
    coloId=ID, coloName=TEXT, orderedBandwidth=NUMBER, usedBandwidth=NUMBER,
)

UPLINK = {"colocationId": "colocations.id", "upLinkId": "colocations.uplinks.uplinkId"}
CROSS_CONNECT_UPLINK = {"crossConnectId": "cross_connects.id", "uplinkId": "cross_connects.uplinks.uplinkId"}

OPERATIONS = (
    load("/telemetry/pdu/{pduId}", "pdu_power", COLOCATION_PDU_HISTORY_TELEMETRY, "series", "One row per PDU and sample.", key=("pduId", "timestamp"), each={"pduId": "pdus.id"}, window="unix", group="telemetry"),
    load("/colocation/{colocationId}/network/usage/{upLinkId}/raw", "uplink_traffic", TRAFFIC_USAGE, "series", "One row per colocation, uplink, unit and sample.", key=("colocationId", "uplinkId", "unit", "timestamp"), each=UPLINK, window="unix", group="telemetry"),
    load("/telemetry/crossConnect/{crossConnectId}/usage/{uplinkId}/raw", "cross_connect_traffic", TRAFFIC_USAGE, "series", "One row per cross connect, uplink, unit and sample.", key=("crossConnectId", "uplinkId", "unit", "timestamp"), each=CROSS_CONNECT_UPLINK, window="unix", group="telemetry"),
    load("/telemetry/colocation/{colocationId}/network", "colocation_network", COLOCATION_NETWORK_TELEMETRY, "series", "One row per colocation, unit and hour.", key=("colocationId", "unit", "timestamp"), each={"colocationId": "colocations.id"}, window="unix", group="telemetry"),
    load("/telemetry/colocation/powerUsage", "colocation_power_usage", COLOCATION_PDU_HISTORY_TELEMETRY, "series", "One row per sample of some PDU of the account: the API does not say which.", key=("timestamp", "position"), window="unix", group="telemetry"),
    load("/telemetry/colocation/powerUsage/current", "colocation_power_current", COLOCATION_PDU_TELEMETRY, "current", "One row per colocation, with the energy of the month so far.", key="id", observe=("name", "kwh"), paged=True, group="telemetry"),
    load("/telemetry/colocation/overuse/current", "colocation_overuse", COLOCATION_OVERUSE_TELEMETRY, "current", "One row per colocation, with ordered and used bandwidth.", key="coloId", observe=("coloName", "orderedBandwidth", "usedBandwidth"), paged=True, group="telemetry"),
    load("/telemetry/colocation/{colocationId}/pdu/{pduId}", "colocation_pdu_power", COLOCATION_PDU_HISTORY_DATA_TELEMETRY, "series", "One row per colocation, PDU and sample.", key=("colocationId", "pduId", "timestamp"), each={"colocationId": "pdus.colocationId", "pduId": "pdus.id"}, window="unix", paged=True, group="deprecated", reason="deprecated by the provider; pdu_power holds the same samples"),
)
