"""The study folder on disk: its files as bytes, its reports as raw documents, its outputs written whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tenure.errors import InputError, StoreError, StudyError
from tenure.model import RawDocument

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "append_file",
    "read_document",
    "read_documents",
    "read_study_files",
    "shipped_study",
    "write_file",
    "write_new_folder",
]

MAX_DOCUMENT_BYTES = 512 * 1024 * 1024
"""A single report file above this is not read at all: a laptop's memory is the limit, not the format."""


def read_study_files(folder: Path, names: tuple[str, ...] | None = None) -> dict[str, bytes]:
    """Return the bytes of study.toml and of the files that it names, by name; files that are not there are left out.

    Added gazetteers and the reviewers' decisions belong to a study because they are there; nobody has to name them.
    Raises StudyError when the folder or its study.toml is missing, or when a name leads out of the folder.
    """
    from tenure.config import DECISIONS_FILE, GAZETTEER_FOLDER, study_file_names

    path = folder / "study.toml"
    if not folder.is_dir():
        raise StudyError("no such study folder", value=folder, remedy="run `tenure init DIR` to start one")
    if not path.is_file():
        raise StudyError("no study.toml in the folder", value=folder, remedy="run `tenure init DIR` to start a study")
    out = {"study.toml": path.read_bytes()}
    for name in names if names is not None else study_file_names(out["study.toml"]):
        target = folder / name
        if not target.resolve().is_relative_to(folder.resolve()):
            raise StudyError("a file of the study lies outside its folder", value=name, remedy="move it into the folder")
        if target.is_file():
            out[name] = target.read_bytes()
    for found in (folder / DECISIONS_FILE, *sorted((folder / GAZETTEER_FOLDER).glob("*"))):
        inside = found.resolve().is_relative_to(folder.resolve())
        if inside and found.is_file() and found.suffix in {".csv", ".toml", ".jsonl"}:
            out[found.relative_to(folder).as_posix()] = found.read_bytes()
    return out


def _is_report(path: Path, root: Path) -> bool:
    """Return whether a path is a file that is not hidden; what it holds is told by its bytes, or it is quarantined."""
    return path.is_file() and not any(part.startswith(".") for part in path.relative_to(root).parts)


def read_document(path: Path, *, name: str | None = None) -> RawDocument:
    """Return one file as a raw document; a missing or too large file raises InputError."""
    if not path.exists():
        raise InputError("no such file", value=path, remedy="give the path of an existing file")
    if path.is_dir():
        raise InputError("a folder where a file is wanted", value=path, remedy="name a file in it")
    size = path.stat().st_size
    if size > MAX_DOCUMENT_BYTES:
        raise InputError("file is too large to read", value=f"{path} ({size} bytes)", remedy="split it into smaller files")
    return RawDocument(name=name or path.name, content=path.read_bytes())


def read_documents(folder: Path, reports: str, *, new: bool = False) -> Iterator[RawDocument]:
    """Yield all files below `folder/reports` but hidden ones, sorted by relative path.

    An absent folder yields nothing under its usual name, or where it may be `new`. Raises StudyError when a folder of
    another name is absent, when it is a file, and when it is a link that leads out of `folder`. A file that is such a link,
    is too large or cannot be opened is a document without bytes that says so.
    """
    from tenure.config import REPORTS_FOLDER

    root = folder / reports
    if not root.exists():
        if reports != REPORTS_FOLDER and not new:
            found = sorted(p.name for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))
            there = f"; the study has {', '.join(found)}" if found else ""
            raise StudyError(
                "the folder of reports is not there", value=reports, remedy=f"make it, or mend `reports`{there}"
            )
        return
    if not root.is_dir():
        raise StudyError("the folder of reports is a file", value=reports, remedy="put the file into a folder and name that")
    home = folder.resolve()
    if not root.resolve().is_relative_to(home):
        raise StudyError("the folder of reports is a link out of the study", value=reports, remedy="copy it into the study")
    for path in sorted(root.rglob("*"), key=lambda p: p.relative_to(root).as_posix()):
        if _is_report(path, root):
            yield _report_file(path, path.relative_to(root).as_posix(), home)


def _report_file(path: Path, name: str, home: Path) -> RawDocument:
    if not path.resolve().is_relative_to(home):
        return RawDocument(name, b"", unread="a link that leads out of the study; copy the file into it")
    try:
        return read_document(path, name=name)
    except InputError as error:
        return RawDocument(name, b"", unread=f"{error.what}; {error.remedy}")
    except OSError as error:
        return RawDocument(name, b"", unread=f"the disk does not give the file ({error.strerror}); see to its permissions")


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: into a neighbour first, to the disk, then renamed over the target."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise StoreError("cannot write", value=path, remedy=str(error.strerror or error)) from error


def append_file(path: Path, line: bytes) -> None:
    """Append one line to a file, making it at first use; what stands there is never changed, whoever wrote it.

    A last line without its end is ended first. Raises StoreError when the disk refuses; then no part of the line is left.
    """
    size = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b", buffering=0) as file:
            size = file.seek(0, os.SEEK_END)
            if size:
                file.seek(-1, os.SEEK_END)
                line = line if file.read(1) == b"\n" else b"\n" + line
            whole = memoryview(line.rstrip(b"\n") + b"\n")
            while whole:  # a disk that fills takes a part of it
                whole = whole[file.write(whole) :]
            os.fsync(file.fileno())
    except OSError as error:
        if size is not None:
            with suppress(OSError):
                os.truncate(path, size)
        raise StoreError("cannot write", value=path, remedy=str(error.strerror or error)) from error


def write_new_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder that must be new or empty; raises InputError when it is not."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError("the folder is not empty", value=folder, remedy="name a new folder")
    for name, content in sorted(files.items()):
        write_file(folder / name, content)


def shipped_study(name: str = "idlib-2018") -> dict[str, bytes]:
    """Return the files of the study that comes with the package, by name relative to its folder.

    Raises StoreError when the installation lacks it.
    """
    here = Path(__file__).resolve().parents[1]
    for root in (here / "examples" / name, here.parents[1] / "examples" / name):
        if (root / "study.toml").is_file():
            return {
                path.relative_to(root).as_posix(): path.read_bytes()
                for path in sorted(root.rglob("*"))
                if path.is_file() and _is_shipped(path.relative_to(root))
            }
    raise StoreError("the shipped study is missing from this installation", value=name, remedy="install the package again")


def _is_shipped(relative: Path) -> bool:
    made = {"site", "out", ".tenure"}
    return relative.parts[0] not in made and not relative.name.startswith(("tenure.duckdb", "."))
