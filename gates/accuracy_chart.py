"""A calibration curve as SVG: how often what was said with some P was right, with the same bytes for the same figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import sqrt

SIZE, LEFT, TOP, BOTTOM, KEY = 360, 52, 34, 46, 250
COLOURS = ("#1b6ca8", "#c4472b", "#3d8b37", "#7a4fa3", "#8a6d1d", "#555555")
LEAST = 20
"""Bands of fewer are not drawn."""
Bands = Mapping[str, Sequence[float]]


def calibration_chart(title: str, series: Mapping[str, Bands], *, counted: str) -> str:
    """Return a picture of the share right against the mean P, a line a series; a dot's area follows how many there are."""
    height = TOP + SIZE + BOTTOM
    width = LEFT + SIZE + KEY
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="20" font-size="14" font-weight="bold">{escape(title)}</text>',
        *_axes(),
    ]
    for n, (name, bands) in enumerate(series.items()):
        colour = COLOURS[n % len(COLOURS)]
        parts += [*_line(bands, colour), *_key(n, name, colour)]
    below = TOP + SIZE + BOTTOM - 12
    parts.append(
        f'<text x="{LEFT}" y="{below}" fill="#555555">what the model says (mean P of the band); dots: {counted}</text>'
    )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _at(p: float, share: float) -> tuple[float, float]:
    return round(LEFT + SIZE * p, 1), round(TOP + SIZE * (1 - share), 1)


def _axes() -> list[str]:
    parts = []
    for step in range(0, 11, 2):
        (x, low), (left, y) = _at(step / 10, 0), _at(0, step / 10)
        parts.append(f'<path d="M{left} {y}H{LEFT + SIZE}M{x} {low}V{TOP}" stroke="#dddddd" fill="none"/>')
        parts.append(f'<text x="{x}" y="{low + 16}" text-anchor="middle">{step * 10}%</text>')
        parts.append(f'<text x="{left - 6}" y="{y + 4}" text-anchor="end">{step * 10}%</text>')
    (x0, y0), (x1, y1) = _at(0, 0), _at(1, 1)
    parts.append(f'<path d="M{x0} {y0}L{x1} {y1}" stroke="#888888" stroke-dasharray="4 4" fill="none"/>')
    return parts


def _line(bands: Bands, colour: str) -> list[str]:
    counts = bands.get("days", bands.get("count", ()))
    drawn = [i for i, count in enumerate(counts) if count >= LEAST]
    points = [(*_at(bands["p"][i], bands["right"][i] / counts[i]), sqrt(counts[i] / max(counts))) for i in drawn]
    path = "L".join(f"{x} {y}" for x, y, _ in points)
    dots = [f'<circle cx="{x}" cy="{y}" r="{round(2.5 + 6 * size, 1)}" fill="{colour}"/>' for x, y, size in points]
    return [f'<path d="M{path}" stroke="{colour}" stroke-width="2" fill="none"/>', *dots] if points else []


def _key(n: int, name: str, colour: str) -> list[str]:
    x, y = LEFT + SIZE + 18, TOP + 12 + 22 * n
    return [f'<circle cx="{x}" cy="{y - 4}" r="5" fill="{colour}"/>', f'<text x="{x + 12}" y="{y}">{escape(name)}</text>']
