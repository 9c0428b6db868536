"""How deep and how long structured text may be: told before a parser builds it, so that no file can fill the memory.

A TOML parser keeps every prefix of a dotted key: 62 KB of `a.a.a. ...` are 3.7 GB of prefixes. A JSON parser takes a stack
frame a level. What people write by hand has a handful of levels.
"""

from __future__ import annotations

import re

__all__ = ["MOST_LEVELS", "json_levels", "toml_fault"]

MOST_LEVELS = 64
"""Levels of a value, and parts of a dotted key: far above what any source of reports or studies uses."""
_MOST_DIGITS = 100

_TOML_TEXTS = re.compile(
    r'"""(?:[^"\\]++|\\.|"(?!""))*+"{3,5}|\'\'\'(?:[^\']++|\'(?!\'\'))*+\'{3,5}|"(?:[^"\\\n]++|\\.)*+"|\'[^\'\n]*+\'|\#[^\n]*+',
    re.DOTALL,
)
_DOTTED = re.compile(rf"(?<![\w-])[\w-]++(?:[ \t]*+\.[ \t]*+[\w-]++){{{MOST_LEVELS},}}")
_DIGITS = re.compile(rf"[0-9_]{{{_MOST_DIGITS},}}")


def toml_fault(text: str) -> str | None:
    """Return what makes a TOML text too much for a parser, None when nothing does; it may still be no TOML.

    >>> toml_fault("a" + ".a" * 100 + " = 1")
    'a key of more than 64 parts'
    """
    bare = _TOML_TEXTS.sub("s", text)
    if _DOTTED.search(bare):
        return f"a key of more than {MOST_LEVELS} parts"
    if _DIGITS.search(bare):
        return f"a number of more than {_MOST_DIGITS} digits"
    if _depth(bare) > MOST_LEVELS:
        return f"values nested more than {MOST_LEVELS} levels deep"
    return None


def _depth(bare: str) -> int:
    depth = deepest = 0
    for found in re.finditer(r"[\[{]|[\]}]", bare):
        depth = depth + 1 if found.group() in "[{" else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest


def json_levels(value: object, *, most: int = MOST_LEVELS) -> int:
    """Return how deep a parsed value is nested, at most one above `most`; a plain value has no level.

    >>> json_levels({"a": [1]})
    2
    """
    level, here = 0, [value]
    while here and level <= most:
        here = [
            inner
            for outer in here
            if isinstance(outer, list | dict)
            for inner in ([None, *outer] if isinstance(outer, list) else [None, *outer.values()])
        ]
        level += bool(here)
    return level
