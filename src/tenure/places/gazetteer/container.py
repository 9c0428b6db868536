"""Named arrays in one buffer: written once, then mapped into memory and used in place.

Layout: 8 bytes magic, 8 bytes little-endian length of the header, the header (JSON: meta and, per array, its name, dtype,
offset and count), padding, then each array at a multiple of 64 bytes. Offsets count from the first array.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from tenure.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from mmap import mmap

    from numpy.typing import NDArray

__all__ = ["MAGIC", "pack", "unpack"]

MAGIC = b"TENUGAZ2"
_ALIGN = 64
_REMEDY = "delete the cached gazetteer; it is built again"


def _aligned(size: int) -> int:
    return -(-size // _ALIGN) * _ALIGN


def pack(arrays: Mapping[str, NDArray[Any]], meta: Mapping[str, Any]) -> bytes:
    """Return one buffer of the arrays (one-dimensional) and the meta data (what JSON can hold).

    >>> import numpy as np
    >>> unpack(pack({"a": np.arange(3)}, {"x": 1}))[0]["a"].tolist()
    [0, 1, 2]
    """
    listing: list[dict[str, Any]] = []
    offset = 0
    for name, array in arrays.items():
        listing.append({"name": name, "dtype": array.dtype.str, "offset": offset, "count": int(array.size)})
        offset += _aligned(array.nbytes)
    header = json.dumps({"meta": dict(meta), "arrays": listing}, ensure_ascii=False, sort_keys=True).encode()
    start = _aligned(len(MAGIC) + 8 + len(header))
    out = bytearray(start + offset)
    out[: len(MAGIC)] = MAGIC
    out[len(MAGIC) : len(MAGIC) + 8] = len(header).to_bytes(8, "little")
    out[len(MAGIC) + 8 : len(MAGIC) + 8 + len(header)] = header
    for entry, array in zip(listing, arrays.values(), strict=True):
        at = start + entry["offset"]
        out[at : at + array.nbytes] = np.ascontiguousarray(array).tobytes()
    return bytes(out)


def unpack(buffer: bytes | memoryview | mmap) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Return the arrays of a buffer, without copying, and its meta data; StoreError when it is none of ours or cut short."""
    view = memoryview(buffer)
    if bytes(view[: len(MAGIC)]) != MAGIC:
        raise StoreError("not a compiled gazetteer of this version", value=bytes(view[: len(MAGIC)]), remedy=_REMEDY)
    length = int.from_bytes(view[len(MAGIC) : len(MAGIC) + 8], "little")
    start = _aligned(len(MAGIC) + 8 + length)
    if start > len(view):
        raise StoreError("the compiled gazetteer is cut short", value=f"{len(view)} bytes", remedy=_REMEDY)
    header = json.loads(bytes(view[len(MAGIC) + 8 : len(MAGIC) + 8 + length]))
    arrays = {}
    for entry in header["arrays"]:
        dtype = np.dtype(entry["dtype"])
        at, count = start + entry["offset"], entry["count"]
        if at + count * dtype.itemsize > len(view):
            raise StoreError("the compiled gazetteer is cut short", value=f"{len(view)} bytes", remedy=_REMEDY)
        arrays[entry["name"]] = np.frombuffer(view, dtype=dtype, count=count, offset=at)
    return arrays, header["meta"]
