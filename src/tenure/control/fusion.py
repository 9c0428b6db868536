"""Fusion: the front door of the control stage."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from tenure.control.kernels.filtering import keep_calls
from tenure.control.learning.as_known import block_edges, filter_scene
from tenure.control.learning.fitting import Parameters, fit
from tenure.control.learning.reliability import SourceReliability, describe
from tenure.control.learning.scene import Scene, build_scene
from tenure.control.settings import ControlSettings, load_priors, method_identity
from tenure.control.spells import find_spells
from tenure.errors import InputError
from tenure.model import Posterior

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import pyarrow as pa
    from numpy.typing import NDArray

    from tenure.control.kernels.chain import ChainInput, ChainOutput
    from tenure.control.learning.coupling import Surroundings
    from tenure.control.observing.exclusion import Exclusion
    from tenure.model import ControlSpell

__all__ = ["Fused", "fuse"]


@dataclass(frozen=True, eq=False)
class Fused:
    """The result of fusion, with what `why`, samples and increments need."""

    posterior: Posterior
    reliabilities: tuple[SourceReliability, ...]
    excluded: tuple[Exclusion, ...]
    method: str
    reading: str
    settings: ControlSettings
    scene: Scene
    parameters: Parameters
    chain: ChainInput
    field: tuple[NDArray[np.float32], Surroundings] | None
    """Binned belief (places, bins, states) of a hindsight fusion, and what is around the places."""

    @cached_property
    def spells(self) -> tuple[ControlSpell, ...]:
        """Spells of control of every place, made when first asked for."""
        return find_spells(self.posterior, self.scene.rows.obs)


def fuse(  # noqa: PLR0913 - the seam that the pipeline calls
    evidence: pa.Table,
    places: pa.Table,
    *,
    initial: pa.Table | None,
    start: date,
    end: date,
    states: Sequence[str] | None = None,
    settings: ControlSettings | None = None,
    reading: str = "hindsight",
    known_on: date | None = None,
    sides: Mapping[str, str] | None = None,
) -> Fused:
    """Return P(controller | place, day) for [start, end) from evidence (Evidence schema) at places.

    `places` needs place_id and lon, lat (or x, y in km), optionally area_km2; `initial` place_id and state, optionally p.
    `states` actor ids (contested is added; None: those named); `sides` actor id -> side (default: each its own side).
    `reading` is ``hindsight`` or ``filtered``; `known_on` leaves out claims published after that day.
    """
    settings = settings or ControlSettings()
    if reading not in {"hindsight", "filtered"}:
        raise InputError("unknown reading", value=reading, remedy="use hindsight or filtered")
    priors = load_priors(settings)
    method = method_identity(settings, reading)
    edges = block_edges((end - start).days, settings) if reading == "filtered" else ()
    scene, excluded = build_scene(evidence, places, initial, start, end, states, settings, known_on, sides or {}, edges)
    if reading == "filtered":
        posterior, scene, parameters, chain = filter_scene(scene, settings, priors, method)
        field = None
    else:
        found = fit(scene, settings, priors)
        posterior, parameters, chain = to_posterior(scene, found.output, method), found.parameters, found.chain
        keep_calls(posterior.offsets, posterior.p, priors["chain"]["lead"])
        field = (found.binned, found.around)
    learned = describe(scene.rows, parameters.groups, priors, scene.followers)
    return Fused(posterior, learned, excluded, method, reading, settings, scene, parameters, chain, field)


def to_posterior(scene: Scene, output: ChainOutput, method: str) -> Posterior:
    """Return the model's Posterior; `output` has the knots of the informed places, the others get one flat knot."""
    counts = np.ones(len(scene.place_ids), np.int64)
    counts[scene.informed] = output.counts
    known = np.repeat(scene.informed, counts)
    day = np.zeros(len(known), np.int32)
    p = np.full((len(known), len(scene.states)), 1.0 / len(scene.states))
    day[known], p[known] = output.day, output.p
    return Posterior(
        place_ids=scene.place_ids,
        states=scene.states,
        first_day=scene.start,
        days=scene.days,
        offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        day=day,
        p=p,
        informed=known,
        method=method,
    )
