"""The study's files, parsed once from bytes into a frozen Study."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenure.config.study import Attribution, Config, Study

if TYPE_CHECKING:
    from tenure.config.parsing import parse_study
    from tenure.config.settings import study_file_names
    from tenure.config.template import study_template

__all__ = ["Attribution", "Config", "Study", "parse_study", "study_file_names", "study_template"]

_LAZY = {
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
