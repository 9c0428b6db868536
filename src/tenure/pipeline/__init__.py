"""The only place where the order of the stages is written; what the command line and the service call."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenure.pipeline.build import BuildResult, build_study, demo_study
    from tenure.pipeline.built import release_built
    from tenure.pipeline.engine import ModelEndpoint
    from tenure.pipeline.progress import Progress
    from tenure.pipeline.study import init_study, load_study

__all__ = [
    "BuildResult",
    "ModelEndpoint",
    "Progress",
    "build_study",
    "demo_study",
    "init_study",
    "load_study",
    "release_built",
]

_HOME = {
    "build": (
        "BuildResult",
        "build_study",
        "demo_study",
    ),
    "progress": ("Progress",),
    "built": ("release_built",),
    "engine": ("ModelEndpoint",),
    "study": (
        "init_study",
        "load_study",
    ),
}


def __getattr__(name: str) -> object:
    """Load a part where it is first used: the command line must start fast."""
    for module, names in _HOME.items():
        if name in names:
            return getattr(import_module(f"tenure.pipeline.{module}"), name)
    raise AttributeError(f"module 'tenure.pipeline' has no attribute {name!r}")
