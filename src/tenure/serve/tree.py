"""The tree of a filter: frozen nodes that say what is compared with what, and nothing of how it was written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from shapely.geometry.base import BaseGeometry

__all__ = [
    "SPATIAL",
    "TEMPORAL",
    "And",
    "Between",
    "Comparison",
    "Constant",
    "Fold",
    "Geometry",
    "In",
    "IsNull",
    "Like",
    "Literal",
    "Node",
    "Not",
    "Operand",
    "Or",
    "Property",
    "Spatial",
    "Temporal",
    "TimeSpan",
]

SPATIAL = frozenset({"intersects", "equals", "disjoint", "touches", "within", "overlaps", "crosses", "contains"})
"""Relations of two geometries."""

TEMPORAL = frozenset(
    {"after", "before", "contains", "disjoint", "during", "equals", "finishedby", "finishes", "intersects"}
    | {"meets", "metby", "overlappedby", "overlaps", "startedby", "starts"}
)
"""Relations of two stretches of time."""


@dataclass(frozen=True, slots=True)
class Property:
    """The value of a column."""

    name: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, number, truth value, day or aware time."""

    value: str | float | bool | date | datetime


@dataclass(frozen=True, slots=True)
class Fold:
    """A text without regard to ``case`` or ``accent``."""

    kind: str
    of: Operand


@dataclass(frozen=True, slots=True, eq=False)
class Geometry:
    """A geometry literal in the filter's coordinate reference system."""

    shape: BaseGeometry


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """A stretch of time, ends included; None is open."""

    start: Property | Literal | None
    end: Property | Literal | None


Operand = Property | Literal | Fold


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two operands and one of = <> < <= > >=."""

    op: str
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Like:
    """A text that matches a pattern: % any characters, _ one, a backslash takes their meaning away."""

    of: Operand
    pattern: Operand


@dataclass(frozen=True, slots=True)
class Between:
    """A number within two, both included."""

    of: Operand
    low: Operand
    high: Operand


@dataclass(frozen=True, slots=True)
class In:
    """An operand that equals one of a list."""

    of: Operand
    values: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class IsNull:
    """A column that is empty."""

    of: Operand


@dataclass(frozen=True, slots=True)
class Spatial:
    """A spatial relation, its name without ``S_`` and in lower case."""

    op: str
    left: Property | Geometry
    right: Property | Geometry


@dataclass(frozen=True, slots=True)
class Temporal:
    """A temporal relation, its name without ``T_`` and in lower case."""

    op: str
    left: Property | Literal | TimeSpan
    right: Property | Literal | TimeSpan


@dataclass(frozen=True, slots=True)
class Constant:
    """TRUE or FALSE by itself, or a column that is a truth value."""

    of: Property | Literal


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    of: Node


@dataclass(frozen=True, slots=True)
class And:
    """Both or all of them."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One of them at least."""

    parts: tuple[Node, ...]


Node = Comparison | Like | Between | In | IsNull | Spatial | Temporal | Constant | Not | And | Or
