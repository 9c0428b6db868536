"""How a part of an output is made: plainly, or by a caller who notes what fails and goes on with the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Make", "plainly"]

_Made = TypeVar("_Made")
_Other = TypeVar("_Other")


class Make(Protocol):
    """Returns what a function makes; `otherwise`, if the caller wants to go on, when it fails."""

    def __call__(self, what: str, function: Callable[[], _Made], otherwise: _Other) -> _Made | _Other:
        """Make the thing of that name."""


def plainly(what: str, function: Callable[[], _Made], otherwise: _Other) -> _Made | _Other:  # noqa: ARG001 - the form of Make
    """Return what the function makes; what it raises is raised."""
    return function()
