"""Reading ahead and storing behind: in order, bounded, and soon over when somebody stops."""

from __future__ import annotations

import threading
import time
from typing import Any

from pipelines.errors import DltError
from pipelines.i3d.ahead import AHEAD_BYTES, read_ahead
from pipelines.i3d.behind import Behind
from pipelines.i3d.catalogue import BY_TABLE
from pipelines.i3d.fetch import Job, Part

JOBS = [Job(BY_TABLE["pdu_power"], {"pduId": str(number)}, {}) for number in range(60)]


def test_parts_come_in_the_order_of_their_jobs_whichever_is_answered_first() -> None:
    def read(job: Job) -> Part:
        time.sleep(0.01 if int(job.parameters["pduId"]) % 3 == 0 else 0)
        return Part(job)

    assert [part.job for part in read_ahead(read, JOBS, 4)] == JOBS


def test_no_more_is_read_ahead_than_memory_should_hold() -> None:
    begun: list[Job] = []

    def read(job: Job) -> Part:
        begun.append(job)
        return Part(job, samples=bytes(AHEAD_BYTES // 5))

    for number, _ in enumerate(read_ahead(read, JOBS, 2)):
        time.sleep(0.001)
        assert len(begun) <= number + 1 + 6


def test_whoever_stops_early_does_not_wait_for_what_has_not_begun() -> None:
    """An error or a key press closes the generator."""
    begun: list[Job] = []

    def read(job: Job) -> Part:
        begun.append(job)
        time.sleep(0.005)
        return Part(job)

    parts: Any = read_ahead(read, JOBS, 2)
    next(parts)
    parts.close()
    assert len(begun) < len(JOBS)
    count = len(begun)
    time.sleep(0.02)
    assert len(begun) == count


def test_one_batch_is_stored_behind_and_never_two() -> None:
    inside, most, stored = [0], [0], list[int]()
    go = threading.Event()

    def store(number: int) -> None:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        go.wait(60)
        stored.append(number)
        inside[0] -= 1

    with Behind(store, lambda item, error: None) as behind:
        behind.put(1)
        assert not behind.idle
        go.set()
        behind.put(2)
        behind.wait()
        assert behind.idle
    assert (stored, most[0]) == ([1, 2], 1)


def test_what_could_not_be_stored_is_told_and_what_follows_is_stored_all_the_same() -> None:
    told, stored = list[int](), list[int]()

    def store(number: int) -> None:
        if number == 1:
            raise DltError("no")
        stored.append(number)

    with Behind(store, lambda item, error: told.append(item)) as behind:
        behind.put(1)
        behind.put(2)
        behind.wait()
    assert (told, stored) == ([1], [2])
