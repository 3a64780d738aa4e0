"""Dedicated servers: hardware, addresses, contracts, and how busy each is."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import TYPE_CHECKING

from pipelines.i3d.catalogue import dedicated_server as shapes
from pipelines.simulator.draft import Row, draft
from pipelines.simulator.seed.contracts import add_months, contract
from pipelines.simulator.seed.counts import Counts
from pipelines.simulator.seed.places import EUR, USD, YEN, Place, place_of
from pipelines.simulator.signals import Uplink

if TYPE_CHECKING:
    from pipelines.simulator.world import World

PRICES = {EUR: 14900, USD: 16900, YEN: 24000}
UNMETERED, VOLUME, PERCENTILE = 1, 2, 3
COMMITS = {UNMETERED: 1000, VOLUME: 20_000, PERCENTILE: 100}


def seed(world: World, random: Random, counts: Counts) -> None:
    """Fills the list; most servers are paid in euro, some in dollars, some in yen."""
    world.tables["dedicated_servers"] = [server(world, random, number) for number in range(counts.dedicated_servers)]


def currency_of(number: int) -> int:
    """The currency of the n-th service."""
    return USD if number % 5 == 3 else YEN if number % 11 == 5 else EUR


def server(world: World, random: Random, number: int, begin: date | None = None) -> Row:
    """One server, with an uplink of its own; `begin` is the day it was delivered, where that is after the beginning."""
    key = world.next_id("dedicated_servers")
    place = place_of(number)
    currency = currency_of(number)
    billing = (VOLUME, UNMETERED, PERCENTILE)[number % 3]
    row = draft(
        shapes.HOST, key, id=key, userId=770001, serverId=key + 500_000, serverName=f"{place.short}-ded-{number:03}",
        serverType=1, projectName=f"project {number % 4}", clientServerName=f"game {number}", clientState="in use",
        liveHostName=f"host{number}.example.com", category="Dedicated Game Servers", osId=1 + number % 10,
        locationId=place.id, dcLocationId=place.id, instanceType=f"bm7.std.{8 * (1 + number % 3)}", fleetId="0",
        newFleetId="0", fmOrderId="", rackName=f"{place.short}-r{number % 9}", pricePerTbOveruse="600",
        pricePerMonth=str(PRICES[currency] + 500 * random.randrange(10)), currencyId=currency, bandwidthBillingType=billing,
        bandwidthContractual=COMMITS[billing], serviceTag=f"TAG{key}", installStatus="finished", status="running", isODP=0,
        freeIncomingTraffic=number % 4 == 0, **contract(world.clock.now().date(), number, 14), **hardware(key, number),
        **network(key, number, place),
    )  # fmt: skip
    if begin:
        ends = add_months(begin, row["contractPeriod"])
        row |= {"dateStart": begin.isoformat(), "dateEnd": begin.isoformat(), "dateEndContract": ends.isoformat()}
    row |= {"@cpu": 10 + random.random() * 60, "@booted": world.clock.stamp() - 86_400 * number}
    connect(world, row, (20 + 40 * random.random()) if billing != VOLUME else 25 + 10 * random.random())
    return row


def connect(world: World, row: Row, mbps: float) -> None:
    """Gives the server an uplink of this mean rate in Mbit/s."""
    key = world.next_id("uplinks")
    world.uplinks[key] = Uplink(key, mbps, outward=0.8)
    row["uplinks"] = [draft(shapes.HOST_UPLINK, uplinkId=key, aggregate=False)]


def hardware(key: int, number: int) -> Row:
    """Processor, memory and disks."""
    cores = 8 * (1 + number % 3)
    cpu = draft(shapes.HOST_CPU, socket=1, cores=cores, threads=2 * cores, info="AMD EPYC 7313P", type="x86_64")
    disks = [
        draft(
            shapes.HOST_DISK,
            diskType="nvme",
            diskMedium="ssd",
            model="PM9A3",
            product="PM9A3",
            diskSerial=f"S{key}{slot}",
            firmwareVersion="1.0",
            sectorSizeLogical=512,
            sectorSizePhysical=4096,
            size=960_197_124_096,
        )
        for slot in (1, 2)
    ]
    memory = [
        draft(
            shapes.HOST_MEMORY,
            brand="Samsung",
            model="M393A",
            size=34_359_738_368,
            speed=3200,
            ecc=1,
            memoryBank=slot,
            memoryType="DDR4",
            memorySlot=f"A{slot}",
            memorySerial=f"M{key}{slot}",
        )
        for slot in (1, 2)
    ]
    return {
        "brand": "Dell", "model": "R6515", "numCpu": 1, "cpuInfo": cpu["info"], "cpuType": cpu["type"], "cpu": cpu,
        "memMax": 65_536, "disk": disks, "memory": memory,
    }  # fmt: skip


def network(key: int, number: int, place: Place) -> Row:
    """An IPv4 and an IPv6 address, and the customer's labels."""
    mac = f"02:00:00:00:{key % 256:02x}:{number % 256:02x}"
    shared = {"type": 1, "interface": 1, "macAddress": mac, "vlanId": 100 + number}
    addresses = [
        draft(
            shapes.HOST_IP, ipAddress=f"192.0.2.{number % 254 + 1}", version=4, rDns=f"host{number}.example.com",
            gateway="192.0.2.1", netmask="255.255.255.0", prefix=24, **shared,
        ),
        draft(
            shapes.HOST_IP, ipAddress=f"2001:db8:{place.id:x}::{number + 1:x}", version=6, gateway=f"2001:db8:{place.id:x}::1",
            prefix=64, **shared,
        ),
    ]  # fmt: skip
    labels = [{"key": "env", "value": "prod" if number % 3 else "test"}, {"key": "team", "value": f"team{number % 2}"}]
    return {"ipAddress": addresses, "labels": labels}
