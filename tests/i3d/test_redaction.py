"""Secrets out of log lines, tracebacks and screens. What must not land in a table is tested with the rows."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.i3d.catalogue import BY_TABLE
from pipelines.i3d.redaction import MASK, NAMES, RedactingFilter, mask, protect

KEY = "s3cr3t-key"
Log = tuple[logging.Logger, io.StringIO]


@pytest.fixture
def log() -> Iterator[Log]:
    """A logger of its own whose lines pass the filter."""
    written, logger = io.StringIO(), logging.Logger("redacted")
    handler = logging.StreamHandler(written)
    handler.addFilter(RedactingFilter([KEY, ""]))
    logger.addHandler(handler)
    yield logger, written
    handler.close()


def test_a_known_secret_is_masked_in_message_and_arguments(log: Log) -> None:
    logger, written = log
    logger.warning("sent %s with %r", KEY, {"x": KEY})
    logger.warning(f"bare {KEY}")
    assert written.getvalue() == f"sent {MASK} with {{'x': '{MASK}'}}\nbare {MASK}\n"


def test_a_known_secret_is_masked_in_tracebacks_and_their_causes(log: Log) -> None:
    logger, written = log
    try:
        try:
            raise ValueError(f"bad {KEY}")
        except ValueError as error:
            raise RuntimeError(f"PRIVATE-TOKEN: {KEY}") from error
    except RuntimeError:
        logger.exception("failed")
    assert KEY not in written.getvalue()
    assert "RuntimeError" in written.getvalue()


@pytest.mark.parametrize(
    "line",
    [
        "PRIVATE-TOKEN: another",
        "private-token=another; more another",
        "{'PRIVATE-TOKEN': 'another'}",
        '{"Authorization": "Bearer another"}',
        "Authorization: Bearer another",
        "Cookie: session=1; other=another",
        "set-cookie: a=another; Path=/",
        "[(b'private-token', b'another'), (b'accept', b'x')]",
    ],
)
def test_what_follows_a_secret_header_is_masked_known_or_not(line: str) -> None:
    redacted = RedactingFilter([]).redact(line)
    assert "another" not in redacted
    assert MASK in redacted


def test_harmless_lines_stay_as_they_are(log: Log) -> None:
    logger, written = log
    logger.warning("took HTTP %s behind row %s for the end of the list", 404, 25)
    assert written.getvalue() == "took HTTP 404 behind row 25 for the end of the list\n"


@given(st.text(), st.text())
def test_no_line_keeps_a_known_secret(before: str, after: str) -> None:
    assert KEY not in RedactingFilter([KEY]).redact(f"{before}{KEY}{after}")


def test_protect_covers_every_handler_of_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(logging.getLogger(), "handlers", [logging.StreamHandler(written), logging.StreamHandler(written)])
    protect(KEY)
    logging.getLogger("httpx").error("leaks %s", KEY)
    assert written.getvalue() == f"leaks {MASK}\n" * 2


@pytest.mark.parametrize(
    "name",
    ["password", "rootPasswd", "clientSecret", "accessToken", "key", "apiKey", "webHookUrl", "otp", "readHash", "Cookie",
     "authorisation", "privateKey", "credentials"],
)  # fmt: skip
def test_names_that_sound_secret(name: str) -> None:
    assert NAMES.search(name)
    assert mask({name: "x", "nested": [{name: "y"}]}, None) == {name: MASK, "nested": [{name: MASK}]}


def test_a_screen_shows_declared_fields_and_masks_what_the_shape_withholds() -> None:
    shape = BY_TABLE["api_keys"].shape
    shown = mask([{"id": 1, "key": "k", "note": "mine"}, {"id": 2, "key": ""}], shape)
    assert shown == [{"id": 1, "key": MASK, "note": "mine"}, {"id": 2, "key": ""}]


def test_a_screen_masks_inside_objects() -> None:
    rack = {"id": 1, "datacenter": {"wifi": {"networkName": "guests", "userName": "u", "password": "p"}}}
    shown = mask(rack, BY_TABLE["colocations"].shape)
    assert shown["datacenter"]["wifi"] == {"networkName": "guests", "userName": MASK, "password": MASK}
