"""Compiled things that can always be made again: a study's in its own folder, shared ones in the user's cache folder.

Each file ends in its own SHA-256 behind a mark: what the disk damaged, or another program changed, is never read, but made
again.
"""

from __future__ import annotations

import hashlib
import logging
import mmap
import os
from collections.abc import Iterator, MutableMapping
from contextlib import suppress
from pathlib import Path

from tenure.store.files import write_file

__all__ = ["AnswerFolder", "cache_folder", "map_cached", "write_cached"]


log = logging.getLogger(__name__)

_MARK = b"\ntenure sha256 "
_SEAL_BYTES = len(_MARK) + 32
_SHARED = "TENURE_CACHE"
"""The variable that names one folder for what is compiled for any study."""
_KEPT = 8
"""Compiled things of a kind that stay in a folder that studies share."""


def cache_folder(study: Path | None = None) -> Path:
    """Return where compiled things are kept: TENURE_CACHE if set, `.tenure` in a study, else the user's (XDG_CACHE_HOME)."""
    if shared := os.environ.get(_SHARED):
        return Path(shared)
    if study is not None:
        return study / ".tenure"
    base = os.environ.get("XDG_CACHE_HOME") or (Path.home() / ".cache")
    return Path(base) / "tenure"


def _sealed(content: bytes) -> bytes:
    return content + _MARK + hashlib.sha256(content).digest()


def _unsealed(whole: memoryview) -> memoryview | None:
    """Return the content of a file without its seal, None where the seal is not that of the content."""
    content, seal = whole[: max(len(whole) - _SEAL_BYTES, 0)], bytes(whole[-_SEAL_BYTES:])
    return content if seal == _MARK + hashlib.sha256(content).digest() else None


def map_cached(folder: Path, name: str) -> memoryview | None:
    """Return a cached file's content, memory-mapped read-only; None, with a warning, when it is damaged, or not there."""
    path = folder / name
    if not path.is_file():
        return None
    whole = memoryview(b"")
    if path.stat().st_size:
        with path.open("rb") as file:
            whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    content = _unsealed(whole)
    if content is None:
        log.warning("the cached file %s is damaged, or of another version, and is made again", path)
    return content


def write_cached(folder: Path, name: str, content: bytes, *, kind: str) -> None:
    """Keep a compiled thing and drop older ones of its kind (files named `kind-*`): all, or all but seven where shared."""
    write_file(folder / name, _sealed(content))
    written: list[tuple[float, Path]] = []
    for path in folder.glob(f"{kind}-*"):
        with suppress(FileNotFoundError):  # another build may have dropped it
            written.append((path.stat().st_mtime, path))
    shared = os.environ.get(_SHARED)
    kept = _KEPT if shared and folder == Path(shared) else 1
    for _, path in sorted((w for w in written if w[1].name != name), reverse=True)[kept - 1 :]:
        path.unlink(missing_ok=True)


class AnswerFolder(MutableMapping[str, bytes]):
    """Answers of a language model by the hash of their request, one file each: what was asked once is not asked again."""

    def __init__(self, folder: Path) -> None:
        """Use a folder, which is made when the first answer is kept."""
        self._folder = folder

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.answer"

    def __getitem__(self, key: str) -> bytes:
        try:
            content = _unsealed(memoryview(self._path(key).read_bytes()))
        except FileNotFoundError as error:
            raise KeyError(key) from error
        if content is None:
            log.warning("the kept answer %s is damaged and is asked for again", self._path(key))
            raise KeyError(key)
        return bytes(content)

    def __setitem__(self, key: str, value: bytes) -> None:
        write_file(self._path(key), _sealed(value))

    def __delitem__(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def __iter__(self) -> Iterator[str]:
        return (p.stem for p in sorted(self._folder.glob("*.answer")))

    def __len__(self) -> int:
        return sum(1 for _ in self)
