"""What becomes of an answer's row before it lands: types, secrets, personal values, fields that nobody declared."""

from __future__ import annotations

import math
from traceback import format_exception
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import BadAnswerError, TypeFlipError
from pipelines.i3d.catalogue import BY_TABLE, OPERATIONS
from pipelines.i3d.operation import load
from pipelines.i3d.rows import CASTS, Landing, Privacy, column, parameter_column
from pipelines.i3d.shape import ANY, BOOLEAN, ID, INTEGER, NUMBER, TEXT, many, obj, personal, shape

HASHED, PLAIN = Privacy(b"pepper"), Privacy(None)
INNER = shape("Inner", ("pin",), size=INTEGER, owner=personal(TEXT), deeper=obj(shape("Deeper", name=TEXT)))
THING = shape(
    "Thing", ("readHash",), id=ID, text=TEXT, count=INTEGER, share=NUMBER, active=BOOLEAN, extra=ANY, inner=obj(INNER),
    inners=many(INNER), tags=many(TEXT), email=personal(TEXT), userId=personal(ID), phones=personal(many(TEXT)),
)  # fmt: skip
THINGS = load("/boxes/{boxId}/things", "things", THING, "current", "One row per thing.", key="id", each={"boxId": "boxes.id"})


def land(raw: dict[str, Any], privacy: Privacy = HASHED) -> dict[str, Any]:
    return Landing(THINGS, privacy).land({"id": 1, **raw})


@pytest.mark.parametrize(
    ("kind", "sent", "landed"),
    [
        ("id", 2**63 + 1, "9223372036854775809"), ("id", "007", "007"), ("id", None, None), ("id", 0, "0"),
        ("text", 12.5, "12.5"), ("text", True, "true"), ("text", "", ""), ("text", None, None),
        ("integer", 2**63 - 1, 2**63 - 1), ("integer", -(2**63), -(2**63)), ("integer", "9007199254740993", 2**53 + 1),
        ("integer", "12.0", 12), ("integer", 12.0, 12), ("integer", " 7 ", 7), ("integer", "-3", -3), ("integer", "", None),
        ("integer", None, None), ("integer", 0, 0),
        ("number", "0.5", 0.5), ("number", 3, 3.0), ("number", "", None), ("number", None, None), ("number", "-1e3", -1000.0),
        ("boolean", 1, True), ("boolean", 0, False), ("boolean", "1", True), ("boolean", "TRUE", True),
        ("boolean", "false", False), ("boolean", False, False), ("boolean", "", None), ("boolean", None, None),
        ("object", [], None), ("object", "", None), ("object", None, None), ("object", {"a": 1}, {"a": 1}),
        ("list", {}, []), ("list", {"0": "a", "2": "b"}, ["a", "b"]), ("list", "", None), ("list", None, None),
        ("list", [1], [1]), ("any", {"x": [1]}, {"x": [1]}), ("any", None, None),
    ],
)  # fmt: skip
def test_values_land_in_the_declared_type(kind: str, sent: Any, landed: Any) -> None:
    found = CASTS[kind](sent)
    assert (found, type(found)) == (landed, type(landed))


