"""The price catalogue and two orders in the cart. Amounts in whole cents."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from pipelines.i3d.catalogue import calc as shapes
from pipelines.simulator.draft import Row, draft
from pipelines.simulator.seed.counts import Counts
from pipelines.simulator.seed.places import CONTINENTS, PLACES, Place

if TYPE_CHECKING:
    from pipelines.simulator.world import World

CATEGORIES = ("Dedicated Servers", "Colocation", "FlexMetal")
MEMORY, STORAGE = 11, 12


def seed(world: World, random: Random, counts: Counts) -> None:
    """Fills the catalogue, and the cart of an account that has servers."""
    tables = world.tables
    for key, name in enumerate(CATEGORIES, 1):
        tables["calc_categories"].append(draft(shapes.CALC_CATEGORY, id=key, name=name))
        tables["calc_configs"] += [{**config(key, place), "@categoryName": name} for place in PLACES]
        tables["calc_items"] += [{**group(code), "@categoryName": name} for code in (MEMORY, STORAGE)]
        tables["calc_vat_percentages"].append({"taxPercent": 21.0, "@serviceName": name})
        tables["calc_margins"] += [{**margin(key, reseller), "@categoryName": name} for reseller in (1, 2)]
    tables["calc_locations"] = [location(place) for place in PLACES]
    if counts.dedicated_servers:
        tables["calc_order_details"] = [order(world, number) for number in range(2)]


def config(category: int, place: Place) -> Row:
    """A configuration on offer at one place."""
    key = 100 * category + place.id
    return draft(
        shapes.CALC_CONFIG, id=key, tag=1000 + key, locationId=place.id, price=9900 + 100 * place.id, setup=5000,
        flags=4, bwPriceDedi=450, bwPriceColo=450, fixed=False, instantDeliverable=True,
        groups=[group(code) for code in (MEMORY, STORAGE)],
    )  # fmt: skip


def group(code: int) -> Row:
    """A group of items, one of which is chosen."""
    name = "Memory" if code == MEMORY else "Storage"
    items = [item(code, name, step) for step in (1, 2, 3)]
    return draft(
        shapes.CALC_GROUP, id=code, name=name, code=name.lower(), type="radio", step=1, items=items, displayOrder=code,
        defaultItemId=items[0]["id"], dependencyItemIds=[],
    )  # fmt: skip


def item(code: int, name: str, step: int) -> Row:
    """One item with its price."""
    key = 10 * code + step
    size = draft(shapes.CALC_ITEM_SPECIFICATION, id=key, name="size", value=str(64 * step), dataType="integer", mandatory=1)
    return draft(
        shapes.CALC_ITEM, id=key, code=f"{name[:3].upper()}{step}", name=f"{name} {step}", shortName=f"{name[0]}{step}",
        ident=f"{name.lower()}-{step}", quantity=1, specifications=[size], price=1500 * (step - 1), priceLinkGroupId=-1,
        displayOrder=step, excludeConfigs=[], excludeLocationIds=[31] if step > 2 else [],
    )  # fmt: skip


def margin(category: int, reseller: int) -> Row:
    """What a reseller may add."""
    return draft(
        shapes.CALC_CATEGORY_MARGINS, resellerTypeId=reseller, resellerTypeName=f"tier {reseller}", categoryId=category,
        marginFactor=1 + reseller / 20,
    )  # fmt: skip


def location(place: Place) -> Row:
    """A place where products are sold."""
    region, continent = CONTINENTS[place.region]
    return draft(
        shapes.CALC_CATEGORY_LOCATION, categoryIds=[1, 2, 3], locationId=place.id, countryName=place.country,
        countryNameShort=place.code, regionId=region, regionName=place.region, continent=continent, city=place.city,
        locationBwPriceDedi=450, locationBwOverusePriceDedi=600, locationBwPriceColo=450, locationBwOverusePriceColo=600,
    )  # fmt: skip


def order(world: World, number: int) -> Row:
    """An order that waits in the cart."""
    begin = world.clock.stamp()
    return draft(
        shapes.CALC_ORDER, id=world.next_id("calc_orders"), createdAt=begin, modifiedAt=begin, quantity=1 + number,
        title=f"Spare server {number}", categoryId=1, categoryName=CATEGORIES[0], configTag="1106", configName="Dedicated 106",
        configFlags=4, instantDeliverable=True, price=10500, setup=5000, vat=3255, vatPercentage=21.0,
        items=[{"itemId": 111, "groupId": MEMORY, "quantity": 1}],
    )  # fmt: skip
