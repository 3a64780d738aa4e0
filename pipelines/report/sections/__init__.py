"""The chapters of the report, in the order in which a controller asks: how much, what is wrong, then everything in detail."""

from __future__ import annotations

from pipelines.report.layout import Section, Table
from pipelines.report.sections.contracts import CAPACITY, CONTRACTS
from pipelines.report.sections.cost import COST, GLANCE
from pipelines.report.sections.exceptions import EXCEPTIONS
from pipelines.report.sections.health import HEALTH
from pipelines.report.sections.invoices import INVOICES
from pipelines.report.sections.usage import BANDWIDTH, POWER

SECTIONS: tuple[Section, ...] = (GLANCE, EXCEPTIONS, COST, INVOICES, BANDWIDTH, POWER, CAPACITY, CONTRACTS, HEALTH)
TABLES: tuple[Table, ...] = tuple(table for section in SECTIONS for table in section.tables)
