"""Compiled things that can always be made again: a study's in its own folder, shared ones in the user's cache folder."""

from __future__ import annotations

import mmap
import os
from pathlib import Path

from tenure.store.files import write_file

__all__ = ["cache_folder", "map_cached", "write_cached"]


def cache_folder(study: Path | None = None) -> Path:
    """Return where compiled things are kept: `.tenure` in a study, else the user's cache folder (XDG_CACHE_HOME)."""
    if study is not None:
        return study / ".tenure"
    base = os.environ.get("XDG_CACHE_HOME") or (Path.home() / ".cache")
    return Path(base) / "tenure"


def map_cached(folder: Path, name: str) -> mmap.mmap | None:
    """Return a cached file, memory-mapped read-only, or None when it is not there or empty."""
    path = folder / name
    if not path.is_file() or path.stat().st_size == 0:
        return None
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def write_cached(folder: Path, name: str, content: bytes, *, kind: str) -> None:
    """Keep a compiled thing and drop the older ones of its kind (files named `kind-*`): a cache does not grow."""
    write_file(folder / name, content)
    for path in folder.glob(f"{kind}-*"):
        if path.name != name:
            path.unlink(missing_ok=True)
