"""The only place where the order of the stages is written; what the command line and the service call."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenure.pipeline.answers import check_study, explain_place, list_flips, measure_study, watch_zones
    from tenure.pipeline.build import BuildResult, build_study, demo_study
    from tenure.pipeline.coverage import gazetteer_coverage
    from tenure.pipeline.engine import ModelEndpoint
    from tenure.pipeline.exports import ExportRequest, export_study, release_built
    from tenure.pipeline.fusion import FuseRequest, fuse_files
    from tenure.pipeline.gazetteers import GazetteerRequest, add_gazetteer, gazetteer_info
    from tenure.pipeline.intake import read_sources
    from tenure.pipeline.lines import extract_lines, locate_lines
    from tenure.pipeline.mending import Mending, coverage_lines
    from tenure.pipeline.progress import Progress
    from tenure.pipeline.review import OpenReview, ReviewRequest, parse_changes
    from tenure.pipeline.study import init_study, load_study

__all__ = [
    "BuildResult",
    "ExportRequest",
    "FuseRequest",
    "GazetteerRequest",
    "Mending",
    "ModelEndpoint",
    "OpenReview",
    "Progress",
    "ReviewRequest",
    "add_gazetteer",
    "build_study",
    "check_study",
    "coverage_lines",
    "demo_study",
    "explain_place",
    "export_study",
    "extract_lines",
    "fuse_files",
    "gazetteer_coverage",
    "gazetteer_info",
    "init_study",
    "list_flips",
    "load_study",
    "locate_lines",
    "measure_study",
    "parse_changes",
    "read_sources",
    "release_built",
    "watch_zones",
]

_HOME = {
    "answers": ("check_study", "explain_place", "list_flips", "measure_study", "watch_zones"),
    "build": ("BuildResult", "build_study", "demo_study"),
    "coverage": ("gazetteer_coverage",),
    "mending": ("Mending", "coverage_lines"),
    "gazetteers": ("GazetteerRequest", "add_gazetteer", "gazetteer_info"),
    "progress": ("Progress",),
    "exports": ("ExportRequest", "export_study", "release_built"),
    "fusion": ("FuseRequest", "fuse_files"),
    "intake": ("read_sources",),
    "engine": ("ModelEndpoint",),
    "lines": ("extract_lines", "locate_lines"),
    "review": ("OpenReview", "ReviewRequest", "parse_changes"),
    "study": ("init_study", "load_study"),
}


def __getattr__(name: str) -> object:
    """Load a part where it is first used: the command line must start fast."""
    for module, names in _HOME.items():
        if name in names:
            return getattr(import_module(f"tenure.pipeline.{module}"), name)
    raise AttributeError(f"module 'tenure.pipeline' has no attribute {name!r}")
