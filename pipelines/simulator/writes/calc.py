"""The shopping cart: orders, their items and prices, checkout, and the request for an offer.

The catalogue of prices belongs to the seeds. Amounts are integers in cents.
"""

from __future__ import annotations

from typing import Any

from pipelines.i3d.catalogue.calc import CALC_ORDER
from pipelines.simulator.draft import draft
from pipelines.simulator.request import HIDDEN, Refusal
from pipelines.simulator.world import Row, World
from pipelines.simulator.writes.body import Body, refuse
from pipelines.simulator.writes.change import Parameters, handlers
from pipelines.simulator.writes.rows import drop

ORDERS, CONFIGS = "calc_order_details", "calc_configs"
EMPTY_CART = 10006
VAT = 21.0


def choose_config(world: World, tag: str) -> Row:
    """The configuration with this tag; raises Refusal 422."""
    for config in world.tables[CONFIGS]:
        if str(config["tag"]) == tag:
            return config
    raise refuse(("configTag", "This value is not available"))


def catalogue_items(config: Row) -> dict[tuple[str, str], Row]:
    """The items of a configuration by group and item."""
    return {(str(group["id"]), str(item["id"])): item for group in config["groups"] for item in group["items"]}


def default_items(config: Row) -> list[Row]:
    """One of each group's default item, where the group names one that it holds."""
    on_offer = catalogue_items(config)
    chosen = [(group["id"], group["defaultItemId"]) for group in config["groups"]]
    return [{"itemId": item, "groupId": group, "quantity": 1} for group, item in chosen if (str(group), str(item)) in on_offer]


def price(config: Row, order: Row) -> Row:
    """What an order costs per month and once, before and as VAT; raises Refusal 422 for an item not on offer."""
    on_offer, monthly, once = catalogue_items(config), config["price"], config["setup"]
    for position, chosen in enumerate(order["items"]):
        item = on_offer.get((str(chosen["groupId"]), str(chosen["itemId"])))
        if item is None:
            raise refuse((f"items[{position}].itemId", "This value is not available"))
        monthly += chosen["quantity"] * item["price"]
        once += chosen["quantity"] * item["setupPrice"]
    total, setup = order["quantity"] * monthly, order["quantity"] * once
    return {"price": total, "setup": setup, "vat": round((total + setup) * order["vatPercentage"] / 100)}


def create_order(world: World, body: Body, _parameters: Parameters) -> Row:
    """A new order for one of a configuration, at checkout already if asked; raises Refusal 422."""
    config = choose_config(world, body["configTag"])
    category = config[HIDDEN + "categoryName"]
    title = f"{category} {config['tag']}"
    chosen: dict[str, Any] = {
        "configTag": str(config["tag"]),
        "configName": title,
        "configFlags": config["flags"],
        "categoryName": category,
        "categoryId": world.find("calc_categories", name=category)["id"],
        "instantDeliverable": config["instantDeliverable"],
        "items": default_items(config),
    }
    state: dict[str, Any] = {"title": title, "quantity": 1, "vatPercentage": VAT, "finalized": body["instantFinalize"]}
    number, now = world.next_id("calc_orders"), world.clock.stamp()
    row = draft(CALC_ORDER, number, id=number, createdAt=now, modifiedAt=now, **chosen, **state)
    row.update(price(config, row))
    world.tables[ORDERS].append(row)
    return row


def find_order(world: World, parameters: Parameters) -> Row:
    """The order of a path; raises Refusal 404."""
    return world.find(ORDERS, id=parameters["orderId"])


def update_order(world: World, body: Body, parameters: Parameters) -> Row:
    """Another quantity and other items; raises Refusal 404 or 422."""
    row = find_order(world, parameters)
    if body["quantity"] < 1:
        raise refuse(("quantity", "This value should be 1 or more"))
    costs = price(choose_config(world, row["configTag"]), row | body)
    row.update(body, **costs, modifiedAt=world.clock.stamp())
    return row


def delete_order(world: World, _body: Body, parameters: Parameters) -> None:
    """Takes an order out of the cart; raises Refusal 404."""
    drop(world, ORDERS, find_order(world, parameters))


def finalize_order(world: World, _body: Body, parameters: Parameters) -> None:
    """Moves an order to the checkout; raises Refusal 404."""
    find_order(world, parameters).update(finalized=True, modifiedAt=world.clock.stamp())


def ask_for_offer(world: World, _body: Body, _parameters: Parameters) -> None:
    """Sends the cart to sales; raises Refusal 404 when nothing is in it."""
    if not world.tables[ORDERS]:
        raise Refusal(404, EMPTY_CART, "The cart is empty")


WRITES = handlers(
    create_calc_order=create_order,
    request_calc_quote=ask_for_offer,
    update_calc_order=update_order,
    delete_calc_order=delete_order,
    finalize_calc_order=finalize_order,
)
