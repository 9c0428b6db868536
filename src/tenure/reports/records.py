"""Records of JSON and CSV files as fields of a report: our own keys, else the keys of dumps that other programs write.

A record that has `text` is ours: its keys mean what the reference says. Any other is a dump's: the first key that is known
for a meaning counts, an object or a list gives its telling part, and a value that does not fit (a country's full name) is
left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tenure.errors import ReportError
from tenure.reports.folding import data

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["known_fields", "knows_text", "unwrap"]

_LONG_TEXT = 40
"""Characters of a value that is more likely a text than a name or a code."""


def unwrap(record: dict[str, Any]) -> tuple[list[Any], str | None] | None:
    """Return the records in an object that only holds a list of them, and the name that it gives to all; else None.

    >>> unwrap({"count": 1, "data": [{"text": "A town fell."}]})
    ([{'text': 'A town fell.'}], None)
    """
    if isinstance(record.get("text"), str):
        return None
    for key in data("records")["wrappers"]["keys"]:
        inside = record.get(key)
        if isinstance(inside, dict):
            inside = inside.get(key)  # {"hits": {"hits": [...]}}
        if isinstance(inside, list) and (not inside or isinstance(inside[0], dict)):
            name = record.get("name") or record.get("title")
            return inside, name if isinstance(name, str) else None
    return None


def _plain(value: object) -> str:
    """Return a value as text: an object's telling part, a list's parts side by side, nothing for what has no text."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, dict):
        for key in data("records")["pick"]["keys"]:
            if isinstance(value.get(key), str | int | float):
                return _plain(value[key])
        return ""
    if isinstance(value, list):
        return ", ".join(filter(None, (_plain(v) for v in value if not isinstance(v, list))))
    return str(value)


def _text(value: object) -> str:
    if isinstance(value, list):  # a message in pieces: strings, and objects for its links and names
        return "".join(_plain(v) for v in value if isinstance(v, str | dict))
    return _plain(value) if isinstance(value, str | dict) else ""


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    """Return the record's keys in lower case, those of its inner object before its own."""
    flat = {str(k).strip().lower(): v for k, v in record.items()}
    for key in data("records")["inner"]["keys"]:
        if isinstance(flat.get(key), dict):
            return flat | {str(k).strip().lower(): v for k, v in flat[key].items()}
    return flat


def knows_text(keys: Iterable[str]) -> bool:
    """Return whether one of the keys (or columns) is known to hold a report's text."""
    return bool({k.strip().lower() for k in keys} & set(data("records")["keys"]["text"]))


def known_fields(record: dict[str, Any]) -> dict[str, str]:
    """Return a dump's record in our own keys, without what it does not say.

    Raises ReportError ``empty`` when no key is known to hold a text: it names the one that looks like it.

    >>> known_fields({"full_text": "A town fell.", "created_at": "2014-04-26", "lang": "en"})["published_at"]
    '2014-04-26'
    """
    flat, out = _flat(record), {}
    for name, keys in data("records")["keys"].items():
        read = _text if name == "text" else _plain
        value = next((v for k in keys if k in flat and (v := read(flat[k]).strip())), "")
        if value:
            out[name] = value
    if "text" not in out:
        raise _no_text(flat)
    if not re.fullmatch(r"[A-Za-z]{2}", out.get("country", "")):
        out.pop("country", None)
    if not re.fullmatch(r"[A-Za-z]{2,3}(?:[-_].*)?", out.get("language", "")):
        out.pop("language", None)
    return out


def _no_text(flat: dict[str, Any]) -> ReportError:
    empty = [k for k in data("records")["keys"]["text"] if k in flat]
    if empty:
        return ReportError(
            "record's text is empty", reason="empty", value=empty[0], remedy="nothing to do, or give its text"
        )
    long = {k: len(v) for k, v in flat.items() if isinstance(v, str) and len(v) >= _LONG_TEXT}
    looks = f"if its text is under {max(long, key=lambda k: long[k])!r}, rename that to" if long else "give its text under"
    return ReportError(
        "no key that is known to hold a text", reason="empty", value=", ".join(sorted(flat)), remedy=f'{looks} "text"'
    )
