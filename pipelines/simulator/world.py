"""The account behind the simulator: its tables, its clock, its switches.

Rows are stored in the API's own spelling. Keys that begin with `@` are the simulator's own and never reach the wire:
path parameters of child rows (`@colocationId` on a PDU) and facts that answers are computed from. Tables that are only
another view of stored rows are computed (`views.py`) and writes change the source: `unpaid_invoices`, `invoice_details`,
`colocation_invoices`, `cross_connect_invoices` (from `invoices`), `open_tickets`, `ticket_texts` (from `tickets`),
`calc_orders` (from `calc_order_details`), `session_user.details` and `.billingDetails` (from `account_details`,
`account_billing`), `colocation_access.accountDocument` (from `colocation_access_documents`), the counts in
`flexmetal_tags`, `dashboard_services`, `flexmetal_commits`, `flexmetal_quotas`.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5
from zlib import crc32

from pipelines.i3d.catalogue import BY_TABLE
from pipelines.simulator.clock import Clock
from pipelines.simulator.request import HIDDEN, not_found
from pipelines.simulator.signals import Meter, Uplink
from pipelines.simulator.switches import Switches

if TYPE_CHECKING:
    from pipelines.simulator.seed.invoice_stories import Planted

Row = dict[str, Any]
DEFAULT_NOW = datetime(2026, 11, 15, 9, tzinfo=UTC)
HISTORY = timedelta(days=200)


class World:
    """One simulated account. `now` is where the scripted history ends, `start` where the clock stands at first; without
    `stories` nothing remarkable happens in it. `planted` is the answer key of what is wrong on its invoices.
    """

    def __init__(
        self,
        seed: int = 1,
        size: str = "small",
        switches: Switches | None = None,
        now: datetime = DEFAULT_NOW,
        start: datetime | None = None,
        *,
        stories: bool = True,
    ) -> None:
        from pipelines.simulator.seed import populate

        self.seed, self.size = seed, size
        self.switches = switches or Switches()
        self.token = "demo-token"  # noqa: S105 - not a secret, printed by the demo
        self.tables: dict[str, list[Row]] = {table: [] for table in BY_TABLE}
        self.writes: list[tuple[str, str]] = []
        self.meters: dict[int, Meter] = {}
        self.uplinks: dict[int, Uplink] = {}
        self.planted: list[Planted] = []
        self.clock: Clock = Clock(now - HISTORY)
        self._given: Counter[str] = Counter()
        populate(self, Random(seed), now, stories=stories)  # noqa: S311 - a reproducible world, no secrets
        self.clock.set(start or now)

    def next_id(self, table: str) -> int:
        """A new id for a row of `table`; ranges of tables and of accounts differ, so that a mix-up shows."""
        self._given[table] += 1
        return (self.seed - 1) % 1000 * 1_000_000 + (1 + crc32(table.encode()) % 900) * 1000 + self._given[table]

    def next_uuid(self, table: str) -> str:
        """A new uuid for a row of `table`."""
        return str(uuid5(NAMESPACE_URL, f"{self.seed}/{self.next_id(table)}"))

    def find(self, table: str, **keys: Any) -> Row:
        """The stored row with these fields (compared as text); raises Refusal 404."""
        wanted = {name: str(value) for name, value in keys.items()}
        for row in self.tables[table]:
            if all(str(row.get(name)) == value for name, value in wanted.items()):
                return row
        raise not_found()

    def show(self, table: str, row: Row) -> Row:
        """A stored row as the API would send it now, hidden fields included."""
        from pipelines.simulator.live import LIVE

        enliven = LIVE.get(table)
        return {**row, **enliven(self, row)} if enliven else row

    def stored(self, table: str) -> list[Row]:
        """The rows that are listed now, in the API's order, without live values."""
        from pipelines.simulator.views import VIEWS, arrange

        view = VIEWS.get(table)
        return arrange(self, table, view(self) if view else self.tables[table])

    def rows(self, table: str) -> list[Row]:
        """The present rows of a catalogue table; of the hidden keys only path parameters are kept."""
        keep = {HIDDEN + name for name in BY_TABLE[table].parameters}
        return [
            {name: value for name, value in self.show(table, row).items() if name in keep or not name.startswith(HIDDEN)}
            for row in self.stored(table)
        ]
