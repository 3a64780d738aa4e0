"""The settings files of a simulated account: the prices by which it invoices and that no operation tells."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.simulator.seed.billing import CENTS_PER_MBIT
from pipelines.simulator.seed.dedicated_server import PERCENTILE
from pipelines.simulator.seed.flexmetal import CENTS_PER_HOUR, TYPES
from pipelines.simulator.seed.invoicing import VAT
from pipelines.simulator.seed.places import CURRENCIES, EUR
from pipelines.terms import column_types

if TYPE_CHECKING:
    from pipelines.simulator.world import World

Row = dict[str, Any]
SERVICES = {"dedicated_servers": "dedicated_server", "colocations": "colocation"}


def write_terms(world: World, folder: Path) -> Path:
    """Writes the settings files of an account into `folder`, and returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    rows: dict[str, Iterable[Row]] = {
        "contract_terms": contract_terms(world),
        "flexmetal_prices": flexmetal_prices(),
        "vat_rates": [{"country_code": "NL", "rate_pct": VAT}],
    }
    for name, header in column_types().items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header)
            writer.writeheader()
            writer.writerows(rows.get(name, ()))
    return folder


def contract_terms(world: World) -> list[Row]:
    """The price of a Mbit for every service that is billed by its 95th percentile."""
    return [
        {"service_key": f"{kind}:{row['id']}", "price_per_mbit": in_currency(CENTS_PER_MBIT, row["currencyId"])}
        for table, kind in SERVICES.items()
        for row in world.tables[table]
        if row["bandwidthBillingType"] == PERCENTILE
    ]


def flexmetal_prices() -> list[Row]:
    """The price of an hour of each type of machine, the same everywhere and always."""
    return [
        {"instance_type": TYPES[key], "currency_code": "EUR", "price_per_hour": in_currency(cents, EUR)}
        for key, cents in CENTS_PER_HOUR.items()
    ]


def in_currency(minor: int, currency: int) -> Decimal:
    """An amount of minor units in units of the currency."""
    return Decimal(minor).scaleb(-CURRENCIES[currency][2])
