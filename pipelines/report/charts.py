"""Drawings of rows: Vega-Lite, rendered to SVG without a network. The page gives the colours, so that light and dark both fit.

Every chart stands beside the table of its values, can be read without colour, and adds nothing that a mart does not say.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

import altair
import pandas as pd
import vl_convert

from pipelines.report.layout import Row

Picture = altair.LayerChart | altair.FacetChart
KINDS = ("recurring", "usage", "power", "bandwidth_overuse", "setup")
WIDE, NARROW = 560, 340
SMALL = 400
RACKS = 15
INK, LINE, ACCENT, ALARM = "currentColor", "var(--line)", "var(--c1)", "var(--alarm)"
THEME = altair.Config(
    aria=False, background="transparent", font="sans-serif", view=altair.ViewConfig(stroke=None),
    padding={"left": 14, "right": 8, "top": 4, "bottom": 4},
    axis=altair.AxisConfig(labelColor=INK, titleColor=INK, domainColor=LINE, tickColor=LINE, gridColor=LINE, labelFontSize=12,
                           titleFontSize=12, titleFontWeight="normal"),
    legend=altair.LegendConfig(labelColor=INK, title=None, orient="bottom", labelFontSize=12, symbolType="square",
                               columnPadding=28),
    text=altair.MarkConfig(color=INK, fontSize=12),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drawing:
    """One chart as SVG, for wide and for narrow screens (the same where one fits both), with words for who cannot see it."""

    title: str
    says: str
    wide: str
    narrow: str


def draw(kind: str, rows: Sequence[Row]) -> list[Drawing]:
    """The drawings of a kind; none where there is nothing to draw."""
    return list(DRAWINGS[kind](rows))


def _cost_by_kind(rows: Sequence[Row]) -> Iterator[Drawing]:
    known = [row for row in rows if row["amount"] is not None or row["forecast_amount"] is not None]
    worth: dict[str, Decimal] = {}
    for row in known:
        worth[row["currency_code"]] = worth.get(row["currency_code"], Decimal(0)) + (row["amount_eur"] or 0)
    for currency in sorted(worth, key=lambda code: (-worth[code], code)):
        listed = [row for row in known if row["currency_code"] == currency]
        frame = _frame(listed, "month", "charge_kind", "amount", "forecast_amount")
        frame["kind"] = frame["charge_kind"].str.replace("_", " ")
        months = sorted(row["month"] for row in listed)
        yield _twice(
            f"Cost by month, {currency}",
            f"Stacked bars of the cost in {currency} by kind of charge, from {months[0]:%B %Y} to {months[-1]:%B %Y}. "
            "A diamond marks the forecast of the month that runs. The values are in the table.",
            lambda width, frame=frame: _cost_bars(frame, width),  # type: ignore[misc]
        )


def _cost_bars(frame: pd.DataFrame, width: int) -> Picture:
    kinds = [kind.replace("_", " ") for kind in KINDS if kind in set(frame["charge_kind"])]
    fills = [f"url(#fill-{kind.replace(' ', '-')})" for kind in kinds]
    labels = altair.Axis(labelAngle=0, labelOverlap=True, labelSeparation=6, labelExpr=MONTH_LABEL)
    when = altair.X("month:O", title=None, axis=labels)
    how = altair.Color(
        "kind:N", scale=altair.Scale(domain=kinds, range=fills), sort=kinds,
        legend=altair.Legend(columns=4 if width == WIDE else 2)
    )
    base = altair.Chart(frame).encode(x=when)
    axis, scale = altair.Axis(format=",.0f", tickCount=5), altair.Scale(nice=5)
    amount = altair.Y("sum(amount):Q", title=None, axis=axis, scale=scale)
    bars = base.mark_bar(stroke="var(--paper)", strokeWidth=1).encode(y=amount, color=how)
    ahead = base.transform_filter("isValid(datum.forecast_amount)").mark_point(
        shape="diamond", size=110, filled=False, stroke=INK, strokeWidth=2
    ).encode(y="sum(forecast_amount):Q")  # fmt: skip
    return altair.layer(bars, ahead).properties(width=width, height=220)


def _bandwidth_curves(rows: Sequence[Row]) -> Iterator[Drawing]:
    for key, of_service in groupby(rows, lambda row: row["service_key"]):
        days = list(of_service)
        last = days[-1]
        is_volume = last["billing_type"] == "volume"
        unit, name = ("GB", "month_to_date_gb") if is_volume else ("Mbit/s", "peak_mbit")
        commit = last["commit_gb"] if is_volume else last["commit_mbit"]
        rates = "highest rate of each day, and its 95th percentile dashed,"
        # The hours so far of a day that is not over are not its rates.
        drawn = days if is_volume else [row for row in days if row["is_day_over"]] or days
        what = "volume since the first of the month" if is_volume else rates
        chart = _curve(drawn, name, None if is_volume else "p95_mbit", float(commit) if commit is not None else None, unit)
        svg = _render(chart)
        yield Drawing(
            f"{last['service_name'] or key}",
            f"The {what} in {unit} of {key} until {last['day']:%d %B %Y}"
            + (f", against a commit of {commit:,.0f} {unit}" if commit is not None else "") + ". The values are in the table.",
            svg, svg,
        )  # fmt: skip


def _curve(days: Sequence[Row], solid: str, dashed: str | None, commit: float | None, unit: str) -> Picture:
    frame = _frame(days, "day", solid, *([dashed] if dashed else []))
    month: date = days[-1]["month"]
    ends = [f"{month}", f"{month.replace(day=monthrange(month.year, month.month)[1])}"]
    when = altair.X(
        "day:T", title=None, scale=altair.Scale(type="utc", domain=ends),
        axis=altair.Axis(format="%-d %b", tickCount=5, labelOverlap=True, grid=False)
    )
    base = altair.Chart(frame).encode(x=when)
    layers = [base.mark_line(stroke=ACCENT, strokeWidth=2.5, point=altair.OverlayMarkDef(size=18, fill=ACCENT)).encode(
        y=altair.Y(f"{solid}:Q", title=unit, axis=altair.Axis(format=",.0f", tickCount=4))
    )]  # fmt: skip
    if dashed:
        layers.append(base.mark_line(stroke=INK, strokeWidth=1.5, strokeDash=[5, 3]).encode(y=f"{dashed}:Q"))
    if commit is not None:
        limit = altair.Chart(pd.DataFrame({"commit": [commit], "label": [f"commit {commit:,.0f}"], "day": ends[:1]}))
        layers.append(limit.mark_rule(stroke=ALARM, strokeWidth=2).encode(y="commit:Q"))
        layers.append(limit.mark_text(align="left", dx=4, dy=-6, fill=ALARM).encode(x="day:T", y="commit:Q", text="label:N"))
    return altair.layer(*layers).properties(width=SMALL, height=150)


def _power_peaks(rows: Sequence[Row]) -> Iterator[Drawing]:
    racks = [row for row in rows if row["peak_amps"] is not None and row["contract_amps"] is not None][:RACKS]
    if not racks:
        return
    frame = _frame(racks, "colocation_id", "peak_amps", "contract_amps")
    frame["rack"] = [f"{row['colocation_id']} {row['service_name'] or ''}".strip() for row in racks]
    yield _twice(
        "Peak against contract, amperes",
        f"Bars of the peak of {len(racks)} rack{'s' * (len(racks) > 1)} with the least headroom, a line where the contract "
        "ends. The values are in the table.",
        lambda width: _bullets(frame, width),
    )


def _bullets(frame: pd.DataFrame, width: int) -> Picture:
    # The page sets the labels in a font of its own: room for the widest.
    room = min(230 if width == WIDE else 150, 8 * max(10, *map(len, frame["rack"])))
    who = altair.Y(
        "rack:N", sort=list(frame["rack"]), title=None, axis=altair.Axis(labelLimit=room * 0.8, minExtent=room, grid=False)
    )
    base = altair.Chart(frame).encode(y=who)
    scale = altair.Axis(title="A", format=",.0f", tickCount=5)
    bars = base.mark_bar(height=12, fill="url(#fill-recurring)").encode(x=altair.X("peak_amps:Q", axis=scale))
    limits = base.mark_tick(color=ALARM, thickness=3, height=20, opacity=1).encode(x="contract_amps:Q")
    return altair.layer(bars, limits).properties(width=width - room, height=altair.Step(28))


def _frame(rows: Sequence[Row], *names: str) -> pd.DataFrame:
    """The columns a chart needs; amounts as the floats that pixels are made of, days as text."""

    def plain(value: Any) -> Any:
        return value if value is None or isinstance(value, str) else f"{value}" if isinstance(value, date) else float(value)

    return pd.DataFrame([{name: plain(row[name]) for name in names} for row in rows])


def _twice(title: str, says: str, chart: Callable[[int], Picture]) -> Drawing:
    return Drawing(title, says, _render(chart(WIDE)), _render(chart(NARROW)))


def _render(chart: Picture) -> str:
    spec = chart.properties(config=THEME).to_dict()
    return vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])


MONTH_LABEL = "utcFormat(toDate(datum.label), '%b %y')"
DRAWINGS: Mapping[str, Callable[[Sequence[Row]], Iterator[Drawing]]] = {
    "cost_by_kind": _cost_by_kind, "bandwidth_curves": _bandwidth_curves, "power_peaks": _power_peaks,
}  # fmt: skip
