"""The compiled gazetteer: places, their names and the keys of the names as arrays that can be mapped from a file.

Rules of this file:
- a place is a row; a key is a distinct normal form; postings join them, with the kind of name that the place has it as
- the exact index is a sorted list of 64-bit hashes; a hit is verified against the text, so that a collision is no match
- the fuzzy index holds hashes of skeletons and of their one-letter deletions, only for names that a study can mean
- nothing here is changed after the build: `from_buffer` uses the bytes in place
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b, sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from tenure.model import FeatureClass, Place
from tenure.places.gazetteer.container import pack, unpack
from tenure.places.gazetteer.names import normalise

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from mmap import mmap

    from numpy.typing import NDArray

__all__ = ["FEATURES", "NAME_KINDS", "Gazetteer", "SourceInfo", "hash_key", "hash_keys", "pack_texts"]

FEATURES: tuple[FeatureClass, ...] = tuple(FeatureClass)
"""Feature classes by their number in the index."""

NAME_KINDS = ("main", "alternate", "demonym", "code")
"""Kinds of name by their number: what the place is called, also called, its people's name, an abbreviation."""


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """One source of a gazetteer with its counts, licence and credit."""

    gazetteer: str
    places: int
    names: int
    licence: str
    credit: str


def hash_key(text: str) -> int:
    """Return the 64-bit hash of a key."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def hash_keys(texts: Sequence[str]) -> NDArray[np.uint64]:
    """Return the 64-bit hashes of keys, (n,)."""
    digests = b"".join(blake2b(text.encode(), digest_size=8).digest() for text in texts)
    return np.frombuffer(digests, dtype="<u8")


def pack_texts(texts: Sequence[str]) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """Return UTF-8 bytes of texts end to end and their offsets, (n + 1,)."""
    encoded = [text.encode() for text in texts]
    offsets = np.zeros(len(encoded) + 1, dtype=np.uint32)
    np.cumsum([len(e) for e in encoded], out=offsets[1:]) if encoded else None
    return np.frombuffer(b"".join(encoded), dtype=np.uint8), offsets


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """A compiled gazetteer (see the module); made by `build_gazetteer` or from its own bytes.

    Arrays per place, (places,): lon, lat float64 (nan where unknown), population int64, feature uint8, country int32 (index
    of `countries`, -1 unknown), admin1..3 int32 (rows, -1 unknown), radius_km float32, source uint8, own uint8 (1 for the
    rows of the study), seat uint8 (3 to 1: bears the name of its unit of the first to third level), capital uint8 (1 for
    a country's capital).
    """

    arrays: Mapping[str, NDArray[Any]]
    meta: Mapping[str, Any]

    @classmethod
    def from_buffer(cls, buffer: bytes | memoryview | mmap) -> Gazetteer:
        """Return the gazetteer in a buffer made by `to_bytes`, without copying; StoreError when it is another thing."""
        arrays, meta = unpack(buffer)
        return cls(arrays, meta)

    def to_bytes(self) -> bytes:
        """Return the gazetteer as one buffer; the same gazetteer gives the same bytes."""
        return pack(self.arrays, self.meta)

    def __len__(self) -> int:
        return int(self.arrays["lon"].size)

    @property
    def digest(self) -> str:
        """SHA-256 of what the gazetteer was built from: the identity that methods and caches use."""
        return str(self.meta["digest"])

    @property
    def countries(self) -> list[str]:
        """ISO 3166-1 alpha-2 codes that the country numbers stand for."""
        return list(self.meta["countries"])

    @cached_property
    def joints(self) -> frozenset[str]:
        """Lower-case words that stand inside its names ("de", "al", "upon")."""
        return frozenset(self.meta.get("joints", ()))

    def info(self) -> tuple[SourceInfo, ...]:
        """Return counts, licence and credit of every source in the gazetteer."""
        return tuple(SourceInfo(**entry) for entry in self.meta["sources"])

    @cached_property
    def _texts(self) -> dict[str, tuple[memoryview, memoryview]]:
        """Bytes and offsets of every column of texts: a slice of a view costs a tenth of that of an array."""
        columns = ("ids", "names", "keys", "sounds")
        return {name: (self.arrays[name].data, self.arrays[f"{name}_offsets"].data) for name in columns}

    def _text(self, name: str, row: int) -> str:
        data, offsets = self._texts[name]
        return str(data[offsets[row] : offsets[row + 1]], "utf-8")

    def place_id(self, row: int) -> str:
        """Return the id of the place in a row."""
        return self._text("ids", row)

    def name(self, row: int) -> str:
        """Return the main name of the place in a row."""
        return self._text("names", row)

    def key(self, index: int) -> str:
        """Return the normal form with an index."""
        return self._text("keys", index)

    def sound(self, index: int) -> str:
        """Return the sound form of a key; empty for names outside the fuzzy index."""
        return self._text("sounds", index)

    @cached_property
    def _id_order(self) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        hashes = self.arrays["id_hash"]
        order = np.argsort(hashes, kind="stable")
        return hashes[order], order

    def row_of(self, place_id: str) -> int | None:
        """Return the row of a place id, None when the gazetteer has no such place."""
        hashes, order = self._id_order
        wanted = np.uint64(hash_key(place_id))
        at = int(np.searchsorted(hashes, wanted))
        while at < hashes.size and hashes[at] == wanted:
            if self.place_id(int(order[at])) == place_id:
                return int(order[at])
            at += 1
        return None

    def find_key(self, normal: str) -> int | None:
        """Return the index of a normal form, None when no place has it."""
        hashes = self.arrays["key_hash"]
        wanted = np.uint64(hash_key(normal))
        at = int(hashes.searchsorted(wanted))
        while at < hashes.size and hashes[at] == wanted:
            if self.key(at) == normal:
                return at
            at += 1
        return None

    def postings(self, index: int) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
        """Return rows and kinds of name of the places that have a key."""
        offsets = self.arrays["post_offsets"]
        start, end = int(offsets[index]), int(offsets[index + 1])
        return self.arrays["post_row"][start:end], self.arrays["post_kind"][start:end]

    def lookup(self, name: str) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
        """Return rows and kinds of the places whose normal form equals the name's; empty when there is none."""
        index = self.find_key(normalise(name))
        if index is None:
            return np.zeros(0, np.int32), np.zeros(0, np.uint8)
        return self.postings(index)

    def keys_like(self, code: str) -> NDArray[np.int32]:
        """Return the keys that the fuzzy index has under a code, for example ``f:srkb``."""
        hashes = self.arrays["fuzzy_hash"]
        wanted = np.uint64(hash_key(code))
        start = int(hashes.searchsorted(wanted, side="left"))
        end = int(hashes.searchsorted(wanted, side="right"))
        found: NDArray[np.int32] = self.arrays["fuzzy_key"][start:end]
        return found

    def feature(self, row: int) -> FeatureClass:
        """Return the feature class of the place in a row."""
        return FEATURES[int(self.arrays["feature"][row])]

    def place(self, row: int) -> Place:
        """Return the place in a row as a record (without its alternate names)."""
        a = self.arrays
        lon, lat, country = float(a["lon"][row]), float(a["lat"][row]), int(a["country"][row])
        admins = [int(a[f"admin{level}"][row]) for level in (1, 2, 3)]
        names = [self.name(admin) if admin >= 0 else None for admin in admins]
        return Place(
            place_id=self.place_id(row),
            name=self.name(row),
            alternate_names=(),
            lon=None if np.isnan(lon) else lon,
            lat=None if np.isnan(lat) else lat,
            feature=self.feature(row),
            admin1=names[0],
            admin2=names[1],
            admin3=names[2],
            country=self.countries[country] if country >= 0 else None,
            population=int(a["population"][row]) or None,
            radius_km=float(a["radius_km"][row]),
            gazetteer=self.meta["sources"][int(a["source"][row])]["gazetteer"],
        )


def digest_of(parts: Sequence[bytes]) -> str:
    """Return the SHA-256 of parts, each with its length, as hex."""
    state = sha256()
    for part in parts:
        state.update(len(part).to_bytes(8, "little"))
        state.update(part)
    return state.hexdigest()
