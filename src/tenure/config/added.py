"""gazetteers/: foreign gazetteers that were added to a study, each a CSV with a note of its licence beside it."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from tenure.config.complaints import FileModel, load_toml, validated
from tenure.config.settings import Line  # noqa: TC001 - pydantic reads it at run time
from tenure.config.study import AddedGazetteer, Attribution
from tenure.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["GAZETTEER_FOLDER", "NOT_STATED", "attributions_of", "parse_gazetteers"]

GAZETTEER_FOLDER = "gazetteers"
"""Folder of a study whose CSV files are its added gazetteers."""

NOT_STATED = "not stated"
"""Licence of a gazetteer of which nobody said one: a value that is printed, never left out."""


class _GazetteerEntry(FileModel):
    """The keys of gazetteers/NAME.toml."""

    licence: Line = NOT_STATED
    credit: Annotated[str, Field(max_length=2000)] = ""
    origin: Annotated[str, Field(max_length=2000)] = ""
    sha256: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""


def parse_gazetteers(files: Mapping[str, bytes]) -> tuple[AddedGazetteer, ...]:
    """Return the added gazetteers among a study's files, by name; a CSV without a note has its licence "not stated".

    The CSV itself is not read here. Raises StudyError for a note that cannot be read, or one without its CSV.

    >>> parse_gazetteers({"gazetteers/osm.csv": b"place_id,name"})[0].licence
    'not stated'
    """
    inside = {n for n in files if PurePosixPath(n).parent == PurePosixPath(GAZETTEER_FOLDER)}
    stems = {PurePosixPath(n).stem for n in inside if n.endswith(".csv")}
    for name in sorted(inside):
        if name.endswith(".toml") and PurePosixPath(name).stem not in stems:
            raise StudyError(f"{name} has no gazetteer beside it", remedy="delete it and run tenure gazetteer add again")
    return tuple(_added(files, stem) for stem in sorted(stems))


def _added(files: Mapping[str, bytes], stem: str) -> AddedGazetteer:
    note = f"{GAZETTEER_FOLDER}/{stem}.toml"
    data = load_toml(note, files[note]) if note in files else {}
    entry = validated(_GazetteerEntry, data, where=note)
    content = files[f"{GAZETTEER_FOLDER}/{stem}.csv"]
    return AddedGazetteer(stem, entry.licence, " ".join(entry.credit.split()), entry.origin, entry.sha256, content)


def attributions_of(gazetteers: Sequence[AddedGazetteer]) -> tuple[Attribution, ...]:
    """Return the licences and credits of added gazetteers as every export carries them."""
    return tuple(
        Attribution(f"{GAZETTEER_FOLDER}/{g.name}.csv: names and coordinates", g.licence, g.credit or g.origin or g.name)
        for g in gazetteers
    )
