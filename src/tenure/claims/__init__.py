"""Reports to claims: who says that whom did what, where and when, with stance, quantities and the span that carries it.

The names below load where they are first used: importing this package is cheap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenure.claims.extractor import Extraction, Extractor
    from tenure.claims.llm import LlmExtractor
    from tenure.claims.packs import languages, load_pack
    from tenure.claims.wire import claim_from_json, claim_to_json

__all__ = ["Extraction", "Extractor", "LlmExtractor", "claim_from_json", "claim_to_json", "languages", "load_pack"]

_HOME = {
    "Extraction": "extractor",
    "Extractor": "extractor",
    "LlmExtractor": "llm",
    "claim_from_json": "wire",
    "claim_to_json": "wire",
    "languages": "packs",
    "load_pack": "packs",
}


def __getattr__(name: str) -> object:
    """Load a name's module where it is first used."""
    if name in _HOME:
        from importlib import import_module

        return getattr(import_module(f"tenure.claims.{_HOME[name]}"), name)
    raise AttributeError(f"module 'tenure.claims' has no attribute {name!r}")
