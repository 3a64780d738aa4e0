"""How many of everything, by size of the account. Numbers only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counts:
    """The number of rows per list at the beginning, and whether services with a purchase order get invoices of their own."""

    dedicated_servers: int = 0
    colocations: int = 0
    pdus_per_colocation: int = 2
    cross_connects: int = 0
    flexmetal_servers: int = 0
    tickets: int = 0
    account_log: int = 0
    account_whitelist: int = 0
    api_keys: int = 1
    triggers: int = 0
    visitors: int = 0
    files: int = 0
    invoice_per_order: bool = False


SIZES = {
    "empty": Counts(),
    "small": Counts(12, 6, 2, 8, 10, 40, 130, 100, 3, 5, 8, 4),
    "medium": Counts(130, 40, 2, 110, 120, 240, 400, 100, 5, 30, 30, 10, invoice_per_order=True),
    "large": Counts(600, 150, 2, 150, 100, 1000, 2000, 100, 10, 60, 120, 20, invoice_per_order=True),
}
