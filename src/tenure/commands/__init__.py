"""What the command line and the notebook ask: one module a command."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenure.commands.check import check_study
    from tenure.commands.coverage import gazetteer_coverage
    from tenure.commands.export import ExportRequest, export_study
    from tenure.commands.fuse import FuseRequest, fuse_files
    from tenure.commands.gazetteer import GazetteerRequest, add_gazetteer, gazetteer_info
    from tenure.commands.measure import measure_study
    from tenure.commands.place_lines import Mending, coverage_lines
    from tenure.commands.read import read_sources
    from tenure.commands.report_lines import extract_lines, locate_lines
    from tenure.commands.review import OpenReview, ReviewRequest, parse_changes
    from tenure.commands.watch import watch_zones
    from tenure.commands.why import explain_place, list_flips

__all__ = [
    "ExportRequest",
    "FuseRequest",
    "GazetteerRequest",
    "Mending",
    "OpenReview",
    "ReviewRequest",
    "add_gazetteer",
    "check_study",
    "coverage_lines",
    "explain_place",
    "export_study",
    "extract_lines",
    "fuse_files",
    "gazetteer_coverage",
    "gazetteer_info",
    "list_flips",
    "locate_lines",
    "measure_study",
    "parse_changes",
    "read_sources",
    "watch_zones",
]

_HOME = {
    "check": ("check_study",),
    "coverage": ("gazetteer_coverage",),
    "export": (
        "ExportRequest",
        "export_study",
    ),
    "fuse": (
        "FuseRequest",
        "fuse_files",
    ),
    "gazetteer": (
        "GazetteerRequest",
        "add_gazetteer",
        "gazetteer_info",
    ),
    "measure": ("measure_study",),
    "place_lines": (
        "Mending",
        "coverage_lines",
    ),
    "read": ("read_sources",),
    "report_lines": (
        "extract_lines",
        "locate_lines",
    ),
    "review": (
        "OpenReview",
        "ReviewRequest",
        "parse_changes",
    ),
    "watch": ("watch_zones",),
    "why": (
        "explain_place",
        "list_flips",
    ),
}


def __getattr__(name: str) -> object:
    """Load a command where it is first used: the command line must start fast."""
    for module, names in _HOME.items():
        if name in names:
            return getattr(import_module(f"tenure.commands.{module}"), name)
    raise AttributeError(f"module 'tenure.commands' has no attribute {name!r}")
