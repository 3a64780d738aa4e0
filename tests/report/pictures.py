"""Takes the pictures of docs/images again: `uv run python tests/report/pictures.py data/report/report.html`."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "images"
# Name, width, height, light or dark, the section at the top (none for the head of the page).
PICTURES = (
    ("report-wide-light", 1440, 1500, "light", ""), ("report-wide-dark", 1440, 1000, "dark", "bandwidth"),
    ("report-exceptions", 1440, 900, "light", "exceptions"), ("report-narrow-light", 390, 1100, "light", ""),
    ("report-narrow-dark", 390, 1100, "dark", "power"),
)  # fmt: skip


def take(page: Path) -> None:
    """Every picture of a report."""
    from browser import browsing

    with browsing() as visit:
        for name, width, height, scheme, section in PICTURES:
            visit.page.set_viewport_size({"width": width, "height": height})
            visit.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            visit.page.goto(page.resolve().as_uri())
            if section:
                visit.page.evaluate("name => document.getElementById(name).scrollIntoView({behavior: 'instant'})", section)
            visit.page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "tests"))
    take(Path(sys.argv[1]))
