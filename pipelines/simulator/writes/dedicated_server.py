"""Dedicated servers: names, labels, and the switch ports behind them.

The ports are kept in a private list, since no read shows them.
"""

from __future__ import annotations

from pipelines.simulator.world import Row, World
from pipelines.simulator.writes.body import Body, refuse
from pipelines.simulator.writes.change import Change, Parameters, handlers
from pipelines.simulator.writes.rows import locate, present, private


def merge_labels(old: list[Row], sent: list[Row]) -> list[Row]:
    """The labels with the sent ones laid over them; a label sent with null goes."""
    merged = {label["key"]: label["value"] for label in [*old, *sent]}
    return [{"key": key, "value": value} for key, value in merged.items() if value is not None]


def update_server(world: World, body: Body, parameters: Parameters) -> Row:
    """Other names, another state or other labels; the uptime is passed over, as it can only be measured."""
    row = locate(world, "dedicated_servers", parameters)
    labels = merge_labels(row["labels"], body.get("labels") or [])
    row.update({name: value for name, value in body.items() if name != "uptime"}, labels=labels)
    return present(world, "dedicated_servers", row)


def set_port(setting: str) -> Change:
    """The change of one setting of a switch port; raises Refusal 404, or 422 when path and body differ."""

    def change(world: World, body: Body, parameters: Parameters) -> None:
        world.find("dedicated_servers", serverId=parameters["serverId"])
        if str(body["serverId"]) != parameters["serverId"]:
            raise refuse(("serverId", "This value differs from the path"))
        name = {"serverId": str(body["serverId"]), "networkInterfaceId": str(body["networkInterfaceId"])}
        ports = private(world, "switch_ports")
        port = next((port for port in ports if name.items() <= port.items()), None)
        if port is None:
            ports.append(port := name)
        port[setting] = body[setting]

    return change


WRITES = handlers(
    update_dedicated_server=update_server,
    set_switch_port_rate_limit=set_port("rateLimit"),
    set_switch_port_speed=set_port("portSpeed"),
    set_switch_port_state=set_port("state"),
)
