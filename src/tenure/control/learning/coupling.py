"""What surrounds a place: its neighbours' belief as far as they have evidence of their own, doubt where nobody speaks.

Rules
 1. A neighbour counts by its nearness, in spacings of the study's places, and by the recency of its own evidence.
 2. What is left open has the rate of untold changes: how many there are follows from how often told changes are told again
    (capture-recapture), and where changes are told of far and wide, a place of which nobody speaks is quieter.
 3. Where many changes are told again, silence means that nothing happened; where few are, it means nothing. Both rules fade
    in with the share of changes that nobody tells of.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tenure.control.kernels.field import encode_field, mix_neighbours, nearest_neighbours, spacing_km
from tenure.control.observing.recency import activity, recency

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tenure.control.learning.scene import Scene
    from tenure.control.settings import ControlSettings

__all__ = ["Surroundings", "bin_width", "field_levels", "refresh", "surround", "untold_doubt"]


def bin_width(days: int, settings: ControlSettings) -> int:
    """Return the field's bin width in days: the setting, wider for long studies so that memory stays bounded."""
    return max(settings.bin_days, -(-days // settings.most_bins))


def field_levels(priors: dict[str, Any]) -> NDArray[np.float64]:
    """Return the logarithms of the rates that a code can stand for, relative to a mixed neighbourhood, ascending."""
    f = priors["field"]
    return np.linspace(np.log(f["level_least"]), np.log(f["level_most"]), int(f["level_count"]))


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """What is around the places of a scene; `share`, `rise` and `open` are changed in place by `mix`."""

    recency: NDArray[np.float32]
    """(places, bins) how far a place's belief rests on evidence of its own."""
    activity: NDArray[np.float32]
    """(places, bins) how near changes are told of."""
    share: NDArray[np.float32]
    """(places, bins, states) weighted belief of the neighbours."""
    rise: NDArray[np.float32]
    open: NDArray[np.float32]
    """(places, bins) weight of which nobody speaks."""
    window: tuple[int, int]

    def copy(self) -> Surroundings:
        """Return surroundings whose recency and field can change on their own."""
        parts = {name: getattr(self, name).copy() for name in ("recency", "share", "rise", "open")}
        return replace(self, **parts)

    def mix(
        self,
        scene: Scene,
        belief: NDArray[np.float32],
        *,
        places: NDArray[np.int64],
        keep: float = 0.0,
        span: tuple[int, int] | None = None,
    ) -> None:
        """Blend the belief of the scene's neighbours, (places, bins, states), into the field of the places.

        `keep` is the share of the old field that stays; `span` the bins that are touched, all without it.
        """
        field, span = (self.share, self.rise, self.open), span or (0, belief.shape[1])
        around = (scene.neighbour, scene.weight)
        mix_neighbours(belief, self.recency, around, self.window, span, np.float32(keep), places, field)

    def encode(
        self,
        doubt: NDArray[np.float64],
        priors: dict[str, Any],
        *,
        places: NDArray[np.int64],
        codes: tuple[NDArray[np.int8], NDArray[np.int8]],
        late: int = 0,
    ) -> None:
        """Fill the rate codes of the places; `doubt` (2, bins) as in `untold_doubt`; the field as `late` bins before."""
        field = tuple(_later(part, late) for part in (self.share, self.rise, self.open))
        f = priors["field"]
        quiet = np.log(doubt[0] * np.maximum(self.activity, doubt[1]))
        edges = np.array(f["share_edges"]), np.array(f["surge_edges"])
        encode_field(field, quiet, np.log(f["share_factor"]), edges, field_levels(priors), places, codes)


def _later(part: NDArray[np.float32], bins: int) -> NDArray[np.float32]:
    return part if bins == 0 else np.concatenate([part[:, :bins], part[:, :-bins]], axis=1)


def surround(
    scene: Scene, shape: tuple[int, int, int], settings: ControlSettings, priors: dict[str, Any], *, hindsight: bool
) -> Surroundings:
    """Return the empty surroundings of a scene, `shape` (places, bins, states).

    Without hindsight a surge is what rose so far, and only what was published speaks.
    """
    width, r = bin_width(scene.days, settings), priors["recency"]
    obs, flat = scene.rows.obs, shape[:2]
    told = recency(obs, flat, width, days=r["days"], least=r["stated"], hindsight=hindsight)
    if not settings.use_recency:
        told = np.ones(flat, np.float32)
    everybody = np.ones(len(scene.xy), np.bool_)  # who lies beside whom must not tell of whom anybody will speak
    index, _ = nearest_neighbours(scene.xy, everybody, settings.neighbours, 1.0)
    near = np.linalg.norm(scene.xy[np.maximum(index, 0)] - scene.xy[:, None], axis=2)
    reach, days, steps = r["spacings"] * spacing_km(scene.xy), r["activity_days"], int(r["steps"])
    active = activity(obs, index, near, flat, width, days=days, reach_km=reach, steps=steps, hindsight=hindsight)
    bins = max(1, round(settings.surge_days / width))
    window = (bins, bins) if hindsight else (2 * bins, 0)
    zeros = np.zeros(shape, np.float32)
    return Surroundings(told, active, zeros, zeros.copy(), np.zeros(flat, np.float32), window)


def refresh(around: Surroundings, scene: Scene, places: NDArray[np.int64], width: int, priors: dict[str, Any]) -> None:
    """Make the recency of the places anew in place, from the scene's rows."""
    r, obs = priors["recency"], scene.rows.obs
    rows = obs.take(np.isin(obs.place, places))
    rows = replace(rows, place=np.searchsorted(places, rows.place).astype(np.int64))
    shape = (len(places), around.recency.shape[1])
    around.recency[places] = recency(rows, shape, width, days=r["days"], least=r["stated"], hindsight=True)


def untold_doubt(told: float, mapped: float, doubt: float, priors: dict[str, Any]) -> tuple[float, float]:
    """Return the rate where nobody speaks, relative to a mixed neighbourhood, and the least share of it of a quiet place.

    `told` stories tell of a change of which any does, `mapped` is the share that keepers of maps show: (1 - mapped) / told
    go untold (geometric law). `doubt`: how many times the reference rate the untold changes make.
    """
    d, untold = priors["doubt"], (1.0 - mapped) / told
    return float(doubt ** (untold ** d["power"])), float(max(untold ** d["quiet"], 1e-3))
