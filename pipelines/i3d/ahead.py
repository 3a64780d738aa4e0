"""Reading ahead: many windows under way at once, handed over in their order, never more of them than memory should hold."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from pipelines.i3d.fetch import Job, Part

AHEAD_BYTES = 16 * 2**20
MOST_AHEAD = 4096


def read_ahead(read: Callable[[Job], Part], jobs: Iterable[Job], workers: int) -> Iterator[Part]:
    """The parts in the order of their jobs. How far ahead is told by the size of the answers so far."""
    pending: deque[Future[Part]] = deque()
    seen = size = 0
    pool = ThreadPoolExecutor(workers, thread_name_prefix="i3d")
    try:
        for job in jobs:
            pending.append(pool.submit(read, job))
            while len(pending) > max(2 * workers, min(MOST_AHEAD, AHEAD_BYTES * seen // size if size else 0)):
                part = pending.popleft().result()
                seen, size = seen + 1, size + len(part.samples)
                yield part
        while pending:
            yield pending.popleft().result()
    finally:
        # Whoever stops early, by an error or a key press, does not wait for what has not begun.
        pool.shutdown(cancel_futures=True)
