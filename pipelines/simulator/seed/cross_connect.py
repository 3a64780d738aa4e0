"""Cross connects: contracts and the traffic on their two ends."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from pipelines.i3d.catalogue import cross_connect as shapes
from pipelines.simulator.draft import Row, draft
from pipelines.simulator.seed.contracts import contract
from pipelines.simulator.seed.counts import Counts
from pipelines.simulator.seed.places import EUR, place_of
from pipelines.simulator.signals import Uplink

if TYPE_CHECKING:
    from pipelines.simulator.world import World

KINDS = ("Crossconnect", "Transport", "IP connectivity")


def seed(world: World, random: Random, counts: Counts) -> None:
    """Fills the list; each line ends at a rack of the account where there is one."""
    world.tables["cross_connects"] = [line(world, random, number) for number in range(counts.cross_connects)]


def line(world: World, random: Random, number: int) -> Row:
    """One line with side A and, for every other, side Z measured too."""
    key = world.next_id("cross_connects")
    place, other = place_of(number), place_of(number + 1)
    racks = world.tables["colocations"]
    return draft(
        shapes.CROSS_CONNECT, key, id=key, monthlyFee=str(5_000 + 500 * random.randrange(6)), setupFee="15000", currencyId=EUR,
        colocatedServerId=racks[number % len(racks)]["id"] if racks else 0, locationIdSideA=place.id,
        locationIdSideAName=place.city, locationIdSideZ=other.id, locationIdSideZName=other.city, rackIdSideA=key,
        rackIdSideAName=f"{place.short}-r{number}", rackIdSideZ=key + 1, rackIdSideZName=f"{other.short}-r{number}",
        goLiveDate="2025-03-01", internalId=f"XC{key}", patchInternalName=f"patch {key}", patchCustomerName=f"line {number}",
        thirdPartyId=f"TP{key}", vendorId=3, cableType=1, cableSpeed=10_000, connectorSideAType=1, connectorSideZType=2,
        connectivityType=KINDS[number % 3], bandwidthBillingType=1,
        uplinks=[end(world, side, 15 + 10 * random.random()) for side in "AZ"[: 1 + number % 2]],
        **contract(world.clock.now().date(), number + 4, 30),
    )  # fmt: skip


def end(world: World, side: str, mbps: float) -> Row:
    """One end of a line with its switch port."""
    key = world.next_id("uplinks")
    world.uplinks[key] = Uplink(key, mbps, outward=0.5)
    return {"side": side, "uplinkId": key}
