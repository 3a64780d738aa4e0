"""RANGED-DATA and PAGE-TOKEN paging as a pure loop over a function that asks for one page. No HTTP here.

Offsets shift while rows come and go. A full page is therefore followed by one that starts on its last row: where the two
touch, no row can have slipped between them; where they do not, the loop steps back until they do.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from pipelines.errors import BadAnswerError, RepeatedPageError

Rows = list[Any]
Identify = Callable[[Any], Hashable]
Enough = Callable[[list[Rows]], bool]
RESTARTS = 3
PATIENCE = 2  # a log that our own calls feed keeps ending on the same row
FAR = 10  # pages: no list grows by so much between two requests, and who ignores the offset ignores this one too
ONE_BY_ONE = 1  # pages of one row leave no room for an overlap


class ExpiredTokenError(Exception):
    """The page token is no longer valid: begin again."""


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one answer, and the token of the next page where the API sent one."""

    rows: Rows
    token: str | None = None


Ask = Callable[[int, int, str | None], Page]


@dataclass(slots=True)
class Sweep:
    """What a list held: rows in order, each key once with its last version. `complete` is False where `enough` ended it."""

    rows: Rows = field(default_factory=list)
    pages: list[Rows] = field(default_factory=list)
    complete: bool = True


def ranged(start: int, results: int) -> dict[str, str]:
    """The request header of one page."""
    return {"RANGED-DATA": f"start={start},results={results}"}


def never(pages: list[Rows]) -> bool:
    """The default of `enough`: only the end of the list is enough."""
    return False


def sweep(ask: Ask, identify: Identify, *, results: int = 100, most: int = 10_000, enough: Enough = never) -> Sweep:
    """Reads a whole list, or its newest pages until `enough(pages)`.

    `ask(start, results, token)` gives one page; `identify(row)` its key. Raises RepeatedPageError when a page repeats
    what is known, BadAnswerError past `most` pages or when the token keeps expiring; errors of `ask` pass through, and with
    them everything read so far is dropped.
    """
    for _ in range(RESTARTS):
        try:
            return _Pass(ask, identify, results, most).run(enough)
        except ExpiredTokenError:
            continue
    raise BadAnswerError(f"The page token expired {RESTARTS} times before the list was read.")


class _Pass:
    """One walk from the first page to the last.

    `position` is the offset behind the last row taken, `back` how many rows before it are asked again, `idle` how many
    pages in a row ended where the one before did, `honoured` whether the API was seen to look at the offset.
    """

    def __init__(self, ask: Ask, identify: Identify, results: int, most: int) -> None:
        self.ask, self.identify, self.results, self.most = ask, identify, results, most
        self.known: dict[Hashable, Any] = {}
        self.pages: list[Rows] = []
        self.position = self.back = self.widest = self.idle = 0
        self.previous: list[Hashable] = []
        self.token: str | None = None
        self.honoured = False

    def run(self, enough: Enough) -> Sweep:
        for _ in range(self.most):
            start = max(self.position - self.back, 0)
            page = self.ask(start, self.results, self.token)
            if self._is_last(page, start):
                return Sweep(list(self.known.values()), self.pages)
            if self.pages and enough(self.pages):
                return Sweep(list(self.known.values()), self.pages, complete=False)
        raise BadAnswerError(f"The list did not end after {self.most} pages.")

    def _is_last(self, page: Page, start: int) -> bool:
        """Takes a page in, or decides from where to ask again; True at the end of the list."""
        if not page.rows:
            return self._is_end_of_rows(start)
        keys = [self.identify(row) for row in page.rows]
        self._refuse_repetition(keys, start + len(keys))
        touches = start == 0 or self.token or any(key in self.known for key in keys)
        if not touches and self.widest != ONE_BY_ONE:
            self._step_back()
            return False
        self.known.update(zip(keys, page.rows, strict=True))
        self.idle = self.idle + 1 if keys[-1:] == self.previous[-1:] else 0
        if self.idle and (len(keys) < max(self.widest, 2) or (self.idle > PATIENCE and len(keys) < self.results)):
            return True
        return self._move_on(keys, page, start)

    def _is_end_of_rows(self, start: int) -> bool:
        """Nothing at an offset where a row was seen before: the list has shrunk and the rest moved forward."""
        if self.back and start and not self.token:
            self._step_back()
            return False
        return True

    def _refuse_repetition(self, keys: list[Hashable], behind: int) -> None:
        """The page before again is a list that grew by a page meanwhile, or an API that does not look at the header."""
        if self.token:
            repeats = not set(keys) - self.known.keys()
        else:
            came_again = len(self.previous) > 1 and self.previous[0] in keys and self.back <= 1
            repeats = came_again and not self.honoured and self.previous[0] in self._keys_from(behind + FAR * self.results)
            self.honoured = self.honoured or (came_again and not repeats)
        if repeats:
            raise RepeatedPageError("A page came twice: the API seems to ignore the paging header.")

    def _keys_from(self, start: int) -> list[Hashable]:
        return [self.identify(row) for row in self.ask(start, self.results, None).rows]

    def _step_back(self) -> None:
        self.back, self.idle = max(1, self.back * 10), 0

    def _move_on(self, keys: list[Hashable], page: Page, start: int) -> bool:
        ends = page.token is None and self.token is not None
        self.pages.append(page.rows)
        self.widest = max(self.widest, len(keys))
        self.position, self.previous, self.token = start + len(keys), keys, page.token
        self.back = 0 if self.widest == ONE_BY_ONE else 1
        return ends
