"""What writes change: every round trip is made over the calls that a client would make."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from write_calls import attachment, call, fill, metal, read, read_one, running, upload

from pipelines.i3d.catalogue import BY_NAME
from pipelines.simulator.world import World
from pipelines.simulator.writes.body import LARGEST_UPLOAD
from pipelines.simulator.writes.session import FIRST_PASSWORD, TRIES


@pytest.fixture
def world() -> World:
    return World()


def status(world: World, method: str, path: str, body: Any = None) -> int:
    return call(world, method, path, body).status


def answered(world: World, method: str, path: str, body: Any = None) -> Any:
    return json.loads(call(world, method, path, body).body)


def test_a_ticket_is_opened_answered_closed_and_opened_again(world: World) -> None:
    uploaded, _ = attachment(world)
    number = uploaded["attachmentId"]
    told = {**fill(BY_NAME["create_ticket"].body), "title": "Broken disk", "attachmentIds": [int(number)]}
    ticket = answered(world, "POST", "/tickets", told)
    path = f"/tickets/{ticket['id']}"
    assert [row["title"] for row in read(world, "/tickets") if row["id"] == ticket["id"]] == ["Broken disk"]
    assert status(world, "DELETE", f"/tickets/attachment/{number}") == 422
    assert status(world, "POST", f"{path}/reply", {"title": "More", "content": "text", "attachmentIds": [int(number)]}) == 422
    assert answered(world, "POST", f"{path}/reply", {"title": "More", "content": "text"})["numUserReplies"] == 2
    assert status(world, "PUT", f"{path}/close") == 204
    assert ticket["id"] not in [row["id"] for row in read(world, "/tickets/openOrUnread")]
    assert status(world, "PUT", f"{path}/open") == 204
    shown = read_one(world, path)
    assert (shown["status"], [reply["title"] for reply in shown["replies"]]) == ("open", ["Broken disk", "More"])
    world.find("tickets", id=ticket["id"])["@forced"] = True
    assert status(world, "PUT", f"{path}/open") == 422


def test_an_upload_is_kept_until_deleted_and_limited_in_size(world: World) -> None:
    uploaded, _ = attachment(world)
    path = f"/tickets/attachment/{uploaded['attachmentId']}"
    assert [status(world, "DELETE", path) for _ in range(2)] == [204, 404]
    assert upload(world, "/tickets/attachment", b"x" * (LARGEST_UPLOAD + 1)).status == 413
    assert status(world, "POST", "/tickets/attachment", {"attachment": "x"}) == 400


def test_tags_are_counted_renamed_and_limited(world: World) -> None:
    uuid = read(world, "/flexMetal/servers")[0]["uuid"]

    def count(tag: str) -> list[int]:
        return [row["resources"]["flexMetalServers"]["count"] for row in read(world, "/flexMetal/tags") if row["tag"] == tag]

    for _ in range(2):
        assert "one" in answered(world, "POST", f"/flexMetal/servers/{uuid}/tag/one")[0]["tags"]
    assert count("one") == [1]
    refused = answered(world, "POST", "/flexMetal/tags", {"tag": "one"})
    assert (refused["errors"], bool(refused["errorMessage"])) == ([], True)
    assert status(world, "PUT", "/flexMetal/tags/one", {"tag": "env:prod"}) == 409
    assert answered(world, "PUT", "/flexMetal/tags/one", {"tag": "two:2"})[0]["resources"]["count"] == 1
    assert (count("one"), count("two:2")) == ([], [1])
    assert status(world, "DELETE", "/flexMetal/tags/two%3A2") == 204
    assert "two:2" not in read_one(world, f"/flexMetal/servers/{uuid}")["tags"]
    assert status(world, "POST", f"/flexMetal/servers/{uuid}/tag/no%20tag") == 422
    world.find("flexmetal_servers", uuid=uuid)["tags"] = [f"t{number}" for number in range(60)]
    assert status(world, "POST", f"/flexMetal/servers/{uuid}/tag/one-more") == 422


def test_an_order_is_delivered_and_released_by_the_clock(world: World) -> None:
    body = {**fill(BY_NAME["create_flexmetal_server"].body), **metal(world)[1]}
    row = answered(world, "POST", "/flexMetal/servers", body)[0]
    path = f"/flexMetal/servers/{row['uuid']}"
    assert (row["status"], row["ipAddresses"], row["tags"]) == ("created", [], ["new-tag"])
    world.clock.advance(timedelta(minutes=45))
    delivered = read_one(world, path)
    assert (delivered["status"], len(delivered["ipAddresses"])) == ("delivered", 2)
    assert delivered["deliveredAt"] - delivered["createdAt"] == 45 * 60
    assert answered(world, "DELETE", path)[0]["status"] == "releasing"
    assert status(world, "DELETE", path) == 422
    world.clock.advance(timedelta(hours=1))
    released = read_one(world, path)
    assert (released["status"], released["releasedAt"] > released["deliveredAt"]) == ("released", True)
    world.find("flexmetal_servers", uuid=row["uuid"])["status"] = "failed"
    assert status(world, "DELETE", path) == 422
    assert status(world, "POST", "/flexMetal/servers", {**body, "location": "nowhere"}) == 422


def test_labels_are_merged_and_removed_by_null(world: World) -> None:
    row = read(world, "/dedicatedServer")[0]
    sent = [{"key": "team", "value": None}, {"key": "tier", "value": "gold"}]
    changed = answered(world, "PUT", f"/dedicatedServer/{row['id']}", {"labels": sent, "uptime": 1, "status": "down"})[0]
    kept = [label for label in row["labels"] if label["key"] != "team"]
    assert changed["labels"] == [*kept, {"key": "tier", "value": "gold"}]
    assert read_one(world, f"/dedicatedServer/{row['id']}") == changed
    assert (changed["uptime"], changed["status"]) == (row["uptime"], row["status"])


def test_alerts_come_change_and_go(world: World) -> None:
    rack, other = (row["id"] for row in read(world, "/colocation")[:2])
    path = f"/colocation/{rack}/alert"
    number = answered(world, "POST", path, {"percentage": 70, "sendMail": 1, "sendTicket": 0})[0]["id"]
    assert status(world, "PUT", f"{path}/{number}", {"percentage": 95, "sendMail": 0, "sendTicket": 0}) == 200
    assert [row["percentage"] for row in read(world, path) if row["id"] == number] == [95]
    assert status(world, "DELETE", f"/colocation/{other}/alert/{number}") == 404
    assert status(world, "DELETE", f"{path}/{number}") == 204
    assert number not in [row["id"] for row in read(world, path)]


@pytest.mark.parametrize(("table", "path"), [("colocations", "/colocation"), ("cross_connects", "/crossConnect")])
def test_notice_is_given_once_and_taken_back_once(world: World, table: str, path: str) -> None:
    number = running(table, "id")(world)[0]["id"]
    calls = [status(world, "PUT", f"{path}/{number}/cancel") for _ in range(2)]
    assert calls == [204, 422]
    cancelled = read_one(world, f"{path}/{number}")
    assert cancelled["dateCancelled"] >= cancelled["dateEndContract"]
    assert [status(world, "PUT", f"{path}/{number}/cancel/revert") for _ in range(2)][1] == 422
    assert read_one(world, f"{path}/{number}")["dateCancelled"] == ""
    call(world, "PUT", f"{path}/{number}/cancel")
    world.find(table, id=number)["dateCancelled"] = world.clock.now().date().isoformat()
    assert status(world, "PUT", f"{path}/{number}/cancel/revert") == 422


@pytest.mark.parametrize(("part", "host"), [("ipRange", 20), ("ipRangeCustom", 105)])
def test_reverse_names_are_set_inside_the_ranges_of_the_rack(world: World, part: str, host: int) -> None:
    rack, other = read(world, "/colocation")[:2]
    block = rack["network"][0]["ipRange"][0]["network"].rpartition(".")[0]
    for name in ("a.example.com", "b.example.com"):
        assert status(world, "PUT", f"/colocation/{rack['id']}/network/rdns/{block}.{host}", {"hostname": name}) == 204
    names = read_one(world, f"/colocation/{rack['id']}")["network"][0][part][0]["rDns"]
    assert [entry["hostname"] for entry in names if entry["ip"] == f"{block}.{host}"] == ["b.example.com"]
    assert status(world, "PUT", f"/colocation/{other['id']}/network/rdns/{block}.{host}", {"hostname": "x"}) == 404
    assert status(world, "PUT", f"/colocation/{rack['id']}/network/rdns/{block}.300", {"hostname": "x"}) == 404


def test_a_visitor_gets_the_racks_asked_for_or_all(world: World) -> None:
    rack = {"coloserverId": read(world, "/colocation")[0]["id"], "rackname": "r1"}
    body = fill(BY_NAME["create_colocation_access"].body) | {"colocatedAccessServer": [rack]}
    row = answered(world, "POST", "/colocation/access", body)[0]
    path = f"/colocation/access/{row['id']}"
    assert (row["colocatedAccessServers"], row["status"]) == ([rack], "pending")
    assert "colocatedAccessServer" not in row
    document = fill(BY_NAME["create_access_document"].body)
    assert answered(world, "POST", f"{path}/document", document)[0]["documentNumber"] == document["documentNumber"]
    # A copy of the answer has the plural name, which the API does not know: all racks are open then.
    changed = answered(world, "PUT", path, row)[0]
    assert (changed["colocatedAccessServers"], len(changed["accountDocument"])) == ([], 1)
    assert (status(world, "PUT", f"{path}/revoke"), world.find("colocation_access", id=row["id"])["status"]) == (204, "revoked")
    assert (status(world, "PUT", f"{path}/reactivate"), read_one(world, path)["status"]) == (204, "granted")
    assert status(world, "DELETE", path) == 204
    assert not [paper for paper in world.tables["colocation_access_documents"] if paper["@accessId"] == row["id"]]


def test_keys_are_told_once_and_take_their_whitelist_along(world: World) -> None:
    key = answered(world, "POST", "/account/apiKey", {"category": 1, "assignOdpServerIps": 0})[0]
    assert (key["key"], key["note"]) == (f"CANARY-SECRET-key-{key['id']}", None)
    path = f"/account/apiKey/{key['id']}"
    assert status(world, "POST", f"{path}/whitelist", {"ipRange": "203.0.113.0/24", "active": 1}) == 200
    assert [row["ipRange"] for row in read(world, f"{path}/whitelist")] == ["203.0.113.0/24"]
    assert status(world, "DELETE", path) == 204
    assert key["id"] not in [row["@apiKeyId"] for row in world.tables["api_key_whitelist"]]


def test_duplicates_are_refused(world: World) -> None:
    ssh, slack = read(world, "/sshKey")[0], read(world, "/slackSetting")
    assert status(world, "POST", "/sshKey", ssh) == 409
    assert status(world, "POST", "/slackSetting", slack[0]) == 409
    assert status(world, "PUT", f"/slackSetting/{slack[1]['id']}", slack[0]) == 409
    assert status(world, "PUT", f"/slackSetting/{slack[0]['id']}", slack[0]) == 200


def test_the_cart_is_filled_priced_finalized_and_emptied(world: World) -> None:
    tag = str(world.rows("calc_configs")[0]["tag"])
    order = answered(world, "POST", "/calc/orders", {"configTag": tag, "couponTag": "", "instantFinalize": False})
    path = f"/calc/orders/{order['id']}"
    doubled = answered(world, "PUT", path, {"quantity": 2, "items": order["items"]})
    assert (doubled["price"], doubled["setup"]) == (2 * order["price"], 2 * order["setup"])
    assert status(world, "PUT", path, {"quantity": 1, "items": [{"itemId": 1, "groupId": 1, "quantity": 1}]}) == 422
    assert status(world, "PUT", f"/calc/orders/finalize/{order['id']}") == 204
    assert [row["finalized"] for row in read(world, "/calc/orders") if row["id"] == order["id"]] == [True]
    for row in read(world, "/calc/orders"):
        assert status(world, "DELETE", f"/calc/orders/{row['id']}") == 204
    assert status(world, "POST", "/calc/orders/quote", fill(BY_NAME["request_calc_quote"].body)) == 404


def test_logging_in_is_refused_twice_wrongly_and_too_often(world: World) -> None:
    user = {"userName": read_one(world, "/session/user")["userName"], "password": FIRST_PASSWORD}
    assert [status(world, "POST", "/session/login", user) for _ in range(2)] == [200, 409]
    assert status(world, "POST", "/session/logout") == 204
    wrong = [status(world, "POST", "/session/login", user | {"password": "x"}) for _ in range(TRIES + 1)]
    assert wrong == [401] * TRIES + [429]
    world.clock.advance(timedelta(minutes=16))
    assert status(world, "PUT", "/account/password", {"currentPassword": FIRST_PASSWORD, "newPassword": "y"}) == 204
    assert status(world, "POST", "/session/login", user) == 401


def test_agreements_stay_and_fixed_fields_are_passed_over(world: World) -> None:
    details = read_one(world, "/account/details")
    changed = answered(world, "PUT", "/account/details", details | {"city": "Rotterdam", "companyName": "Other"})[0]
    assert (changed["city"], changed["companyName"]) == ("Rotterdam", details["companyName"])
    assert read_one(world, "/session/user")["details"]["city"] == "Rotterdam"
    assert status(world, "PUT", "/account/details", details | {"agreeDpa": 0}) == 409
    assert status(world, "PUT", "/account/details", details | {"phoneNumber": "", "phoneNumberMobile": ""}) == 422


def test_a_body_is_checked_inside_and_unknown_fields_are_passed_over(world: World) -> None:
    told = fill(BY_NAME["create_trigger"].body)
    told["conditions"][0]["conditionValues"] = ["a", 2]
    refused = answered(world, "POST", "/trigger", told)
    assert [problem["property"] for problem in refused["errors"]] == ["conditions[0].conditionValues[1]"]
    quote = fill(BY_NAME["request_colocation_quote"].body)
    short = answered(world, "POST", "/colocation/quote", quote | {"firstName": "x", "phone": "1" * 16})
    assert [problem["property"] for problem in short["errors"]] == ["firstName", "phone"]
    assert answered(world, "POST", "/flexMetal/tags", b"{")["errorCode"]
    row = answered(world, "POST", "/callback", {"url": "https://example.com", "id": 5, "surprise": 1})[0]
    assert row["id"] != 5
    assert "surprise" not in row


def test_answers_obey_the_switches(world: World) -> None:
    world.switches.change({"extra_fields": True, "no_date": None})
    number = running("colocations", "id")(world)[0]["id"]
    row = answered(world, "PUT", f"/colocation/{number}", {"purchaseOrder": "PO-1"})[0]
    assert (row["purchaseOrder"], row["dateCancelled"], "undocumentedField" in row) == ("PO-1", None, True)
    assert read_one(world, f"/colocation/{number}") == row
