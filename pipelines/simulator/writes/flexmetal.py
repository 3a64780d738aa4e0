"""On-demand servers and their tags.

Delivery and release take their time: they are left with the clock. The counts of tags are computed where they are read.
"""

from __future__ import annotations

import re
from datetime import timedelta

from pipelines.simulator.request import not_found
from pipelines.simulator.seed.flexmetal import PROVISIONING, deliver, release
from pipelines.simulator.signals import Uplink
from pipelines.simulator.world import Row, World
from pipelines.simulator.writes.body import Body, refuse
from pipelines.simulator.writes.change import Parameters, handlers
from pipelines.simulator.writes.rows import add, conflict, drop, locate, present, wrong_state

SERVERS, TAGS = "flexmetal_servers", "flexmetal_tags"
TAG = re.compile(r"[A-Za-z0-9_:-]{1,64}")
CONTRACT = re.compile(r"[A-Z0-9_.-]{0,240}")
MOST_TAGS = 60
RELEASING = timedelta(minutes=10)
GOING = ("failed", "releasing", "released")


def check_tags(tags: list[str], place: str = "tag") -> None:
    """Raises Refusal 422 for too many tags on one server or for one that is no tag."""
    if len(tags) > MOST_TAGS:
        raise refuse((place, f"This collection should contain {MOST_TAGS} elements or less"))
    for tag in tags:
        if not TAG.fullmatch(tag):
            raise refuse((place, "This value is not valid"))


def know_tags(world: World, tags: list[str]) -> None:
    """Lists the tags that were not listed yet."""
    known = {row["tag"] for row in world.tables[TAGS]}
    for tag in tags:
        if tag not in known:
            add(world, TAGS, {"tag": tag})
            known.add(tag)


def choose(rows: list[Row], name: str, place: str, key: str = "name") -> Row:
    """The row with this name; raises Refusal 422 that blames the field `place`."""
    for row in rows:
        if row[key] == name:
            return row
    raise refuse((place, "This value is not available"))


def plan_server(world: World, body: Body) -> Row:
    """What is ordered: place, type and system looked up by name; raises Refusal 422."""
    location = choose(world.tables["flexmetal_locations"], body["location"], "location")
    on_offer = [row for row in world.tables["flexmetal_instance_types"] if row["@locationId"] == location["id"]]
    instance_type = choose(on_offer, body["instanceType"], "instanceType")
    system = choose(world.tables["operating_systems"], body["os"]["slug"], "os.slug", "slug")
    if not system["availableForFlexMetal"]:
        raise refuse(("os.slug", "This value is not available"))
    if not CONTRACT.fullmatch(body.get("contractId") or ""):
        raise refuse(("contractId", "This value is not valid"))
    return {
        "location": {name: location[name] for name in ("id", "name")},
        "instanceType": {name: instance_type[name] for name in ("id", "name")},
        "os": {"slug": system["slug"]},
        "contractId": body.get("contractId") or "",
    }


def order_server(world: World, body: Body, _parameters: Parameters) -> Row:
    """A new server, delivered three quarters of an hour later; raises Refusal 422."""
    tags = list(dict.fromkeys(body.get("tags") or []))
    check_tags(tags, "tags")
    plan = plan_server(world, body)
    own: Row = {"uuid": world.next_uuid(SERVERS), "name": body["name"], "status": "created"}
    row = add(world, SERVERS, {**plan, **own, "tags": tags, "createdAt": world.clock.stamp(), "@uplink": connect(world)})
    know_tags(world, tags)
    world.clock.after(PROVISIONING, lambda: finish(world, row))
    return present(world, SERVERS, row)


def connect(world: World) -> int:
    """A switch port for a new server, with as much traffic as the quieter of the others have."""
    port = world.next_id("uplinks")
    world.uplinks[port] = Uplink(port, 5.0, outward=0.8)
    return port


def finish(world: World, row: Row) -> None:
    """Delivers an ordered server, unless it is being released by now."""
    if row["status"] == "created":
        deliver(world, row["uuid"], 100 + world.next_id("deliveries") % 100)


def release_server(world: World, _body: Body, parameters: Parameters) -> Row:
    """Takes a server back, which is done ten minutes later; raises Refusal 422 for one that failed or is going already."""
    row = locate(world, SERVERS, parameters)
    if row["status"] in GOING:
        raise wrong_state("The server cannot be released in its present state")
    row["status"] = "releasing"
    world.clock.after(RELEASING, lambda: release(world, row["uuid"]))
    return present(world, SERVERS, row)


def tag_server(world: World, _body: Body, parameters: Parameters) -> Row:
    """Puts a tag on a server, listing the tag if need be; raises Refusal 422."""
    row = locate(world, SERVERS, {"uuid": parameters["uuid"]})
    tags = list(dict.fromkeys([*row["tags"], parameters["tag"]]))
    check_tags(tags)
    row["tags"] = tags
    know_tags(world, tags)
    return present(world, SERVERS, row)


def untag_server(world: World, _body: Body, parameters: Parameters) -> Row:
    """Takes a tag off a server; raises Refusal 404 when it does not carry it."""
    row = locate(world, SERVERS, {"uuid": parameters["uuid"]})
    if parameters["tag"] not in row["tags"]:
        raise not_found()
    row["tags"] = [tag for tag in row["tags"] if tag != parameters["tag"]]
    return present(world, SERVERS, row)


def check_new_tag(world: World, body: Body) -> str:
    """The tag of a body; raises Refusal 422, or 409 when it is listed already."""
    tag: str = body["tag"]
    check_tags([tag])
    if any(row["tag"] == tag for row in world.tables[TAGS]):
        raise conflict("Tag already exists")
    return tag


def create_tag(world: World, body: Body, _parameters: Parameters) -> Row:
    """A new tag that no server carries."""
    return present(world, TAGS, add(world, TAGS, {"tag": check_new_tag(world, body)}))


def replace_tag(world: World, old: str, new: list[str]) -> None:
    """Puts the new tags, one or none, in the place of the old one on every server."""
    for row in world.tables[SERVERS]:
        row["tags"] = [name for tag in row["tags"] for name in (new if tag == old else [tag])]


def rename_tag(world: World, body: Body, parameters: Parameters) -> Row:
    """Another name for a tag, on all its servers; raises Refusal 404, 409 or 422."""
    row = locate(world, TAGS, parameters)
    tag = check_new_tag(world, body)
    replace_tag(world, row["tag"], [tag])
    row["tag"] = tag
    return present(world, TAGS, row)


def delete_tag(world: World, _body: Body, parameters: Parameters) -> None:
    """Takes a tag off the list and off all its servers."""
    row = locate(world, TAGS, parameters)
    replace_tag(world, row["tag"], [])
    drop(world, TAGS, row)


WRITES = handlers(
    create_flexmetal_server=order_server,
    release_flexmetal_server=release_server,
    tag_flexmetal_server=tag_server,
    untag_flexmetal_server=untag_server,
    create_flexmetal_tag=create_tag,
    rename_flexmetal_tag=rename_tag,
    delete_flexmetal_tag=delete_tag,
)
