"""Settles what is unknown: by reading where the API can show it, by a person's note of the evidence where it cannot."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from pipelines.errors import I3DError, UsageError
from pipelines.i3d.catalogue import BY_NAME
from pipelines.i3d.client import Client
from pipelines.i3d.writeback.digests import Digests
from pipelines.i3d.writeback.effect import effect_of
from pipelines.i3d.writeback.journal import Entry, Journal, stamp
from pipelines.i3d.writeback.planning import actor_of
from pipelines.i3d.writeback.reload import Touched, reload
from pipelines.i3d.writeback.state import Reader
from pipelines.i3d.writeback.verdict import Verdict, judge
from pipelines.settings import Settings
from pipelines.warehouse import Warehouse

log = logging.getLogger(__name__)
LONGEST_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Settled:
    """An unknown outcome and what is known now: `happened` is None where only a person can tell."""

    entry: Entry
    happened: bool | None
    said: str


def resolve(
    settings: Settings, which: str | None = None, *, happened: bool | None = None, note: str = "", load_again: bool = True
) -> list[Settled]:  # fmt: skip
    """Settles all unknown outcomes, or those of one target or plan (`which`: target, or head of attempt or plan hash).

    With `happened` a person settles exactly one, `note` saying how they know. Raises UsageError when that is not so. Tables
    that cannot be loaded again afterwards are a warning in the log.
    """
    warehouse = Warehouse.of(settings)
    journal, digests = Journal.of(warehouse), Digests.of_folder(warehouse)
    with Client(settings) as client:
        with journal.writing():
            open_ones = [entry for entry in journal.unsettled(settings.base_url) if which is None or _is(entry, which)]
            if which is not None and not open_ones:
                raise UsageError(f"Nothing unknown is called {which!r}.", "`i3d write log` shows the record.")
            if happened is not None:
                found = [_by_hand(open_ones, happened=happened, note=note)]
            else:
                found = [_by_reading(entry, client, digests) for entry in open_ones]
            for one in found:
                _settle(journal, one, actor_of(settings))
        if load_again:
            happened_ones = [one.entry for one in found if one.happened]
            touched = [Touched(BY_NAME[one.operation], one.parameters or {}) for one in happened_ones]
            for warning in reload(client, warehouse, touched):
                log.warning(warning)
    return found


def _is(entry: Entry, which: str) -> bool:
    return entry.target_key == which or entry.attempt_id.startswith(which) or entry.plan_hash.startswith(which)


def _by_hand(entries: list[Entry], *, happened: bool, note: str) -> Settled:
    if not note.strip():
        raise UsageError("A person settles an outcome with a note.", "Add --note and say how you know.")
    if len(entries) != 1:
        raise UsageError(f"{len(entries)} outcomes are unknown, and a note settles one.", "Name its target.")
    return Settled(entries[0], happened, f"note: {note.strip()}")


def _by_reading(entry: Entry, client: Client, digests: Digests) -> Settled:
    asked = BY_NAME[entry.operation], entry.parameters or {}, entry.expected or {}
    try:
        verdict = judge(*asked, Reader(client), digests)
        patience = _patience(entry, client.settings)
        if verdict.happened is False and patience > 0:
            time.sleep(patience)
            verdict = judge(*asked, Reader(client), digests)
    except I3DError as error:
        verdict = Verdict(happened=None, said=f"it could not be read: {error.message}")
    return Settled(entry, verdict.happened, f"{verdict.said} {verdict.key}".strip())


def _patience(entry: Entry, settings: Settings) -> float:
    """How many seconds the API may still be at work on a create that timed out: as long again as it was waited for."""
    if entry.finished_at is None or effect_of(BY_NAME[entry.operation]).kind != "created":
        return 0.0
    begun, given_up = datetime.fromisoformat(entry.started_at), datetime.fromisoformat(entry.finished_at)
    if (given_up - begun).total_seconds() < settings.timeout_seconds:
        return 0.0
    return min(settings.timeout_seconds, LONGEST_PATIENCE) - (datetime.now(UTC) - given_up).total_seconds()


def _settle(journal: Journal, one: Settled, person: str) -> None:
    if one.happened is not None:
        words = "happened" if one.happened else "did not happen"
        message = f"{words}, settled by {person}: {one.said}"
        journal.append(one.entry.now("settled", happened=one.happened, message=message, finished_at=stamp()))
