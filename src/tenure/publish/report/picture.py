"""Still pictures of the map as SVG, drawn without a browser: control on a day, and the change between two.

Rules. A local equirectangular view of the study area, north up; colours and hatching as on the map; names set largest place
first where they do not overlap; every text escaped. Coordinates have one decimal, so that equal releases give equal bytes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from tenure.model import CONTESTED
from tenure.publish.basemap import make_basemap
from tenure.publish.geometry import parse, simplified
from tenure.publish.palette import CONTESTED_COLOUR, UNKNOWN_COLOUR

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from tenure.publish.release import Release

__all__ = ["change_picture", "control_picture", "states_on"]

_WIDTH = 760
_MARGIN = 0.04  # of the study's size, drawn round it
_LABELS = 40
_KM_PER_DEGREE = 111.195
_HATCH = (
    '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path d="M0 0V6" stroke="#5b5346" stroke-width="1.6"/></pattern>'
)
_LETTER_PX = 7.2  # width of a letter of the key, on average

_EDGE_PX = 8  # a name nearer to the edge would be cut
_STYLE = (
    "text{font-family:system-ui,sans-serif;fill:#22252a}.l{paint-order:stroke;stroke:#fffdf9;stroke-width:3px;"
    "stroke-linejoin:round;font-size:11px}.k{font-size:12px}.q{fill:#666a70;font-size:11px}"
)


@dataclass(frozen=True, slots=True)
class _View:
    """From lon, lat to pixels."""

    west: float
    north: float
    scale: float
    squeeze: float
    width: int
    height: int

    def xy(self, lon: float, lat: float) -> tuple[float, float]:
        return (lon - self.west) * self.squeeze * self.scale, (self.north - lat) * self.scale

    def path(self, shape: BaseGeometry) -> str:
        import shapely

        simple = simplified(shape, 0.7 / self.scale)
        out = []
        for part in shapely.get_parts(simple):
            if part.geom_type == "Polygon":
                rings: list[BaseGeometry] = [part.exterior, *part.interiors]
                out += [self._line(ring.coords) + "Z" for ring in rings if len(ring.coords) > 0]
            elif part.geom_type == "LineString":
                out.append(self._line(part.coords))
        return "".join(out)

    def _line(self, coords: Iterable[tuple[float, ...]]) -> str:
        points = (self.xy(c[0], c[1]) for c in coords)
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _view(released: Release) -> _View:
    west, south, east, north = parse(released.publication.study_area).bounds
    pad = _MARGIN * max(east - west, north - south)
    west, south, east, north = west - pad, south - pad, east + pad, north + pad
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = _WIDTH / ((east - west) * squeeze)
    return _View(west, north, scale, squeeze, _WIDTH, round((north - south) * scale))


def states_on(released: Release, on: date) -> NDArray[np.int64]:
    """Return the index of each place's most likely state on a day, (places,); `len(states)` where unknown."""
    import numpy as np

    posterior = released.publication.posterior
    best = posterior.on(on).argmax(axis=1)
    return np.where(posterior.informed_on(on), best, len(posterior.states))


def _colours(released: Release) -> list[str]:
    actors = {a.actor_id: a.colour for a in released.publication.actors}
    states = released.publication.posterior.states
    return [CONTESTED_COLOUR if s == CONTESTED else actors.get(s, UNKNOWN_COLOUR) for s in states] + [UNKNOWN_COLOUR]


def state_names(released: Release) -> list[str]:
    """Return the names of the states in order, unknown last."""
    actors = {a.actor_id: a.name for a in released.publication.actors}
    return [("Contested" if s == CONTESTED else actors.get(s, s)) for s in released.publication.posterior.states] + [
        "Unknown"
    ]


def control_picture(released: Release, on: date) -> str:
    """Return an SVG of control on a day: colour the most likely controller, strength its probability, grey unknown."""
    publication, view = released.publication, _view(released)
    best, p, colours = states_on(released, on), publication.posterior.on(on), _colours(released)
    contested = publication.posterior.states.index(CONTESTED) if CONTESTED in publication.posterior.states else -1
    row = {place: i for i, place in enumerate(publication.posterior.place_ids)}
    body = []
    for cell in publication.cells:
        i = row.get(cell.place_id)
        if i is None:
            continue
        state = int(best[i])
        strength = 0.45 if state == len(colours) - 1 else 0.2 + 0.6 * max(0.0, (float(p[i, state]) - 0.3) / 0.7)
        path = view.path(parse(cell.geometry))
        body.append(f'<path d="{path}" fill="{colours[state]}" fill-opacity="{strength:.2f}"/>')
        if state == contested:
            body.append(f'<path d="{path}" fill="url(#hatch)"/>')
    body += _fronts(released, view, on)
    shown = sorted({int(s) for s in best})
    title = f"Most likely controller on {on.isoformat()}"
    return _page(released, view, body, title, [(state_names(released)[s], colours[s], s == contested) for s in shown])


