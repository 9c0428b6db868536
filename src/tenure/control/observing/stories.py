"""One story, one observation: copies are merged into the earliest telling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tenure.control.observing.observations import Observations

__all__ = ["merge_stories"]


def merge_stories(obs: Observations) -> tuple[Observations, NDArray[np.int64]]:
    """Return one row for each story, place, verb, actor and stance, and for every input row the index of its row.

    The earliest publication speaks (ties: the first source by name).
    """
    if len(obs) == 0:
        return obs, np.zeros(0, np.int64)
    key = np.stack([obs.place, obs.verb, obs.actor, obs.story, obs.stance])
    _, cluster = np.unique(key, axis=1, return_inverse=True)
    cluster = cluster.reshape(-1)
    order = np.lexsort((np.arange(len(obs)), obs.source, obs.pub, cluster))
    first = order[np.concatenate([[True], np.diff(cluster[order]) > 0])]
    # keep the canonical order of rows (place first): the chain reads them place by place
    rank = np.argsort(first, kind="stable")
    position = np.empty(len(first), np.int64)
    position[rank] = np.arange(len(first))
    return obs.take(first[rank]), position[cluster]
