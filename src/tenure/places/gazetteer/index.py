"""The index of names: exact keys with their postings, and the fuzzy index of the names that a report may misspell."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from tenure.model import FeatureClass
from tenure.places.gazetteer.columns import NO_ROW, Columns
from tenure.places.gazetteer.compiled import FEATURES, hash_keys, pack_texts
from tenure.places.gazetteer.names import normalise_all, skeletons_of, sounds_all, variants_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["fuzzy_index", "joints_of", "name_index", "seats"]

_MIN_DELETION = 4
"""Letters of the shortest fine skeleton of which one letter may be missing: shorter ones would meet everything."""
_UNIT_NUMBERS = [
    FEATURES.index(unit)
    for unit in (FeatureClass.COUNTRY, FeatureClass.GOVERNORATE, FeatureClass.DISTRICT, FeatureClass.SUBDISTRICT)
]
_LOCAL = 2
"""Focus from which a name is looked for by all its keys; below, only by its fine skeleton."""
_JOINT = re.compile(r"(?<=[ -])[^\W\d_A-Z]\w*(?=[ -]\S)")
_OFTEN = 3
"""Main names of the world from which a lower-case word belongs inside names; one is enough for the study's own."""


def name_index(columns: Columns) -> tuple[dict[str, NDArray[Any]], list[str]]:
    """Return the arrays of the exact index and its keys in the order of their hashes."""
    normals = normalise_all(columns.name_text)
    distinct = [normal for normal in dict.fromkeys(normals) if normal]
    hashes = hash_keys(distinct)
    order = np.argsort(hashes, kind="stable")
    keys = [distinct[i] for i in order.tolist()]
    number = {key: i for i, key in enumerate(keys)}
    key = np.fromiter((number.get(normal, -1) for normal in normals), dtype=np.int64, count=len(normals))
    row, kind = np.asarray(columns.name_row, dtype=np.int64), np.asarray(columns.name_kind, dtype=np.int64)
    packed = np.sort(((key << 34) | (row << 2) | kind)[key >= 0])
    pair = packed >> 2
    best = np.append(True, pair[1:] != pair[:-1])[: pair.size]  # the best kind of a name that a place has twice
    packed, pair = packed[best], pair[best]
    text, text_offsets = pack_texts(keys)
    arrays = {
        "key_hash": hashes[order],
        "keys": text,
        "keys_offsets": text_offsets,
        "post_offsets": np.searchsorted(pair >> 32, np.arange(len(keys) + 1)).astype(np.uint32),
        "post_row": (pair & 0xFFFFFFFF).astype(np.int32),
        "post_kind": (packed & 3).astype(np.uint8),
    }
    return arrays, keys


def _owners(names: Mapping[str, NDArray[Any]]) -> NDArray[np.int64]:
    """Return the key of every posting, (postings,)."""
    counts = np.diff(names["post_offsets"]).astype(np.int64)
    return np.repeat(np.arange(counts.size), counts)


def seats(columns: Columns, names: Mapping[str, NDArray[Any]]) -> NDArray[np.uint8]:
    """Return how high the unit is that bears a place's name: 3 the first level, 2 and 1 the next, 0 none, (places,)."""
    owner, rows = _owners(names), names["post_row"].astype(np.int64)
    pairs = (owner << 32) | rows
    out = np.zeros(len(columns.ids), dtype=np.uint8)
    point = ~np.isin(np.asarray(columns.feature), _UNIT_NUMBERS)[rows]
    named = point & (names["post_kind"] <= 1)
    for column, height in zip(reversed(columns.admin), (1, 2, 3), strict=True):
        above = np.asarray(column, dtype=np.int64)[rows[named]]
        wanted = (owner[named] << 32) | np.maximum(above, 0)
        found = pairs[np.minimum(np.searchsorted(pairs, wanted), pairs.size - 1)] == wanted if pairs.size else wanted < 0
        out[rows[named][found & (above != NO_ROW)]] = height
    _seats_by_sound(columns, out)
    return out


