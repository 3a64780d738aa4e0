"""The paging loop against lists that shift, caps, tokens and APIs that do not page: whole, or a loud error.

No HTTP here: that is `test_client.py` (the wire) and `test_faults.py` (a real server).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import BadAnswerError, RepeatedPageError, UnreachableError
from pipelines.i3d.paging import RESTARTS, ExpiredTokenError, Page, Sweep, sweep

PAGE = 8
MANY = settings(max_examples=1000, deadline=None)
Change = Callable[[list[Any]], None]


class Shelf:
    """A list behind an API: answers with at most `cap` rows, and changes after every call as long as there are changes."""

    def __init__(self, rows: Iterable[Any], cap: int | None = None, changes: Iterable[Change] = ()) -> None:
        self.rows, self.cap, self.changes = list(rows), cap, iter(changes)
        self.starts: list[int] = []

    def __call__(self, start: int, results: int, token: str | None) -> Page:
        assert token is None
        self.starts.append(start)
        found = self.rows[start : start + min(results, self.cap or results)]
        next(self.changes, lambda rows: None)(self.rows)
        return Page(found)


def read(shelf: Callable[[int, int, str | None], Page], **given: Any) -> Sweep:
    return sweep(shelf, lambda row: row, **given)


def edit(number: int, moves: list[tuple[bool, int]]) -> Change:
    """Takes rows away (True) or puts new ones in, at places that are given modulo the length."""

    def change(rows: list[Any]) -> None:
        for turn, (removes, place) in enumerate(moves):
            if removes and rows:
                rows.pop(place % len(rows))
            else:
                rows.insert(place % (len(rows) + 1), 1000 + 2 * number + turn)

    return change


MOVES = st.lists(st.tuples(st.booleans(), st.integers(0, 80)), max_size=2)
EDITS = st.lists(MOVES, max_size=14).map(lambda batches: [edit(*batch) for batch in enumerate(batches)])


@MANY
@given(count=st.integers(0, 60), cap=st.sampled_from([None, 5, 7]), edits=EDITS)
def test_rows_that_stay_are_read_whatever_comes_and_goes(count: int, cap: int | None, edits: list[Change]) -> None:
    present = set(range(count))
    kept = [lambda rows, one=one: (one(rows), present.intersection_update(rows)) for one in edits]
    found = read(Shelf(range(count), cap, kept), results=PAGE).rows
    assert present <= set(found)
    assert len(found) == len(set(found))


@MANY
@given(count=st.integers(1, 300), grows=st.integers(1, 60))
def test_a_log_that_every_call_feeds_is_read_to_its_end(count: int, grows: int) -> None:
    def grow(rows: list[Any]) -> None:
        rows[:0] = range(-len(rows) - grows, -len(rows))

    shelf = Shelf(range(count), changes=iter(lambda: grow, None))
    found = read(shelf).rows
    assert set(range(count)) <= set(found)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("grows", [PAGE - 1, PAGE, PAGE + 1, 3 * PAGE])
def test_a_log_that_grows_as_fast_as_it_is_read_raises(grows: int) -> None:
    def grow(rows: list[Any]) -> None:
        rows[:0] = range(-len(rows) - grows, -len(rows))

    with pytest.raises(BadAnswerError):
        read(Shelf(range(20), changes=iter(lambda: grow, None)), results=PAGE, most=50)


SIZES = sorted({0, 1, *(times * page + more for page in (25, 100) for times in (1, 2, 10) for more in (-1, 0, 1))})


@pytest.mark.parametrize("cap", [None, 1, 2, 25, 50, 100])
def test_still_lists_of_any_size_come_whole_and_in_order(cap: int | None) -> None:
    for count in SIZES:
        sent = read(Shelf(range(count), cap))
        assert sent.rows == list(range(count))
        assert sent.complete


@given(count=st.integers(0, 200), results=st.integers(1, 100), cap=st.one_of(st.none(), st.integers(1, 120)))
def test_still_lists_come_whole_whatever_the_page(count: int, results: int, cap: int | None) -> None:
    assert read(Shelf(range(count), cap), results=results).rows == list(range(count))


def test_pages_follow_each_other_by_the_rows_received() -> None:
    shelf = Shelf(range(120), cap=50)
    read(shelf)
    assert shelf.starts == [0, 49, 98, 119]


def test_a_row_seen_twice_counts_once_in_its_last_version() -> None:
    shelf = Shelf([(key, "old") for key in range(10)], changes=[lambda rows: rows.__setitem__(7, (7, "new"))])
    found = sweep(shelf, lambda row: row[0], results=PAGE).rows
    assert found == [(key, "new" if key == 7 else "old") for key in range(10)]


@pytest.mark.parametrize("count", [2, 24, 25, 26, 100, 101, 500])
@pytest.mark.parametrize("default", [25, 100])
def test_an_ignored_header_raises(count: int, default: int) -> None:
    def ignore(start: int, results: int, token: str | None) -> Page:
        return Page(list(range(min(count, default))))

    with pytest.raises(RepeatedPageError):
        read(ignore)


def test_a_single_row_behind_an_ignored_header_is_the_list() -> None:
    assert read(lambda start, results, token: Page(["only"])).rows == ["only"]


@pytest.mark.parametrize("pages", [1, 2, 5])
def test_a_last_page_that_comes_again_for_ever_never_passes_for_the_list(pages: int) -> None:
    """Such an API clamps the offset: the rows are whole when it shows its last ones, and nothing else may be said."""
    rows = list(range(pages * PAGE))

    def clamp(start: int, results: int, token: str | None) -> Page:
        at = min(start, len(rows) - results)
        return Page(rows[at : at + results])

    try:
        found = read(clamp, results=PAGE, most=40).rows
    except BadAnswerError:
        return
    assert found == rows


def test_a_repeated_page_that_hides_rows_raises() -> None:
    rows = list(range(100))

    def stick(start: int, results: int, token: str | None) -> Page:
        return Page(rows[:results])

    with pytest.raises(RepeatedPageError):
        read(stick, results=PAGE)


def test_a_list_without_end_meets_the_page_cap() -> None:
    with pytest.raises(BadAnswerError, match="after 12 pages"):
        read(lambda start, results, token: Page(list(range(start, start + results))), most=12)


@pytest.mark.parametrize("fails_at", [1, 2, 3, 7])
def test_a_failed_page_drops_all_before_it(fails_at: int) -> None:
    calls = iter(range(1, 100))
    shelf = Shelf(range(60))

    def fail(start: int, results: int, token: str | None) -> Page:
        if next(calls) == fails_at:
            raise UnreachableError("gone")
        return shelf(start, results, token)

    with pytest.raises(UnreachableError):
        read(fail, results=PAGE)


class Cursor:
    """A list paged by token; tokens sent with one of the calls in `expires` are refused."""

    def __init__(self, count: int, expires: Iterable[int] = ()) -> None:
        self.count, self.expires, self.tokens = count, set(expires), list[str | None]()

    def __call__(self, start: int, results: int, token: str | None) -> Page:
        self.tokens.append(token)
        if len(self.tokens) in self.expires:
            raise ExpiredTokenError
        at = int(token or start)
        behind = at + results
        return Page(list(range(at, min(behind, self.count))), str(behind) if behind < self.count else None)


@given(count=st.integers(0, 100), results=st.integers(1, 40))
def test_tokens_lead_through_the_list(count: int, results: int) -> None:
    cursor = Cursor(count)
    assert read(cursor, results=results).rows == list(range(count))
    assert cursor.tokens[0] is None


def test_an_expired_token_begins_again_from_the_first_page() -> None:
    cursor = Cursor(20, expires={3})
    assert read(cursor, results=PAGE).rows == list(range(20))
    assert cursor.tokens == [None, "8", "16", None, "8", "16"]


def test_a_token_that_keeps_expiring_raises() -> None:
    cursor = Cursor(20, expires=range(2, 100, 2))
    with pytest.raises(BadAnswerError, match=f"expired {RESTARTS} times"):
        read(cursor, results=PAGE)
    assert cursor.tokens.count(None) == RESTARTS


def test_tokens_that_lead_in_a_circle_raise() -> None:
    with pytest.raises(RepeatedPageError):
        read(lambda start, results, token: Page(["a", "b"], "next"))
    fresh = iter(range(10**6))
    with pytest.raises(BadAnswerError):
        read(lambda start, results, token: Page([next(fresh)], "next"), most=20)


def test_enough_ends_a_sweep_early_and_says_so() -> None:
    shelf = Shelf(range(100))
    found = read(shelf, results=PAGE, enough=lambda pages: 20 in pages[-1])
    assert not found.complete
    assert found.rows == list(range(22))
    assert len(shelf.starts) == len(found.pages) == 3


@MANY
@given(count=st.integers(0, 60), known=st.integers(0, 60), edits=st.integers(0, 10))
def test_an_early_end_never_leaves_out_what_is_newer(count: int, known: int, edits: int) -> None:
    """Newest first: everything above the first known row is read, whatever arrives on top meanwhile."""
    old = set(range(count - min(known, count), count))
    arrivals = [lambda rows, key=key: rows.insert(0, -key) for key in range(1, edits + 1)]
    shelf = Shelf(range(count), changes=arrivals)
    found = read(shelf, results=PAGE, enough=lambda pages: bool(old) and set(pages[-1]) <= old)
    assert set(range(count)) - old <= set(found.rows)
    assert found.complete <= (set(range(count)) <= set(found.rows))


def test_without_enough_a_list_is_read_to_its_end() -> None:
    shelf = Shelf(range(50))
    assert read(shelf, results=PAGE).complete
    assert read(Shelf([]), enough=lambda pages: True).complete
