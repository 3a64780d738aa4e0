"""Racks: contracts, power feeds, uplinks, addresses, alerts, visitors."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from pipelines.i3d.catalogue import colocation as shapes
from pipelines.simulator.draft import Row, draft
from pipelines.simulator.seed.contracts import contract
from pipelines.simulator.seed.counts import Counts
from pipelines.simulator.seed.dedicated_server import PERCENTILE, UNMETERED, VOLUME
from pipelines.simulator.seed.places import EUR, USD, Place, place_of
from pipelines.simulator.signals import Meter, Uplink

if TYPE_CHECKING:
    from pipelines.simulator.world import World

COMMITS = {UNMETERED: 1000, VOLUME: 30_000, PERCENTILE: 200}
RATED_AMPERES = 16
OUTLETS = 4
STATES = ("granted", "granted", "pending", "revoked")


def seed(world: World, random: Random, counts: Counts) -> None:
    """Fills the racks with everything below them, and the register of visitors."""
    for number in range(counts.colocations):
        world.tables["colocations"].append(rack(world, random, number, counts.pdus_per_colocation))
    racks = world.tables["colocations"]
    for number in range(counts.visitors):
        world.tables["colocation_access"].append(visitor(world, number, racks[number % len(racks)]))


def rack(world: World, random: Random, number: int, feeds: int) -> Row:
    """One rack, two thirds of it metered by volume or percentile."""
    key = world.next_id("colocations")
    place = place_of(number)
    billing = (UNMETERED, PERCENTILE, VOLUME)[number % 3]
    row = draft(
        shapes.COLOCATED_SERVER, key, id=key, name=f"{place.short}-rack-{number:03}", datacenter=datacenter(key, place),
        rack={"rack": f"{place.short}-r{number}", "rentedUnits": 42 if number % 2 else 10}, pricePerTbOveruse="600",
        pricePerMonth=str(65_000 + 2_500 * random.randrange(10)), currencyId=USD if place.region == "US" else EUR,
        bandwidthBillingType=billing, bandwidthContractual=COMMITS[billing], powerMaxAmpere=str(2 * RATED_AMPERES),
        powerKwhPrice="24.5", unlimitedIngress=int(number % 4 == 2), network=[network(number)],
        uplinks=[uplink(world, 30 + 20 * random.random(), number) for _ in range(1 + number % 2)],
        **contract(world.clock.now().date(), number + 2, 30),
    )  # fmt: skip
    world.tables["pdus"] += [feed(world, random, key, side) for side in "AB"[:feeds]]
    world.tables["colocation_alerts"].append(alert(world, key))
    return row


def datacenter(key: int, place: Place) -> Row:
    """Where the rack stands, whom to call, and the wifi with its password."""
    address = draft(
        shapes.DATACENTER_ADDRESS, name=f"{place.city} 1", address="Example street 1", zipCode="1000", city=place.city,
        country=place.country,
    )  # fmt: skip
    contact = draft(shapes.DATACENTER_CONTACT, phoneNumber="+31000000000", emailAddress="noc@example.net")
    wifi = draft(shapes.WIFI_CREDENTIAL, key, networkName=f"guest-{place.short}")
    return {"address": address, "contact": contact, "wifi": wifi}


def network(number: int) -> Row:
    """A VLAN with a CIDR range and a custom one."""
    block = f"198.51.{number % 250}"
    custom = draft(shapes.IP_RANGE_CUSTOM, networkStart=f"{block}.100", networkEnd=f"{block}.110", gateway=f"{block}.1")
    names = [{"hostname": f"rack{number}-{host}.example.com", "ip": f"{block}.{host}"} for host in (10, 11)]
    cidr = draft(
        shapes.IP_RANGE_CIDR, network=f"{block}.0", netmask="255.255.255.192", prefix="/26", gateway=f"{block}.1", rDns=names
    )
    custom["rDns"] = [{"hostname": f"rack{number}-100.example.com", "ip": f"{block}.100"}]
    return {"vlanId": 2000 + number, "ipRange": [cidr], "ipRangeCustom": [custom]}


def uplink(world: World, mbps: float, number: int) -> Row:
    """A switch port; every other rack with a single one has it as an aggregate."""
    key = world.next_id("uplinks")
    world.uplinks[key] = Uplink(key, mbps)
    return {"uplinkId": key, "aggregate": number % 4 == 0}


def feed(world: World, random: Random, colocation: int, side: str) -> Row:
    """A power distribution unit on feed A or B."""
    key = world.next_id("pdus")
    world.meters[key] = Meter(key, 0.9 + 0.5 * random.random(), begin=world.clock.stamp(), base=10_000 + random.randrange(5000))
    conduits = [draft(shapes.CONDUIT, conduitName=f"{side}{outlet}") for outlet in range(1, OUTLETS + 1)]
    row = draft(
        shapes.PDU, id=key, name=f"PDU-{colocation}-{side}", serial=f"PDU{key}", inputFeedType=side, outlets=OUTLETS,
        phases=1, powerFactor=0.96, amperage=float(RATED_AMPERES), peakAmperage=float(RATED_AMPERES), minVoltage=228.9,
        conduits=conduits,
    )  # fmt: skip
    return row | {"@colocationId": colocation}


def alert(world: World, colocation: int) -> Row:
    """A warning at 80 % of the commit."""
    row = draft(
        shapes.COLOCATED_ALERT, id=world.next_id("colocation_alerts"), percentage=80, sendMail=1, createdAt=world.clock.stamp()
    )
    return row | {"@colocationId": colocation}


def visitor(world: World, number: int, target: Row) -> Row:
    """A person who may enter, has asked to, or may no longer."""
    key = world.next_id("colocation_access")
    server = {"coloserverId": target["id"], "rackname": target["rack"]["rack"]}
    document = world.next_id("colocation_access_documents")
    papers = draft(shapes.ACCESS_DOCUMENT, document, id=document, documentType=1, documentExpiration="2030-05-31")
    world.tables["colocation_access_documents"].append(papers | {"@accessId": key})
    return draft(
        shapes.COLOCATED_ACCESS_DETAILS, key, id=key, visitorId=key + 1, datacenterId=6, dateverified="2026-01-10",
        dateonlist="2026-01-11", dateofflist="", birthDate="1990-01-01", companyName="Example Games B.V.",
        colocatedAccessServers=[server], createdBy=770001, permanentRequester=1, status=STATES[number % len(STATES)],
    )  # fmt: skip
