"""Small charts of measures as SVG text: lines with their 90% band, and bars with their 90% whiskers."""

from __future__ import annotations

from html import escape
from math import floor, isfinite, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from tenure.model import Measure

__all__ = ["bar_chart", "line_chart"]

_WIDTH, _HEIGHT = 640, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 12, 28, 28
_GREY = "#767676"  # for a holder without a colour of its own; dark enough to be read on white
_TICKS = 4
_LINE = 12  # height of a line of labels


class _Frame:
    """Scales from days and values to the picture."""

    def __init__(self, days: Sequence[date], low: float, high: float) -> None:
        self.first, self.days = days[0], max((days[-1] - days[0]).days, 1)
        self.low, self.high = low, high if high > low else low + 1.0

    def x(self, day: date) -> float:
        return round(_LEFT + (_WIDTH - _LEFT - _RIGHT) * (day - self.first).days / self.days, 1)

    def y(self, value: float) -> float:
        return round(_TOP + (_HEIGHT - _TOP - _BOTTOM) * (self.high - value) / (self.high - self.low), 1)


def line_chart(measures: Sequence[Measure], *, title: str, colours: Mapping[str, str]) -> str:
    """Return an SVG of one line a holder over the measures' first days, with the 90% interval as a band.

    `measures` are of one name and group; no measure gives an empty picture with the title. `colours` by holder.
    """
    days = sorted({m.since for m in measures})
    if not days:
        return _svg(title, [])
    frame = _Frame(days, min(0.0, *_edges(measures)), max(0.0, *_edges(measures)))
    parts = _axes(frame, days)
    labels: list[tuple[float, str, str]] = []
    for actor in sorted({m.actor for m in measures}):
        mine = sorted((m for m in measures if m.actor == actor), key=lambda m: m.since)
        colour = escape(colours.get(actor, _GREY), quote=True)
        if all(isfinite(m.lo90) and isfinite(m.hi90) for m in mine):
            rim = [(m.since, m.hi90) for m in mine] + [(m.since, m.lo90) for m in reversed(mine)]
            points = " ".join(f"{frame.x(d)},{frame.y(v)}" for d, v in rim)
            parts.append(f'<polygon points="{points}" fill="{colour}" fill-opacity="0.2"/>')
        points = " ".join(f"{frame.x(m.since)},{frame.y(m.value)}" for m in mine)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        labels.append((frame.y(mine[-1].value) - 4, actor, colour))
    lowest = float("-inf")
    for y, actor, colour in sorted(labels):
        lowest = max(y, lowest + _LINE)
        parts.append(_label(_WIDTH - _RIGHT, lowest, actor, anchor="end", colour=colour))
    return _svg(title, parts)


def bar_chart(measures: Sequence[Measure], *, title: str, colours: Mapping[str, str]) -> str:
    """Return an SVG of bars, one a holder and span, with the 90% interval as a whisker; else as `line_chart`."""
    days = sorted({m.since for m in measures} | {m.until for m in measures})
    if not days:
        return _svg(title, [])
    frame = _Frame(days, min(0.0, *_edges(measures)), max(0.0, *_edges(measures)))
    actors = sorted({m.actor for m in measures})
    parts = _axes(frame, days)
    for m in sorted(measures, key=lambda m: (m.since, m.actor)):
        room = (frame.x(m.until) - frame.x(m.since)) * 0.8 / len(actors)
        left = round(frame.x(m.since) + room * actors.index(m.actor), 1)
        top, bottom = sorted((frame.y(m.value), frame.y(0.0)))
        colour = escape(colours.get(m.actor, _GREY), quote=True)
        bar = f'x="{left}" y="{top}" width="{room:.1f}" height="{bottom - top:.1f}" fill="{colour}"'
        parts.append(f"<rect {bar}><title>{escape(m.actor)}: {m.value:.0f}</title></rect>")
        if isfinite(m.lo90) and isfinite(m.hi90):
            middle = round(left + room / 2, 1)
            whisker = f'x1="{middle}" x2="{middle}" y1="{frame.y(m.lo90)}" y2="{frame.y(m.hi90)}"'
            parts.append(f'<line {whisker} stroke="#222222"/>')
    for row, actor in enumerate(actors):
        colour = escape(colours.get(actor, _GREY), quote=True)
        parts.append(_label(_WIDTH - _RIGHT, _TOP + _LINE * row, actor, anchor="end", colour=colour))
    return _svg(title, parts)


def _edges(measures: Sequence[Measure]) -> list[float]:
    return [v for m in measures for v in (m.value, m.lo90, m.hi90) if isfinite(v)]


def _step(span: float) -> float:
    """Return a round distance between ticks."""
    size = 10.0 ** floor(log10(span / _TICKS))
    return next(size * k for k in (1, 2, 5, 10) if size * k * _TICKS >= span)


def _axes(frame: _Frame, days: Sequence[date]) -> list[str]:
    step = _step(frame.high - frame.low)
    parts = []
    for k in range(floor(frame.low / step), floor(frame.high / step) + 1):
        y = frame.y(k * step)
        if k * step >= frame.low:
            parts.append(f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}" stroke="#dddddd"/>')
            parts.append(_label(_LEFT - 6, y + 4, f"{k * step:,.0f}", anchor="end"))
    for day, anchor in ((days[0], "start"), (days[-1], "end")):
        parts.append(_label(frame.x(day), _HEIGHT - 8, day.isoformat(), anchor=anchor))
    return parts


def _label(x: float, y: float, text: str, *, anchor: str, colour: str = "#222222") -> str:
    return f'<text x="{x}" y="{y:.1f}" text-anchor="{anchor}" font-size="11" fill="{colour}">{escape(text)}</text>'


def _svg(title: str, parts: Sequence[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" font-family="sans-serif">'
    heading = f'<title>{escape(title)}</title><text x="{_LEFT}" y="16" font-size="13">{escape(title)}</text>'
    return "\n".join([head, heading, *parts, "</svg>"]) + "\n"
