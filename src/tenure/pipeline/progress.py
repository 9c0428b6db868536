"""What a build tells of itself while it runs."""

from __future__ import annotations

import logging
from typing import Protocol

__all__ = ["Progress", "Silent"]

log = logging.getLogger(__name__)


class Progress(Protocol):
    """What a build tells of itself; the command line draws it, tests count it."""

    def stage(self, name: str, total: int | None) -> None:
        """Begin a stage, with so many steps when they are known."""

    def advance(self, steps: int = 1) -> None:
        """Count so many steps of the stage as done."""


class Silent:
    """Progress that goes to the log alone."""

    def stage(self, name: str, total: int | None) -> None:
        """Log the stage."""
        log.info("stage %s (%s)", name, total)

    def advance(self, steps: int = 1) -> None:
        """Log the steps."""
        log.debug("advanced %s", steps)
