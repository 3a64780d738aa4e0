"""What describes the provider: countries, currencies, systems, sites, vacancies, health. No customer's data."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from pipelines.i3d.catalogue import reference as shapes
from pipelines.simulator.draft import Row, draft
from pipelines.simulator.seed.counts import Counts
from pipelines.simulator.seed.places import CONTINENTS, CURRENCIES, PLACES, Place

if TYPE_CHECKING:
    from pipelines.simulator.world import World

WINDOWS, LINUX = 1, 2
SYSTEMS = (
    *((name, LINUX) for name in (
        "Ubuntu 24.04 LTS", "Ubuntu 22.04 LTS", "Debian 13", "Debian 12", "Rocky Linux 9", "AlmaLinux 9", "Fedora 42",
        "FreeBSD 14", "Talos 1.9", "Proxmox VE 8",
    )),
    *((name, WINDOWS) for name in ("Windows Server 2025 Standard", "Windows Server 2022 Standard")),
)  # fmt: skip
VACANCIES = ("Network engineer", "Site reliability engineer", "Account manager")
SERVICES = ("Dedicated servers", "Colocation", "Cross connects", "FlexMetal servers")


def seed(world: World, random: Random, counts: Counts) -> None:
    """Fills the reference lists; they are the same in every account."""
    tables = world.tables
    tables["countries"] = countries()
    tables["currencies"] = [
        draft(shapes.CURRENCY, key, id=key, name=name, sign=sign, decimals=decimals, conversionRateToEuro=rate)
        for key, (name, sign, decimals, rate) in CURRENCIES.items()
    ]
    tables["operating_systems"] = [system(number, *item) for number, item in enumerate(SYSTEMS, 1)]
    tables["jobs"] = [vacancy(number, title) for number, title in enumerate(VACANCIES, 1)]
    tables["ping_sites"] = [site(place, host) for place in PLACES for host in range(1, 6)]
    tables["ping_site_details"] = [site_detail(place) for place in PLACES]
    tables["ping_site_latency"] = [latency()]
    tables["heat_map"] = [heat_map()]
    tables["health"] = [draft(shapes.HEALTH, status="OK")]
    tables["remote_information"] = [draft(shapes.USER_REMOTE_INFORMATION)]
    tables["dashboard_services"] = [draft(shapes.SERVICE, id=key, service=name) for key, name in enumerate(SERVICES, 1)]
    tables["dashboard_status"] = [status()]


def countries() -> list[Row]:
    """All 249 countries of ISO 3166, numbered from 1."""
    with (Path(__file__).parent / "countries.csv").open(encoding="utf-8", newline="") as lines:
        return [draft(shapes.COUNTRY, id=number, **line) for number, line in enumerate(csv.DictReader(lines), 1)]


def system(number: int, name: str, group: int) -> Row:
    """An operating system on offer."""
    slug = "".join(letter if letter.isalnum() else "-" for letter in name.lower())
    return draft(
        shapes.OPERATING_SYSTEM, id=number, name=name, slug=slug, osGroup=group, isOdp=number % 2,
        availableForFlexMetal=1, active=1,
    )  # fmt: skip


def vacancy(number: int, title: str) -> Row:
    """A job at the provider."""
    slug = title.lower().replace(" ", "-")
    return draft(
        shapes.JOB, id=number, slug=slug, title=title, headerImage=f"{slug}.jpg", tileImage=f"{slug}-tile.jpg",
        introText=f"We look for a {title.lower()}.", text="Rotterdam, full time.", intakeDate=1_770_000_000 + number,
    )  # fmt: skip


def where(place: Place) -> Row:
    """The fields that both lists of ping sites share."""
    continent, name = CONTINENTS[place.region]
    return {
        "continentId": continent, "continentName": name, "countryId": 1 + continent, "dcLocationId": place.id,
        "dcLocationName": place.city,
    }  # fmt: skip


def site(place: Place, host: int) -> Row:
    """A host that answers pings."""
    return draft(
        shapes.PING_SITE, **where(place), country=place.country, hostname=f"ping{host}.{place.short}.example.net",
        ipv4=[f"192.0.2.{place.id + host}"], ipv6=[f"2001:db8::{place.id}:{host}"],
    )  # fmt: skip


def site_detail(place: Place) -> Row:
    """A location with its beacons."""
    beacons = [
        {"hostName": f"ping{host}.{place.short}.example.net", "state": "up", "ip": f"192.0.2.{place.id + host}"}
        for host in (1, 2)
    ]
    return draft(shapes.PING_SITE_DETAIL, **where(place), countryName=place.country, regionName=place.region, beacons=beacons)


def latency() -> Row:
    """The latency map: one link between each location and the next, one of them lossy."""
    links = list(pairwise(PLACES))
    features = {"ok": [connection(*link) for link in links[1:]], "down": [], "loss": [connection(*links[0])]}
    response = {
        "rpmRaw": [measured_link(*link) for link in links],
        "features": features,
        "routerPoints": [router(place) for place in PLACES],
    }
    return draft(
        shapes.PING_SITE_LATENCY_MODEL, authStatus=True, authservice=True, authuser=True, responseTime=0.012,
        status="success", response=response, serverTime="2026-11-15T09:00:00Z",
    )  # fmt: skip


def measured_link(source: Place, target: Place) -> Row:
    """One link in numbers, which the API sends as text."""
    return draft(
        shapes.PING_SITE_LATENCY_RPM_RAW_MODEL, link=f"{source.short}-{target.short}", latency5m="8.1", latency1d="8.3",
        latency1w="8.2", latency30d="8.4", jitter="0.2", packetloss5m="0", packetloss1d="0", packetloss1w="0.01",
        packetloss30d="0.01", source=position(source), destination=position(target),
    )  # fmt: skip


def position(place: Place) -> Row:
    """Coordinates as text."""
    return {"lat": str(place.latitude), "lng": str(place.longitude)}


def connection(source: Place, target: Place) -> Row:
    """A link as a GeoJSON line."""
    line = {"type": "LineString", "coordinates": [[place.longitude, place.latitude] for place in (source, target)]}
    return {"type": "Feature", "properties": label(f"{source.short}-{target.short}"), "geometry": line}


def router(place: Place) -> Row:
    """A router as a GeoJSON point."""
    return {"type": "Feature", "properties": label(place.short), "geometry": point(place)}


def point(place: Place) -> Row:
    """A place as GeoJSON."""
    return {"type": "Point", "coordinates": [place.longitude, place.latitude]}


def label(link: str) -> Row:
    """What a feature of the latency map is called."""
    return {"link": link, "description": f"Backbone {link}"}


def heat_map() -> Row:
    """The density of end users, one point per location."""
    features = [{"geometry": point(place), "properties": {"value": 10 * place.id}} for place in PLACES]
    return draft(shapes.CDN_USER_FEATURES_MODEL, type="FeatureCollection", features=features)


def status() -> Row:
    """The provider's own status page."""
    components = [{"name": place.city, "status": 1} for place in PLACES]
    groups = [{"name": name, "status": 1, "components": components} for name in ("Network", "Power", "Portal")]
    return draft(shapes.ONLINE_STATUS, status=1, groups=groups)
