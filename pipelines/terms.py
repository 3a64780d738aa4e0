"""The settings files, what the API does not know: whether they can be read at all, and what is wrong where they cannot.

What their values mean belongs into the models.
"""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

import yaml  # type: ignore[import-untyped]

from pipelines.errors import UsageError

ROOT = Path(__file__).resolve().parent.parent
OWN = ROOT / "settings"
NEXT = "Correct the file and build again; docs/assumptions.md explains its columns."


def column_types() -> dict[str, dict[str, str]]:
    """The columns of every settings file with their types, by its name without `.csv`, as dbt is told them."""
    project = yaml.safe_load((ROOT / "sql" / "dbt_project.yml").read_text(encoding="utf-8"))
    seeds = project["seeds"][project["name"]]
    return {name: item["+column_types"] for name, item in seeds.items() if isinstance(item, dict)}


def check_terms(folder: Path) -> None:
    """Raises UsageError for a settings file that is missing or has other columns than it should."""
    for name, expected in column_types().items():
        path = folder / f"{name}.csv"
        if not path.is_file():
            raise UsageError(f"There is no settings file {path}.", f"Copy it from {OWN}; it may have no rows.")
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = next(csv.reader(file), [])
        if sorted(header) != sorted(expected):
            raise UsageError(f"{path} has the columns {','.join(header)} and needs {','.join(expected)}.", NEXT)


def lend_terms(folder: Path, work: Path) -> Path:
    """Copies the settings files into `work` for dbt to read, and returns it; raises UsageError as `check_terms` does.

    dbt joins the path of a seed to its own folder and writes the statement that loads it there. With an absolute path that is
    the seed itself, so it gets copies to spoil.
    """
    check_terms(folder)
    work.mkdir(parents=True, exist_ok=True)
    for name in column_types():
        shutil.copyfile(folder / f"{name}.csv", work / f"{name}.csv")
    return work


def explain_terms(name: str, message: str) -> UsageError:
    """The error of a settings file that the database could not read, from the database's own words."""
    line = re.search(r"CSV Error on Line: (\d+)", message)
    value = re.search(r'converting column "(\w+)"\. Could not convert string "(.*?)" to \'(\w+)\'', message)
    place = f"settings file {name}.csv" + (f", line {line[1]}" if line else "")
    wrong = f"{value[1]} is {value[2]!r}, which is no {value[3].lower()}" if value else " ".join(message.split())
    return UsageError(f"In the {place}: {wrong}.", NEXT)
