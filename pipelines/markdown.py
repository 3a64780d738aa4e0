"""Markdown that programs write: the mark at the top of a page, and tables, in files and in what Dagster shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence


def mark(source: str) -> str:
    """The first line of a generated page, which says where to change it."""
    return f"<!-- Written by `python -m pipelines.generate` from {source}: change it there. -->"


def table(headings: Sequence[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """The lines of a table."""
    yield row(headings)
    yield row(["---"] * len(headings))
    yield from map(row, rows)


def row(cells: Iterable[object]) -> str:
    """One line of a table."""
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
