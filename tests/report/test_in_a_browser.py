"""The page of the demo as people meet it: from disk, wide and narrow, light and dark, by keyboard, on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from audit import Demo
from browser import Visit, browsing

pytestmark = pytest.mark.slow
PAPER = 703  # what A4 leaves between its margins, in CSS pixels
# The least contrast of a visible text with what is behind it, by the formula of WCAG 2.
CONTRAST = """() => {
  const parse = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = node => { for (; node; node = node.parentElement) {
    const [r, g, b, a = 1] = parse(getComputedStyle(node).backgroundColor); if (a > 0) return [r, g, b]; } return [255, 255, 255]; };
  let least = [99, ""];
  for (const node of document.querySelectorAll("h1,h2,h3,p,a,b,td,th,code,dd,dt,summary,figcaption,.unit,.unknown,.none")) {
    if (!node.innerText || !node.getClientRects().length) continue;
    const [one, two] = [light(parse(getComputedStyle(node).color)), light(behind(node))].sort((x, y) => y - x);
    const found = (one + 0.05) / (two + 0.05);
    if (found < least[0]) least = [found, node.outerHTML.slice(0, 120)];
  }
  return least; }"""
TALL = """() => [...document.querySelectorAll("figure svg")].filter(svg => svg.getClientRects().length)
  .map(svg => [svg.getBoundingClientRect().width, svg.parentElement.getBoundingClientRect().width])"""


@pytest.fixture(scope="module")
def page(demo: Demo) -> Path:
    return demo.warehouse.parent / "report" / "report.html"


@pytest.fixture(scope="module")
def visit(page: Path):
    with browsing() as found:
        found.page.goto(page.as_uri())
        yield found


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_opens_from_disk_without_a_request_or_a_complaint(visit: Visit, page: Path, width: int, scheme: str) -> None:
    visit.page.set_viewport_size({"width": width, "height": 900})
    visit.page.emulate_media(color_scheme=scheme, media="screen")
    visit.requests.clear()
    visit.page.goto(page.as_uri())
    visit.page.wait_for_load_state("networkidle")
    assert visit.errors == []
    assert [url for url in visit.requests if url != "data:,"] == [page.as_uri()]
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    background = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == {"light": "rgb(244, 245, 247)", "dark": "rgb(15, 19, 24)"}[scheme]
    least, where = visit.page.evaluate(CONTRAST)
    assert least >= 4.5, where
    drawn = visit.page.evaluate(TALL)
    assert len(drawn) >= 8
    assert all(0 < svg <= room + 1 for svg, room in drawn)


def test_the_first_stop_of_the_keyboard_leads_past_the_contents(visit: Visit, page: Path) -> None:
    visit.page.goto(page.as_uri())
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.className") == "skip"
    visit.page.keyboard.press("Enter")
    assert visit.page.evaluate("location.hash") == "#content"


def test_a_folded_table_opens_by_keyboard(visit: Visit) -> None:
    table = visit.page.locator("#table-load_health")
    assert not table.is_visible()
    visit.page.locator("details", has=table).locator("summary").press("Enter")
    assert table.is_visible()


def test_a_heading_leads_to_its_rule(visit: Visit) -> None:
    visit.page.locator("#table-cost_by_service thead a", has_text="Unit price").click()
    rule = visit.page.locator(":target + dd")
    assert rule.is_visible()
    assert "currency" in rule.inner_text()


def test_headings_go_down_step_by_step(visit: Visit) -> None:
    levels = visit.page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(node => +node.tagName[1])")
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))


def test_paper_holds_every_column(visit: Visit, page: Path) -> None:
    visit.page.set_viewport_size({"width": PAPER, "height": 1000})
    visit.page.emulate_media(media="print", color_scheme="light")
    visit.page.goto(page.as_uri())
    wide = visit.page.evaluate(
        f"[...document.querySelectorAll('table')].filter(t => t.getBoundingClientRect().right > {PAPER} + 1).map(t => t.id)"
    )
    assert wide == []
    assert visit.page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
