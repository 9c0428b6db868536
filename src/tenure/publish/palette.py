"""Colours that can be told apart: a palette safe for colour-blind readers, and the measure that says so.

Rules. Colour vision deficiency is simulated as by Machado, Oliveira and Fernandes (2009), severity 1.0, in linear RGB;
distance is CIE76 in CIELAB (D65). Two colours under `MIN_DISTANCE` in any vision cannot be told apart on the map; the page
says so and offers `SAFE`: colours of the Okabe-Ito set where they keep apart, with neutral ones for contested and unknown.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["CONTESTED_COLOUR", "MIN_DISTANCE", "SAFE", "UNKNOWN_COLOUR", "closest_pair", "contrast", "simulate"]

SAFE = ("#0072b2", "#d55e00", "#f0c419", "#009e73", "#aa3377", "#56b4e9", "#1a1a1a")
"""Colours given to actors in order when colour-blind-safe colours are asked for."""
CONTESTED_COLOUR = "#efe6d2"
"""Ground of contested cells, under the hatching."""
UNKNOWN_COLOUR = "#b9bbbe"
"""Grey of unknown."""
MIN_DISTANCE = 15.0  # CIE76; measured: the smallest over SAFE and grey under all four visions is 16 (tests/publish)

_VISIONS = {
    "normal": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
_TO_XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
_WHITE = (0.95047, 1.0, 1.08883)
_KAPPA = 24389 / 27
_EPSILON = 216 / 24389
_GAMMA_KNEE = 0.04045


def _linear(colour: str) -> NDArray[np.float64]:
    import numpy as np

    srgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(srgb <= _GAMMA_KNEE, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def simulate(colour: str, vision: str) -> NDArray[np.float64]:
    """Return CIELAB (3,) of a #rrggbb colour as seen with ``normal``, ``protan``, ``deutan`` or ``tritan`` vision."""
    import numpy as np

    rgb = np.clip(np.array(_VISIONS[vision]) @ _linear(colour), 0.0, 1.0)
    ratio = np.array(_TO_XYZ) @ rgb / np.array(_WHITE)
    f = np.where(ratio > _EPSILON, np.cbrt(ratio), (_KAPPA * ratio + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def closest_pair(colours: Sequence[str]) -> tuple[float, str, str, str]:
    """Return the smallest distance over all pairs and visions, with the vision and the colours; (inf, "", "", "") for one.

    >>> closest_pair(["#ff0000", "#00ff00"])[1]
    'deutan'
    """
    import numpy as np

    best = (float("inf"), "", "", "")
    for vision in _VISIONS:
        lab = {c: simulate(c, vision) for c in colours}
        for a, b in combinations(colours, 2):
            distance = float(np.linalg.norm(lab[a] - lab[b]))
            best = min(best, (distance, vision, a, b))
    return best


def contrast(first: str, second: str) -> float:
    """Return the WCAG 2 contrast ratio of two colours, 1 to 21.

    >>> round(contrast("#000000", "#ffffff"), 1)
    21.0
    """
    light = sorted(float((_linear(c) * (0.2126, 0.7152, 0.0722)).sum()) for c in (first, second))
    return (light[1] + 0.05) / (light[0] + 0.05)
