"""The commented study that a new folder starts from."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

from tenure.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

__all__ = ["study_template"]


def _walk(folder: Traversable, prefix: str = "") -> dict[str, bytes]:
    out: dict[str, bytes] = {}
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir():
            out |= _walk(entry, f"{prefix}{entry.name}/")
        else:
            out[prefix + entry.name] = entry.read_bytes()
    return out


def study_template(name: str, *, empty: bool = False) -> Mapping[str, bytes]:
    """Return the files of a small, valid study of a fictional country that carries the given name, by relative path.

    With `empty` they are the same kinds of files with their notes and columns and nothing filled in but the name; such a
    study is not valid until its days, an actor and a place or an area are given.

    The name is one line without quotes, backslashes and control characters; anything else raises StudyError.

    >>> sorted(study_template("my-study"))[:3]
    ['README.md', 'actors.toml', 'areas.geojson']
    """
    clean = " ".join(name.split())
    if not clean or re.search(r'["\\\x00-\x1f\x7f]', clean):
        raise StudyError("not a name for a study", value=name, remedy="use letters, digits, spaces and hyphens")
    out = _walk(files("tenure").joinpath("config/empty" if empty else "config/template"))
    return {path: content.replace(b"{{name}}", clean.encode()) for path, content in out.items()}
