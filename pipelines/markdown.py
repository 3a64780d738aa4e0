"""Markdown that programs write: the mark at the top of a page, and tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def mark(source: str) -> str:
    """The first line of a generated page, which says where to change it."""
    return f"<!-- Written by `python -m pipelines.generate` from {source}: change it there. -->"


def table(headings: tuple[str, ...], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """The lines of a table."""
    yield row(headings)
    yield row(["---"] * len(headings))
    yield from map(row, rows)


def row(cells: Iterable[str]) -> str:
    """One line of a table."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
