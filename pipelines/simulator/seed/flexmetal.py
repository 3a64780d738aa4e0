"""On-demand metal: servers that come and go, tags, places, types, commits, quotas."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from pipelines.i3d.catalogue import flexmetal as shapes
from pipelines.simulator.draft import Row, draft
from pipelines.simulator.seed.counts import Counts
from pipelines.simulator.seed.places import PLACES, Place, place_of
from pipelines.simulator.signals import Uplink

if TYPE_CHECKING:
    from pipelines.simulator.world import World

TYPES = {1: "bm7.std.8", 2: "bm7.std.16", 3: "bm9.hmm.gpu"}
CENTS_PER_HOUR = {1: 35, 2: 62, 3: 410}
CONTRACT = "FM-2025-001"
PROVISIONING = timedelta(minutes=45)
# Place, type and number of machines that the account has committed to: the first comes close, the second runs over.
COMMITS = ((PLACES[0], 1, 6), (PLACES[1], 2, 2))
ON_DEMAND_QUOTA = 25


def seed(world: World, random: Random, counts: Counts) -> None:
    """Fills what is on offer always; servers, tags and commits where the account uses them."""
    tables = world.tables
    tables["flexmetal_locations"] = [location(number, place) for number, place in enumerate(PLACES, 1)]
    tables["flexmetal_instance_types"] = [
        {**instance_type(key, place), "@locationId": place.id} for place in PLACES for key in TYPES
    ]
    if counts.flexmetal_servers:
        tables["flexmetal_tags"] = [draft(shapes.FLEXMETAL_TAG, tag=tag) for tag in ("env:prod", "env:test", "eu-west")]
        tables["flexmetal_commits"] = [commit(*terms) for terms in COMMITS]
        tables["flexmetal_quotas"] = [quota(place) for place in PLACES]
    begin = world.clock.now()
    for number in range(counts.flexmetal_servers):
        moment = begin + timedelta(days=180) / counts.flexmetal_servers * number
        world.clock.at(moment, partial(order_server, world, random.random(), number, moment))


def order_server(world: World, luck: float, number: int, moment: datetime) -> None:
    """A server is created and delivered 45 minutes later; every eighth is released after twenty days."""
    uuid = world.next_uuid("flexmetal_servers")
    committed = number < 9
    place, key = COMMITS[int(number >= 6)][:2] if committed else (place_of(number), 1 + number % 3)
    row = draft(
        shapes.FLEXMETAL_SERVER, uuid=uuid, name=f"worker-{number:02}", status="created", statusMessage="",
        location={"id": place.id, "name": place.name}, instanceType={"id": key, "name": TYPES[key]},
        os={"slug": "windows-server-2025-standard" if number % 7 == 6 else "ubuntu-24-04-lts"},
        tags=["env:prod" if number % 2 else "env:test"], createdAt=int(moment.timestamp()),
        contractId=CONTRACT if committed else "",
    )  # fmt: skip
    port = world.next_id("uplinks")
    world.uplinks[port] = Uplink(port, 5 + 10 * luck, outward=0.8)
    world.tables["flexmetal_servers"].append(row | {"@uplink": port})
    world.clock.after(PROVISIONING, partial(deliver, world, row["uuid"], number))
    if number % 8 == 3:
        world.clock.after(timedelta(days=20), partial(release, world, uuid))


def deliver(world: World, uuid: str, number: int) -> None:
    """The server gets its two addresses."""
    addresses = [{"ipAddress": f"203.0.113.{number + 1}"}, {"ipAddress": f"2001:db8:f::{number + 1:x}"}]
    row = world.find("flexmetal_servers", uuid=uuid)
    row.update(status="delivered", deliveredAt=world.clock.stamp(), ipAddresses=addresses)


def release(world: World, uuid: str) -> None:
    """The server is given back; it stays readable."""
    world.find("flexmetal_servers", uuid=uuid).update(status="released", releasedAt=world.clock.stamp())


def location(number: int, place: Place) -> Row:
    """A place with on-demand machines."""
    return draft(
        shapes.FLEXMETAL_LOCATION, id=place.id, name=place.name, shortName=place.short, displayName=place.city,
        countryId=number, countryName=place.country, countryShortName=place.code,
    )  # fmt: skip


def instance_type(key: int, place: Place) -> Row:
    """A type of machine on offer at a place."""
    return draft(
        shapes.FLEXMETAL_INSTANCE_TYPE, id=key, locationId=place.id, name=TYPES[key], sockets=1, cores=8 * key,
        memory=64 * key, memoryType="DDR5", storage=960 * key, storageType="NVMe", generationName="gen 7",
    )  # fmt: skip


def commit(place: Place, key: int, capacity: int) -> Row:
    """What the account has promised to use at a place."""
    terms = {"instanceType": instance_type(key, place), "capacity": capacity, "inUse": 0}
    return {"location": location(PLACES.index(place) + 1, place), "commits": [terms]}


def quota(place: Place) -> Row:
    """What the account may use at a place, on demand and from its commit."""
    lines = [quota_line(key, "onDemand", "", ON_DEMAND_QUOTA) for key in TYPES]
    lines += [quota_line(key, "commit", CONTRACT, capacity) for held, key, capacity in COMMITS if held == place]
    return {"location": {"id": place.id, "name": place.name}, "quotaUsage": lines}


def quota_line(key: int, kind: str, contract: str, most: int) -> Row:
    """One quota of one type of machine."""
    return {
        "instanceType": {"id": key, "name": TYPES[key]}, "quotaType": kind, "contractId": contract, "quota": most, "usage": 0
    }  # fmt: skip
