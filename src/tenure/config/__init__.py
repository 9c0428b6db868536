"""The study's files, parsed once from bytes into a frozen Study."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenure.config.study import AddedGazetteer, Attribution, Config, Study

if TYPE_CHECKING:
    from tenure.config.added import GAZETTEER_FOLDER, NOT_STATED
    from tenure.config.gazetteer import PLACE_COLUMNS
    from tenure.config.parsing import parse_study
    from tenure.config.review import DECISIONS_FILE, check_changes, parse_decisions
    from tenure.config.settings import REPORTS_FOLDER, study_file_names
    from tenure.config.template import study_template

__all__ = [
    "DECISIONS_FILE",
    "GAZETTEER_FOLDER",
    "NOT_STATED",
    "PLACE_COLUMNS",
    "REPORTS_FOLDER",
    "AddedGazetteer",
    "Attribution",
    "Config",
    "Study",
    "check_changes",
    "parse_decisions",
    "parse_study",
    "study_file_names",
    "study_template",
]

_LAZY = {
    "DECISIONS_FILE": "tenure.config.review",
    "GAZETTEER_FOLDER": "tenure.config.added",
    "NOT_STATED": "tenure.config.added",
    "PLACE_COLUMNS": "tenure.config.gazetteer",
    "REPORTS_FOLDER": "tenure.config.settings",
    "check_changes": "tenure.config.review",
    "parse_decisions": "tenure.config.review",
    "parse_study": "tenure.config.parsing",
    "study_file_names": "tenure.config.settings",
    "study_template": "tenure.config.template",
}


def __getattr__(name: str) -> object:
    """Load the parsers, which need pydantic, where they are first used."""
    if name in _LAZY:
        from importlib import import_module

        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'tenure.config' has no attribute {name!r}")
