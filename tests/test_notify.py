"""What is news, what the message says, and that its addresses stay secret. Sending itself is in `dagster/test_bad_night.py`."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from pipelines.errors import NotifyError
from pipelines.i3d.redaction import RedactingFilter, pieces
from pipelines.notify import MOST_KNOWN, MOST_SHOWN, Trouble, news, notify
from pipelines.settings import read_settings

names = st.sets(st.sampled_from("abcdefg"))


def of(keys: set[str] | str) -> list[Trouble]:
    return [Trouble(key, f"{key} is wrong.") for key in sorted(keys)]


@given(st.lists(st.tuples(names, names), max_size=8))
def test_a_trouble_is_news_once_until_it_has_gone(turns: list[tuple[set[str], set[str]]]) -> None:
    cursor, known = None, set[str]()
    for present, unsure in turns:
        undecided = unsure - present
        fresh, cursor = news(of(present), cursor, of(undecided))
        assert {one.key for one in fresh} == present - known
        known = present | (known & undecided)


def test_the_cursor_stays_small_whatever_happens() -> None:
    many = [Trouble(str(number), "") for number in range(3 * MOST_KNOWN)]
    fresh, cursor = news(many, None)
    assert len(fresh) == MOST_KNOWN
    assert len(cursor) < 25 * MOST_KNOWN
    assert news(many, cursor) == ([], cursor)


def test_without_an_address_the_log_says_it_and_shortens(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        notify(read_settings(), "two troubles", of("ab"))
        notify(read_settings(), "many", [Trouble(str(number), "x") for number in range(MOST_SHOWN + 5)])
    first, second = caplog.messages
    assert first == "two troubles\n- a is wrong.\n- b is wrong."
    assert second.endswith("- and 5 more")


@pytest.mark.parametrize("address", ["nonsense", "slack://T1/B2", "json://127.0.0.1:9"])
def test_an_address_that_is_none_or_does_not_answer_is_an_error_that_does_not_show_it(address: str) -> None:
    with pytest.raises(NotifyError) as caught:
        notify(read_settings(notify=SecretStr(address)), "title", of("a"))
    assert address not in str(caught.value)


def test_no_part_of_an_address_reaches_a_log() -> None:
    addresses = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ, mailtos://user:p%40ssword1@example.com"
    clean = RedactingFilter(pieces(addresses)).redact
    for word in ("T1JJ3T3L2", "A1BRTD4JD", "TIiajkdnlazkcOXrIdevi7FQ", "p%40ssword1", "p@ssword1"):
        assert word not in clean(f"POST https://hooks.slack.com/services/{word} failed"), word
    assert clean("GET http://127.0.0.1:8093/v3/colocation") == "GET http://127.0.0.1:8093/v3/colocation"
    assert addresses not in repr(read_settings(notify=SecretStr(addresses)))
