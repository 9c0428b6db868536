"""The folders that a build makes: all of them and the database change in one step, and files of others in them stay.

Rules.
 1. What is new is written whole beside the old, with the user's files linked in; only then are folders and database renamed.
    Where the disk refuses before the last rename, what was renamed goes back and all stands as it stood.
 2. A build's own files are those of its list (`.tenure-files.json` in the folder) that have the bytes it wrote. All others
    are the user's. One that stands where the build writes is kept beside as NAME.kept.
 3. A folder of a build that kept no list yet: a name that the new build writes is the old one's, the rest the user's.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from contextlib import suppress
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from tenure.errors import StoreError
from tenure.store.database import DATABASE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tenure.store.database import BuildStore

__all__ = ["MANIFEST", "check_made_folders", "finish_build"]

MANIFEST = ".tenure-files.json"
"""Lists what a build wrote into a folder, each file with its SHA-256."""


def check_made_folders(folder: Path, names: tuple[str, ...]) -> None:
    """Raise StoreError unless each of these names is free or a folder of the study's own."""
    for name in names:
        path = folder / name
        if path.is_symlink():  # what stands behind it is not the study's, and would be lost or left stale
            raise StoreError("a folder that the build makes is a link", value=path, remedy="remove the link and build again")
        if path.exists() and not path.is_dir():
            raise StoreError("a file where the build makes a folder", value=path, remedy="move or rename it and build again")


def finish_build(store: BuildStore, folder: Path, made: Mapping[str, Mapping[str, bytes]]) -> tuple[str, ...]:
    """Put a build's folders and its database in place, all or nothing; return the user's files that were kept beside.

    `made` gives by folder the files by relative name. Raises StoreError when the disk refuses: then all is as before, and
    what was extracted is taken up by the next build.
    """
    check_made_folders(folder, tuple(made))
    staged: list[_Staged] = []
    try:
        for name, files in made.items():
            staged.append(_Staged(folder / name))
            staged[-1].write(files, is_rebuilt=(folder / DATABASE).exists())
        store.seal()
        for one in staged:
            one.swap()
        store.path.replace(folder / DATABASE)
    except OSError as error:
        for one in reversed(staged):
            one.undo()
        remedy = "nothing was changed; make room and build again"
        raise StoreError(
            f"cannot write ({error.strerror or error})", value=error.filename or folder, remedy=remedy
        ) from error
    except BaseException:
        for one in reversed(staged):
            one.undo()
        raise
    for one in staged:
        one.settle()
    return tuple(f"{one.folder.name}/{name}" for one in staged for name in one.kept)


class _Staged:
    """One folder, written beside the old one until it is swapped in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._fresh, self._old = folder.with_name(f".{folder.name}.new"), folder.with_name(f".{folder.name}.old")
        self._swapped = False
        self.kept: list[str] = []
        if not folder.exists() and self._old.is_dir() and not self._old.is_symlink():
            self._old.replace(folder)  # a build was killed between two renames

    def write(self, files: Mapping[str, bytes], *, is_rebuilt: bool) -> None:
        for leftover in (self._fresh, self._old):
            _remove(leftover)
        self._fresh.mkdir(parents=True)
        digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        for name, content in sorted(files.items()):
            _write(self._fresh / name, content)
        _write(self._fresh / MANIFEST, (json.dumps(digests, indent=0, sort_keys=True) + "\n").encode())
        self._keep_others(digests, is_rebuilt=is_rebuilt)

    def _keep_others(self, digests: Mapping[str, str], *, is_rebuilt: bool) -> None:
        """Link what is not the build's own into the new folder."""
        listed = _listed(self.folder)
        for path in _files(self.folder):
            name = path.relative_to(self.folder).as_posix()
            if name == MANIFEST or _is_own(path, name, listed, digests, is_rebuilt=is_rebuilt):
                continue
            free = _free(name, self._fresh, self.folder)
            if free != name:
                self.kept.append(free)
            target = self._fresh / free
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(path, target, follow_symlinks=False)
            except OSError:  # a file system without links
                shutil.copy2(path, target, follow_symlinks=False)

    def swap(self) -> None:
        if self.folder.exists():
            self.folder.replace(self._old)
        self._fresh.replace(self.folder)
        self._swapped = True

    def undo(self) -> None:
        if self._swapped:
            self.folder.replace(self._fresh)
        if self._old.exists() and not self.folder.exists():
            self._old.replace(self.folder)
        _remove(self._fresh)

    def settle(self) -> None:
        with suppress(OSError):  # it stays hidden, and the next build removes it
            _remove(self._old)


def _is_own(
    path: Path, name: str, listed: Mapping[str, str] | None, digests: Mapping[str, str], *, is_rebuilt: bool
) -> bool:
    if listed is None:
        return is_rebuilt and name in digests
    return name in listed and not path.is_symlink() and hashlib.sha256(path.read_bytes()).hexdigest() == listed[name]


def _listed(folder: Path) -> dict[str, str] | None:
    """Return what the last build wrote into a folder, None where no list of it can be read."""
    try:
        found = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return None
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else None


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (p for p in sorted(folder.rglob("*")) if p.is_symlink() or not p.is_dir())


def _free(name: str, fresh: Path, folder: Path) -> str:
    """Return a name of a user's file that nothing new stands at: its own, or with .kept, .kept2 and so on behind it.

    Where it is a file that the build makes a folder of, or stands in a folder that the build makes a file of, the part of
    the name that is in the way gets it.
    """
    parts, number = PurePosixPath(name).parts, 1
    for i in range(len(parts)):
        here = fresh.joinpath(*parts[: i + 1])
        if here.is_file() or here.is_symlink() or (i == len(parts) - 1 and here.exists()):
            first = here
            while here.exists() or folder.joinpath(here.relative_to(fresh)).exists():
                here = first.with_name(f"{first.name}.kept{'' if number == 1 else number}")
                number += 1
            return here.relative_to(fresh).joinpath(*parts[i + 1 :]).as_posix()
    return name


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)
