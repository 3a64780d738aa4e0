"""The provider's own count of each kind of service (`dashboard/service`) beside what was loaded.

The kinds are free text: one that cannot be told, or is listed twice, is not compared.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.warehouse import RAW, Rows

# What the name of a kind says, and which rows of which table it counts.
KINDS: Mapping[str, str] = {
    "dedicated_servers": r"dedicated",
    "colocations": r"co-?loc",
    "cross_connects": r"(cross|x)[\s-]*connect",
    "flexmetal_servers": r"flex[\s-]*metal|bare[\s-]*metal",
}
HELD: Mapping[str, str] = {"flexmetal_servers": "not is_deleted and coalesce(lower(status), '') <> 'released'"}


@dataclass(frozen=True, slots=True)
class Count:
    """One kind of service: the provider's number, and ours where the kind could be told."""

    service: str
    amount: int | None
    table: str | None
    loaded: int | None

    @property
    def agrees(self) -> bool:
        """Whether the two are equal; true where there is nothing to compare."""
        return self.table is None or self.amount is None or self.amount == self.loaded


def table_of(service: str | None) -> str | None:
    """The raw table that holds this kind of service; None where the name fits none, or several."""
    found = [table for table, words in KINDS.items() if re.search(words, (service or "").lower())]
    return found[0] if len(found) == 1 else None


def compare(ask: Rows) -> list[Count]:
    """Every kind of service in the last answer."""
    rows = ask(f"select service, amount from {RAW}.dashboard_services order by service")  # noqa: S608
    told = Counter(table_of(row["service"]) for row in rows)
    counts = []
    for row in rows:
        table = table_of(row["service"])
        table = table if told[table] == 1 else None
        counts.append(Count(row["service"] or "", row["amount"], table, _loaded(ask, table) if table else None))
    return counts


def _loaded(ask: Rows, table: str) -> int:
    where = HELD.get(table, "not is_deleted")
    return int(ask(f"select count(*) as n from {RAW}.{table} where {where}")[0]["n"])  # noqa: S608