FLIPS = [
    ("text", {"a": 1}), ("text", [1]), ("count", "12.5"), ("count", 2**63), ("count", -(2**63) - 1), ("count", "many"),
    ("count", [7]), ("count", True), ("count", "1_000"), ("share", "half"), ("share", "nan"), ("share", math.inf),
    ("share", [1]), ("active", 2), ("active", "yes"), ("active", [1]), ("inner", "words"), ("inner", [7]), ("inner", 7),
    ("inners", {"name": 1}), ("inners", 7), ("inners", [7]), ("tags", [["a"]]), ("tags", "a,b"), ("id", {"x": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "sent"), FLIPS)
def test_another_type_is_an_error_that_names_field_and_types(name: str, sent: Any) -> None:
    expected = rf"^Field {name}(\[\])? of /v3/boxes/\{{boxId\}}/things changed its type: expected \w+, got \w+\."
    with pytest.raises(TypeFlipError, match=expected):
        land({name: sent})


@given(st.sampled_from(["count", "share", "active", "inner", "tags"]), st.text("xyz", min_size=8))
def test_an_error_never_repeats_a_value(name: str, value: str) -> None:
    for raw in ({name: value}, {"inners": [value]}, {"inner": {"deeper": value}}, {"text": [value]}):
        with pytest.raises(TypeFlipError) as caught:
            land(raw)
        assert value not in "".join(format_exception(caught.value))


@given(st.integers(-(2**63), 2**63 - 1))
def test_whole_numbers_keep_every_digit(number: int) -> None:
    sent = orjson.loads(orjson.dumps({"id": number, "count": number, "text": str(number)}))
    assert {name: land(sent)[name] for name in ("id", "count", "text")} == {
        "id": str(number), "count": number, "text": str(number)
    }  # fmt: skip


def test_absent_fields_are_null_and_every_column_is_there() -> None:
    assert land({}) == {column(name): "1" if name == "id" else None for name in THING.fields}


def test_parameters_and_extras_become_columns() -> None:
    row = Landing(THINGS, PLAIN).land({"id": 1}, {"boxId": 7}, {"first_seen_at": "now"})
    assert (row["box_id"], row["first_seen_at"]) == ("7", "now")
    assert parameter_column(BY_TABLE["uplink_traffic"], "upLinkId") == "uplink_id"


@pytest.mark.parametrize("raw", [{"id": None}, {}])
def test_a_row_without_its_key_is_a_bad_answer(raw: dict[str, Any]) -> None:
    with pytest.raises(BadAnswerError, match="without its key id"):
        Landing(THINGS, PLAIN).land(raw)


def test_a_row_without_id_is_identified_by_its_content() -> None:
    logs = BY_TABLE["account_log"]
    one, same, other = (Landing(logs, PLAIN).land({logs.hashed[0]: text}) for text in ("1", "1", "2"))
    assert one["row_id"] == same["row_id"] != other["row_id"]


WITHHELD = [(line, name) for line in OPERATIONS if line.table and line.shape for name in line.shape.withheld]


@pytest.mark.parametrize("privacy", [HASHED, PLAIN, Privacy(None, unknown=True)])
@pytest.mark.parametrize(("line", "name"), WITHHELD, ids=lambda part: getattr(part, "table", part))
def test_withheld_fields_never_land(line: Any, name: str, privacy: Privacy) -> None:
    key = {part: "1" for part in line.key if part in line.shape.fields}
    landing = Landing(line, privacy)
    row = landing.land({**key, name: "the-secret"}, dict.fromkeys(line.parameters, "1"))
    assert "the-secret" not in str(row)
    assert landing.unknown == set()


@pytest.mark.parametrize("privacy", [HASHED, PLAIN, Privacy(None, unknown=True)])
def test_withheld_fields_inside_objects_never_land(privacy: Privacy) -> None:
    wifi = {"networkName": "guests", "userName": "the-secret", "password": "the-secret"}
    landing = Landing(BY_TABLE["colocations"], privacy)
    row = landing.land({"id": 1, "datacenter": {"wifi": wifi}})
    assert row["datacenter"] == {"wifi": {"networkName": "guests"}}
    assert "the-secret" not in str(row)
    assert land({"inners": [{"size": 1, "pin": "the-secret"}]}, privacy)["inners"] == [{"size": 1}]
    assert landing.unknown == set()


NEWS = {
    "colour": "red", "apiKey": "the-secret", "rootPassword": "the-secret", "more": {"token": "the-secret", "size": 1},
    "inner": {"size": 1, "shade": 2.5, "secretWord": "the-secret"},
}  # fmt: skip


def test_unknown_fields_are_reported_by_name_and_type_only() -> None:
    landing = Landing(THINGS, HASHED)
    row = landing.land({"id": 1, **NEWS})
    assert landing.unknown == {
        ("colour", "str"), ("apiKey", "str"), ("rootPassword", "str"), ("more", "dict"), ("inner.shade", "float"),
        ("inner.secretWord", "str"),
    }  # fmt: skip
    assert row.keys() == land({}).keys()
    assert "the-secret" not in str(row)
    assert row["inner"] == {"size": 1}


def test_unknown_fields_land_on_request_but_none_that_sounds_secret() -> None:
    row = land(NEWS, Privacy(b"pepper", unknown=True))
    assert row["unknown_fields"] == {"colour": "red", "more": {"token": "***", "size": 1}}
    assert "the-secret" not in str(row)
    assert land({}, Privacy(None, unknown=True))["unknown_fields"] is None


def test_personal_values_land_as_a_keyed_hash() -> None:
    raw = {"email": "a@example.net", "userId": 7, "phones": ["1", "2"], "inner": {"owner": "a@example.net"}}
    row, other = land(raw), land(raw, Privacy(b"salt"))
    assert len(row["email"]) == 32
    assert row["email"] == land({"email": "a@example.net"})["email"] == row["inner"]["owner"]
    assert row["user_id"] == land({"userId": "7"})["user_id"]
    for name in ("email", "user_id", "phones"):
        assert row[name] != other[name]
    assert "example.net" not in str(row)


@given(st.text(min_size=1))
def test_no_hash_shows_its_value(value: str) -> None:
    hashed = HASHED.apply(value)
    assert int(hashed, 16) >= 0
    assert hashed != value
    assert hashed == HASHED.apply(value)


@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_stays_nothing(nothing: str | None) -> None:
    assert land({"email": nothing})["email"] == nothing


def test_personal_values_stay_as_they_are_where_that_is_asked_for() -> None:
    row = land({"email": "a@example.net", "userId": 7, "inner": {"owner": "b"}}, PLAIN)
    assert (row["email"], row["user_id"], row["inner"]) == ("a@example.net", "7", {"owner": "b"})


def test_samples_are_typed_and_need_their_timestamp() -> None:
    type_one = Landing(BY_TABLE["pdu_power"], HASHED).sample()
    assert type_one({"timestamp": "1700000000", "amps": "1.5", "powerMeter": "12.0"}) == {
        "timestamp": 1700000000, "amps": 1.5, "volts": None, "kwh": None, "power_meter": 12
    }  # fmt: skip
    with pytest.raises(BadAnswerError, match="without its timestamp"):
        type_one({"amps": 1})
    with pytest.raises(TypeFlipError, match="amps"):
        type_one({"timestamp": 1, "amps": "much"})