def _seats_by_sound(columns: Columns, out: NDArray[np.uint8]) -> None:
    """Mark seats among the local places whose unit is only spelt otherwise ("Saraqab" in "Saraqib")."""
    units = set(_UNIT_NUMBERS)
    local = {row for row, focus in enumerate(columns.focus) if focus >= _LOCAL}
    above = {admin for column in columns.admin for row in local if (admin := column[row]) != NO_ROW}
    wanted = [i for i, row in enumerate(columns.name_row) if row in local or row in above]
    fine = skeletons_of(sounds_all(normalise_all([columns.name_text[i] for i in wanted])))[0]
    skeletons: dict[int, set[str]] = defaultdict(set)
    for i, skeleton in zip(wanted, fine, strict=True):
        if len(skeleton) >= _MIN_DELETION - 1:
            skeletons[columns.name_row[i]].add(skeleton)
    for column, height in zip(reversed(columns.admin), (1, 2, 3), strict=True):
        for row in sorted(local):
            if columns.feature[row] not in units and column[row] != NO_ROW and skeletons[row] & skeletons[column[row]]:
                out[row] = max(out[row], height)


def _codes(fine: str, coarse: str) -> list[str]:
    codes = [f"f:{fine}", f"c:{coarse}"]
    if len(fine) >= _MIN_DELETION:
        codes += sorted({f"d:{fine[:i]}{fine[i + 1 :]}" for i in range(len(fine))})
    return codes


def fuzzy_index(columns: Columns, names: Mapping[str, NDArray[Any]], keys: list[str]) -> dict[str, NDArray[Any]]:
    """Return the arrays of the fuzzy index: for local names all codes, for the world's well-known ones the fine skeleton."""
    focus = np.asarray(columns.focus, dtype=np.int64)[names["post_row"]]
    level = np.zeros(len(keys), dtype=np.int64)
    np.maximum.at(level, _owners(names), focus)
    wanted = np.flatnonzero(level).tolist()
    sounds = sounds_all([keys[i] for i in wanted])
    fine, coarse = skeletons_of(sounds)
    codes: list[str] = []
    at: list[int] = []
    for index, a, b in zip(wanted, fine, coarse, strict=True):
        entries = [] if not a else [f"f:{a}"] if level[index] < _LOCAL else _codes(a, b)
        codes += entries
        at += [index] * len(entries)
    _add_variants(keys, [i for i in wanted if level[i] >= _LOCAL], codes, at)
    hashes = hash_keys(codes)
    order = np.lexsort((np.asarray(at, dtype=np.int64), hashes))
    every = [""] * len(keys)
    for index, sound in zip(wanted, sounds, strict=True):
        every[index] = sound
    text, offsets = pack_texts(every)
    return {
        "fuzzy_hash": hashes[order],
        "fuzzy_key": np.asarray(at, dtype=np.int32)[order],
        "sounds": text,
        "sounds_offsets": offsets,
    }


def _add_variants(keys: list[str], local: list[int], codes: list[str], at: list[int]) -> None:
    """Append the skeletons of the other readings of local names ("dh" as "d", "big" as "kabir")."""
    forms = [(index, form) for index in local for form in variants_of(keys[index])]
    fine, coarse = skeletons_of(sounds_all([form for _, form in forms]))
    for (index, _), a, b in zip(forms, fine, coarse, strict=True):
        if a:
            codes += [f"f:{a}", f"c:{b}"]
            at += [index, index]


def joints_of(columns: Columns, own: NDArray[np.uint8]) -> list[str]:
    """Return the lower-case words that stand inside names ("de", "al", "upon"), sorted."""
    told: Counter[str] = Counter()
    for row, text in zip(columns.name_row, columns.name_text, strict=True):
        if own[row]:
            told.update(dict.fromkeys(_joints(text), _OFTEN))
    for text in columns.names:
        told.update(_joints(text))
    return sorted(word for word, count in told.items() if count >= _OFTEN)


def _joints(name: str) -> set[str]:
    return {word for word in _JOINT.findall(name) if word.islower()} if name.count(" ") + name.count("-") > 1 else set()
