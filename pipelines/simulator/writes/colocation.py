"""Racks: names, alerts, reverse DNS, notice, and the request for an offer.

The people who may enter are in `visitors.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from pipelines.simulator.request import not_found
from pipelines.simulator.world import Row, World
from pipelines.simulator.writes.body import Body
from pipelines.simulator.writes.change import Parameters, accept, handlers
from pipelines.simulator.writes.contracts import cancel, revert
from pipelines.simulator.writes.rows import create, dated, delete, update

Address = IPv4Address | IPv6Address


def ranges_with(rack: Row, address: Address) -> Iterator[Row]:
    """Yields the ranges of a rack that hold an address."""
    for network in rack["network"]:
        for cidr in network["ipRange"]:
            if address in ip_network(f"{cidr['network']}{cidr['prefix']}", strict=False):
                yield cidr
        for custom in network["ipRangeCustom"]:
            first, last = ip_address(custom["networkStart"]), ip_address(custom["networkEnd"])
            if address.version == first.version and int(first) <= int(address) <= int(last):
                yield custom


def name_address(world: World, body: Body, parameters: Parameters) -> None:
    """The name that an address of the rack resolves to; raises Refusal 404 for an address elsewhere."""
    rack = world.find("colocations", id=parameters["colocationId"])
    try:
        address = ip_address(parameters["ipAddress"])
    except ValueError:
        raise not_found() from None
    held = next(ranges_with(rack, address), None)
    if held is None:
        raise not_found()
    others = [entry for entry in held["rDns"] if ip_address(entry["ip"]) != address]
    held["rDns"] = [*others, {"hostname": body["hostname"], "ip": str(address)}]


WRITES = handlers(
    request_colocation_quote=accept,
    update_colocation=update("colocations"),
    create_colocation_alert=create("colocation_alerts", dated("createdAt")),
    update_colocation_alert=update("colocation_alerts"),
    delete_colocation_alert=delete("colocation_alerts"),
    cancel_colocation=cancel("colocations"),
    revert_colocation_cancellation=revert("colocations"),
    set_reverse_dns=name_address,
)