def change_picture(released: Release, since: date, until: date) -> str:
    """Return an SVG of the cells whose most likely controller differs between two days, in the gaining state's colour."""
    publication, view, colours = released.publication, _view(released), _colours(released)
    before, after = states_on(released, since), states_on(released, until)
    row = {place: i for i, place in enumerate(publication.posterior.place_ids)}
    contested = publication.posterior.states.index(CONTESTED) if CONTESTED in publication.posterior.states else -1
    body, shown = [], set()
    for cell in publication.cells:
        i = row.get(cell.place_id)
        if i is None:
            continue
        path, state = view.path(parse(cell.geometry)), int(after[i])
        if before[i] == after[i]:
            body.append(f'<path d="{path}" fill="#e4e0d6"/>')
            continue
        shown.add(state)
        body.append(f'<path d="{path}" fill="{colours[state]}" fill-opacity="0.9"/>')
        if state == contested:
            body.append(f'<path d="{path}" fill="url(#hatch)"/>')
    title = f"Gained between {since.isoformat()} and {until.isoformat()}"
    key = [(f"to {state_names(released)[s]}", colours[s], s == contested) for s in sorted(shown)]
    return _page(released, view, body, title, [*key, ("no change", "#e4e0d6", False)])


def _fronts(released: Release, view: _View, on: date) -> list[str]:
    out = []
    for front in released.publication.fronts:
        if front.start <= on and (front.end is None or on < front.end):
            path = view.path(parse(front.geometry))
            out.append(f'<path d="{path}" fill="none" stroke="#fffdf9" stroke-width="4"/>')
            out.append(f'<path d="{path}" fill="none" stroke="#22252a" stroke-width="1.8"/>')
    return out


def _page(released: Release, view: _View, body: list[str], title: str, key: list[tuple[str, str, bool]]) -> str:
    west, north = view.west, view.north
    east, south = west + view.width / view.scale / view.squeeze, north - view.height / view.scale
    base = make_basemap((west, south, east, north))
    swatches, low = _key(view, key)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {view.width} {low}" ',
        f'role="img" aria-label={quoteattr(title)}>',
        f"<title>{escape(title)}</title><style>{_STYLE}</style>",
        f"<defs>{_HATCH}</defs>",
        f'<defs><clipPath id="frame"><rect width="{view.width}" height="{view.height}"/></clipPath></defs>',
        f'<g clip-path="url(#frame)"><rect width="{view.width}" height="{view.height}" fill="#dbe4e8"/>',
        f'<path d="{view.path(base.land)}" fill="#f3efe6"/>',
        '<g stroke="#fffdf9" stroke-width="0.5" fill-rule="evenodd">',
        *body,
        "</g>",
        f'<path d="{view.path(base.admin1)}" fill="none" stroke="#8d8577" stroke-width="0.7" stroke-dasharray="4 3"/>',
        f'<path d="{view.path(base.admin0)}" fill="none" stroke="#8d8577" stroke-width="1.6"/>',
        *_labels(released, view),
        "</g>",
        *swatches,
        _scale_bar(view),
        "</svg>\n",
    ]
    return "".join(parts)


def _labels(released: Release, view: _View) -> list[str]:
    """Return dots and names, the largest places first, none over another."""
    places = [p for p in released.publication.places if p.lon is not None and p.lat is not None]
    places.sort(key=lambda p: (-(p.population or 0), p.place_id))
    taken: list[tuple[float, float, float, float]] = []
    out: list[str] = []
    for place in places:
        x, y = view.xy(place.lon or 0.0, place.lat or 0.0)
        box = (x - 4, y - 8, x + 10 + 6.6 * len(place.name), y + 8)
        inside = x > 0 and box[2] < view.width and _EDGE_PX < y < view.height - _EDGE_PX
        if not inside or any(box[0] < t[2] and t[0] < box[2] and box[1] < t[3] and t[1] < box[3] for t in taken):
            continue
        taken.append(box)
        out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.4" fill="#22252a" stroke="#fffdf9"/>')
        out.append(f'<text class="l" x="{x + 6:.1f}" y="{y + 4:.1f}">{escape(place.name)}</text>')
        if len(taken) >= _LABELS:
            break
    return out


def _key(view: _View, key: list[tuple[str, str, bool]]) -> tuple[list[str], int]:
    """Return the swatches with their names under the map, in as many lines as they need, and the height of it all."""
    x, y, out = 2.0, view.height + 14, []
    for name, colour, hatched in key:
        wide = 19 + _LETTER_PX * len(name)
        if x > 2.0 and x + wide > view.width:  # noqa: PLR2004 - the left edge
            x, y = 2.0, y + 20
        out.append(f'<rect x="{x:.1f}" y="{y}" width="13" height="13" fill="{colour}" stroke="#00000033"/>')
        if hatched:
            out.append(f'<rect x="{x:.1f}" y="{y}" width="13" height="13" fill="url(#hatch)"/>')
        out.append(f'<text class="k" x="{x + 19:.1f}" y="{y + 11}">{escape(name)}</text>')
        x += wide + 18
    return out, y + 20


def _scale_bar(view: _View) -> str:
    """Return a bar of a round number of kilometres at the lower right."""
    km_per_pixel = _KM_PER_DEGREE / view.scale
    km = max((k for k in (1, 2, 5, 10, 20, 50, 100, 200, 500) if k / km_per_pixel <= view.width / 5), default=1)
    right, y, length = view.width - 12, view.height - 12, km / km_per_pixel
    return (
        f'<path d="M{right - length:.1f} {y - 4}V{y}H{right}V{y - 4}" fill="none" stroke="#22252a"/>'
        f'<text class="q" x="{right - length - 6:.1f}" y="{y}" text-anchor="end">{km} km</text>'
    )
