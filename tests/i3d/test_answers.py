"""What the client makes of an answer: rows, words, files, or the error that fits.

What it sends is in `test_client.py`, broken connections are in `test_faults.py`.
"""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from fake_api import KEY, Handler, error, open_client, record_waits, says, sends

from pipelines.errors import ApiError, AuthError, BadAnswerError, I3DError, NotAllowedError, NotFoundError
from pipelines.i3d.catalogue import BY_TABLE
from pipelines.i3d.transport import PROBES

COUNTRIES, CURRENCIES = BY_TABLE["countries"], BY_TABLE["currencies"]


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    return record_waits(monkeypatch)


def forbids(path: str, opens: str, closed: int = 403, status: int = 403) -> Handler:
    """An API that refuses `path`, opens `opens`, and gives `closed` for all else."""
    found = {path: status, opens: 200}
    return lambda request: httpx.Response(found.get(request.url.path, closed), json=[])


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("probe", PROBES)
def test_a_key_that_opens_something_is_not_allowed_here(waits: list[float], status: int, probe: str) -> None:
    with pytest.raises(NotAllowedError, match="/v3/tickets"):
        open_client(forbids("/v3/tickets", opens=probe, status=status)).rows(BY_TABLE["tickets"])
    assert waits == []


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_opens_nothing_is_wrong(status: int) -> None:
    with pytest.raises(AuthError, match="refuses the key") as caught:
        open_client(says([], status)).rows(BY_TABLE["tickets"])
    assert not isinstance(caught.value, NotAllowedError)


@pytest.mark.parametrize("closed", [429, 500, 503])
def test_a_key_is_not_called_wrong_while_nothing_answers(waits: list[float], closed: int) -> None:
    with pytest.raises(I3DError) as caught:
        open_client(forbids("/v3/tickets", opens="", closed=closed)).rows(BY_TABLE["tickets"])
    assert not isinstance(caught.value, AuthError)
    assert waits


def test_not_found_is_its_own_error(waits: list[float]) -> None:
    with pytest.raises(NotFoundError, match="Entity not found") as caught:
        open_client(says(error(), 404)).rows(BY_TABLE["invoice_details"], {"invoiceId": "7"})
    assert (caught.value.status, caught.value.code) == (404, 10001)
    assert waits == []


def test_the_complaints_of_an_api_error_are_told(waits: list[float]) -> None:
    items = [{"property": "startDate", "message": "is not a date, "}, {"property": "endDate", "message": "is missing"}]
    with pytest.raises(ApiError) as caught:
        open_client(says(error(90001, "Invalid input, ", items), 422)).rows(CURRENCIES)
    assert (caught.value.status, caught.value.code) == (422, 90001)
    assert "HTTP 422: Invalid input: startDate: is not a date; endDate: is missing." in str(caught.value)
    assert waits == []


@pytest.mark.parametrize("errors", [None, [], {}, "bad", ["bad"], [None], {"property": "x", "message": "y"}, [["z"]], 7])
def test_error_bodies_of_any_form_are_api_errors(errors: Any) -> None:
    with pytest.raises(ApiError, match="Entity not found"):
        open_client(says(error(errors=errors), 409)).rows(CURRENCIES)


@pytest.mark.parametrize("body", [error(), {"errorCode": 10001}, {"errorCode": "E1", "errorMessage": None}])
@pytest.mark.parametrize("table", ["countries", "currencies", "account_details", "heat_map"])
def test_an_error_body_is_an_error_whatever_its_status(table: str, body: Any) -> None:
    with pytest.raises(ApiError) as caught:
        open_client(says(body)).rows(BY_TABLE[table])
    assert caught.value.status == 200


def test_an_error_never_repeats_the_key() -> None:
    told = error(1, f"bad token {KEY}", [{"property": KEY, "message": f"{KEY} is unknown"}])
    for status in (200, 409, 404, 500):
        with pytest.raises(ApiError, match=r"bad token \*\*\*") as caught:
            open_client(says(told, status)).rows(CURRENCIES)
        assert KEY not in str(caught.value)


def test_null_is_an_empty_list() -> None:
    for table in ("countries", "currencies", "ticket_categories", "account_details"):
        assert open_client(says(None)).rows(BY_TABLE[table]).rows == []


@pytest.mark.parametrize("payload", [{"rows": []}, "text", 7, True, ["text"], [[]], [None], {}])
@pytest.mark.parametrize("table", ["countries", "currencies"])
def test_anything_but_rows_is_a_bad_answer(table: str, payload: Any) -> None:
    with pytest.raises(BadAnswerError):
        open_client(says(payload)).rows(BY_TABLE[table])


def test_a_row_without_its_key_is_a_bad_answer() -> None:
    with pytest.raises(BadAnswerError, match="without its key id"):
        open_client(says([{"name": "nameless"}])).rows(COUNTRIES)


def test_a_list_of_one_and_a_bare_object_are_the_same() -> None:
    row = {"id": 7, "invoiceNumber": "A-7"}
    for payload in (row, [row]):
        assert open_client(says(payload)).rows(BY_TABLE["invoice_details"], {"invoiceId": "7"}).rows == [row]


def test_words_become_rows() -> None:
    assert open_client(says(["a", "b"])).rows(BY_TABLE["ticket_categories"]).rows == [{"value": "a"}, {"value": "b"}]


@pytest.mark.parametrize(("text", "found"), [("aGVsbG8=", b"hello"), ("not base64!", b"not base64!")])
def test_files_in_json_strings_are_unwrapped(text: str, found: bytes) -> None:
    operation, parameters = BY_TABLE["account_file_downloads"], {"fileId": "1"}
    assert open_client(says(text)).files(operation, parameters) == [(found, "application/octet-stream")]


def test_files_as_they_are_keep_bytes_and_type() -> None:
    operation, parameters = BY_TABLE["invoice_pdfs"], {"invoiceId": "1"}
    pdf = sends(b"%PDF-1.7 \xff", "application/pdf")
    assert open_client(pdf).files(operation, parameters) == [(b"%PDF-1.7 \xff", "application/pdf")]
    html = sends(b"<p>log in</p>", "text/html")
    with pytest.raises(BadAnswerError):
        open_client(html).files(operation, parameters)
    with pytest.raises(ApiError):
        open_client(says(error())).files(operation, parameters)


def test_pictures_come_as_a_list() -> None:
    operation = BY_TABLE["uplink_graphs_day"]
    parameters = {"colocationId": "1", "upLinkId": "2"}
    assert open_client(says(["aGk=", "aG8="])).files(operation, parameters) == [(b"hi", "image/png"), (b"ho", "image/png")]
    with pytest.raises(BadAnswerError):
        open_client(says({"a": 1})).files(operation, parameters)


def test_large_numbers_lose_no_digit() -> None:
    body = json.dumps([{"id": 2**63 - 1}, {"id": 9007199254740993}]).encode()
    rows = open_client(sends(body, "application/json")).rows(CURRENCIES).rows
    assert [row["id"] for row in rows] == [9223372036854775807, 9007199254740993]
