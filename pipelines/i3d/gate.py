"""How many requests are under way, and how many were sent. Knows nothing of HTTP but that a 429 means too many."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

GROW_AFTER = 50
STRAIN, STRAIN_SECONDS, FORGETS = 2.0, 0.1, 0.2


class Gate:
    """At most `limit` requests at once, never more than `most`.

    Halves when the API says 429. Gives up a quarter while answers take twice as long as they used to, by a tenth of a second
    and more: shorter delays are this machine's own. Grows back one by one.
    """

    def __init__(self, most: int) -> None:
        self.most = self.limit = most
        self.inside = self.quiet = 0
        self.spent = self.usual = 0.0
        self.condition = threading.Condition()

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Holds one place while a request is under way."""
        with self.condition:
            if self.inside >= self.limit:
                self.condition.wait_for(lambda: self.inside < self.limit)
            self.inside += 1
        try:
            yield
        finally:
            with self.condition:
                self.inside -= 1
                self.condition.notify()

    def back_off(self) -> None:
        """Halves the limit, never below one."""
        with self.condition:
            self.limit, self.quiet, self.spent = max(1, self.limit // 2), 0, 0.0

    def succeed(self, seconds: float = 0.0) -> None:
        """Counts a good answer and how long it took; after every fiftieth in a row the limit is looked at."""
        with self.condition:
            self.quiet += 1
            self.spent += seconds
            if self.quiet % GROW_AFTER == 0:
                self._adapt(self.spent / GROW_AFTER)
                self.spent = 0.0

    def _adapt(self, latency: float) -> None:
        """What is slow for long becomes usual: another kind of request may have taken over, and the limit grows again."""
        usual = self.usual or latency
        if latency > max(STRAIN * usual, usual + STRAIN_SECONDS):
            self.limit = max(1, self.limit - max(1, self.limit // 4))
        elif self.limit < self.most:
            self.limit += 1
            self.condition.notify()
        self.usual = usual + FORGETS * (latency - usual)


class Counters:
    """How many requests and retries were sent, by all threads together and by the asking one."""

    def __init__(self) -> None:
        self.requests = self.retries = 0
        self.lock = threading.Lock()
        self.local = threading.local()

    def mine(self) -> int:
        """The requests of this thread."""
        return getattr(self.local, "requests", 0)

    def add(self, requests: int = 0, retries: int = 0) -> None:
        """Adds to both."""
        self.local.requests = self.mine() + requests
        with self.lock:
            self.requests += requests
            self.retries += retries
