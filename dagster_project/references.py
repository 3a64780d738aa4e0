"""Links from an asset to the files that explain it: its documentation, and the line that defines it."""

from __future__ import annotations

import re
import warnings
from functools import cache
from pathlib import Path

import dagster as dg

from pipelines.generate import ROOT

Place = dg.LocalFileCodeReference | dg.UrlCodeReference
DICTIONARY = ROOT / "docs" / "data-dictionary"


def references(schema: str, table: str, **more: Path) -> dg.CodeReferencesMetadataValue:
    """The documentation of a table, and more files by label; each at the first line that names the table."""
    places = {"documentation": DICTIONARY / f"{schema}.md", **more}
    with warnings.catch_warnings():  # they may change with a release of Dagster, which is pinned: nothing a user should read
        warnings.simplefilter("ignore", dg.BetaWarning)
        found: list[Place] = [
            dg.LocalFileCodeReference(file_path=str(path), line_number=line_of(path, table), label=label)
            for label, path in places.items() if path.exists()
        ]  # fmt: skip
        return dg.CodeReferencesMetadataValue(code_references=found)


def line_of(path: Path, table: str) -> int:
    """The line of its heading, else the first that names the table in quotes of any kind, else the first of the file."""
    for named in (rf"#+ `?{table}`?$", rf".*[`\"']{table}[`\"']"):
        for number, line in enumerate(lines_of(path), 1):
            if re.match(named, line):
                return number
    return 1


@cache
def lines_of(path: Path) -> tuple[str, ...]:
    """The lines of a file."""
    return tuple(path.read_text(encoding="utf-8").splitlines())
