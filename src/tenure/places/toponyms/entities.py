"""The parser of raw English text: a language model's named entities and nothing else of it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenure.places.toponyms.recognise import Parser

__all__ = ["entity_parser"]


@cache
def entity_parser(model: str) -> Parser:
    """Return what finds the named entities of a text, by an installed spaCy model; loaded at the first call.

    MissingExtraError when the model is not installed.
    """
    from tenure.config.languagemodel import load_language_model

    parser: Parser = load_language_model(model, exclude=["tagger", "parser", "attribute_ruler", "lemmatizer", "senter"])
    return parser
