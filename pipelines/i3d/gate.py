"""How many requests are under way, and how many were sent. Knows nothing of HTTP but that a 429 means too many."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

GROW_AFTER = 50


class Gate:
    """At most `limit` requests at once; halves when the API says 429 and grows back one by one."""

    def __init__(self, most: int) -> None:
        self.most = self.limit = most
        self.inside = self.quiet = 0
        self.condition = threading.Condition()

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Holds one place while a request is under way."""
        with self.condition:
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
            self.limit, self.quiet = max(1, self.limit // 2), 0

    def succeed(self) -> None:
        """Counts a good answer; every fiftieth in a row opens one more place."""
        with self.condition:
            self.quiet += 1
            if self.quiet % GROW_AFTER == 0 and self.limit < self.most:
                self.limit += 1
                self.condition.notify()


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
