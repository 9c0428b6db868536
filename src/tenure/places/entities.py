"""The parser of raw English text: a language model's named entities and nothing else of it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenure.places.recognise import Parser

__all__ = ["entity_parser"]


@cache
def entity_parser(model: str) -> Parser:
    """Return what finds the named entities of a text, by an installed spaCy model; loaded at the first call.

    MissingExtraError when the model is not installed.
    """
    import spacy

    from tenure.errors import MissingExtraError

    try:
        parser: Parser = spacy.load(model, exclude=["tagger", "parser", "attribute_ruler", "lemmatizer", "senter"])
    except OSError as err:
        raise MissingExtraError(
            "language model is not installed", value=model, remedy=f"pip install {model.replace('_', '-')}"
        ) from err
    return parser
