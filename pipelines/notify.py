"""Tells people what is wrong: which troubles are new, and one message with all of them, sent where I3D_NOTIFY says.

What a trouble is, is decided elsewhere: in `marts.exceptions`, and by whoever runs loads and builds.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb

from pipelines.errors import NotifyError
from pipelines.settings import Settings
from pipelines.warehouse import Warehouse, reading

log = logging.getLogger(__name__)
NO_CURRENCY = "XXX"
MOST_KNOWN, MOST_SHOWN, WIDTH = 5000, 20, 400
# How a load went is told by the load itself, at once, and not only when a build has gone well after it.
HIGH = """
select exception_id, message, next_step, amount_at_stake, currency_code from marts.exceptions
where severity = 'high' and area <> 'load'
order by amount_at_stake desc nulls last, exception_id
"""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something a person should know, under a key that stays the same for as long as it lasts."""

    key: str
    text: str

    @property
    def mark(self) -> str:
        """The key, short enough to remember thousands."""
        return hashlib.blake2b(self.key.encode(), digest_size=8).hexdigest()


def exceptions(warehouse: Warehouse) -> list[Trouble]:
    """The exceptions of high severity in the published file, the dearest first; none where there is no such table yet.

    Raises UsageError where nothing is published.
    """
    with reading(warehouse.published, warehouse.memory_limit) as connection:
        try:
            rows = connection.execute(HIGH).fetchall()
        except duckdb.CatalogException:
            return []
    return [Trouble(str(key), _sentence(*words)) for key, *words in rows]


def _sentence(message: str | None, next_step: str | None, amount: object, currency: str | None) -> str:
    unit = f" {currency}" if currency and currency != NO_CURRENCY else ""
    stake = f"({amount:,.2f}{unit} at stake)" if amount is not None else None
    return " ".join(word.strip() for word in (message or "No message.", stake, next_step) if word)


def news(troubles: Iterable[Trouble], cursor: str | None, undecided: Iterable[Trouble] = ()) -> tuple[list[Trouble], str]:
    """The troubles that the cursor does not know, and the next cursor: it forgets what has gone, which is news when it returns.

    Of the undecided nothing can be said now: known ones stay known. The first 5,000 troubles count, the others wait.
    """
    known = set(json.loads(cursor)) if cursor else set()
    present = {one.mark: one for one in list(troubles)[:MOST_KNOWN]}
    kept = known & {one.mark for one in undecided}
    return [one for mark, one in present.items() if mark not in known], json.dumps(sorted({*present, *kept}))


def notify(settings: Settings, title: str, troubles: Sequence[Trouble]) -> None:
    """Sends one message about all of them, or logs it where I3D_NOTIFY is empty. Raises NotifyError."""
    body = "\n".join(f"- {one.text[:WIDTH]}" for one in troubles[:MOST_SHOWN])
    body += f"\n- and {len(troubles) - MOST_SHOWN} more" if len(troubles) > MOST_SHOWN else ""
    places = settings.notify.get_secret_value()
    if not places:
        log.warning("%s\n%s", title, body)
        return
    from apprise import Apprise, NotifyType  # costs a second, which only those pay who have something to send

    sender = Apprise()
    if not sender.add(places):
        raise NotifyError("I3D_NOTIFY holds an address that is none.", "Write it as Apprise does, such as slack://… or mailtos://….")
    if not sender.notify(body, title, NotifyType.WARNING):
        raise NotifyError("A notification could not be sent.")
