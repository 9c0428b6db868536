"""Hard-wrapped paragraphs and marked lists of pages and text files, as the running lines that they were.

Rules of this module
 1. A block (lines without a blank one between them) is hard-wrapped when its last line alone ends a sentence, or when every
    line but the last is about as long as the longest.
 2. The items of a marked list under a line that ends with a colon stand behind it, with commas between them.
 3. Records keep their lines: offsets given beside them count in them.
"""

from __future__ import annotations

import re

__all__ = ["is_wrapped_block", "join_items", "join_lists"]

_END = re.compile(r"[.!?\u2026:;\"\u201d\u00bb)\u061f\u06d4]\s*$")
_FULL_STOP = re.compile(r"[.!?\u2026\u061f\u06d4][\"\u201d\u00bb)]?\s*$")
_ITEM = re.compile(r"[ \t]*(?:[-*\u2022\u2013\u25aa\u25cf\u00b7]|\d{1,2}[.)])[ \t]+(?=\S)")
_SHORT_ITEM = 60
_LIST = re.compile(rf"(:)[ \t]*\n(?:[ \t]*\n)?((?:(?:{_ITEM.pattern})[^\n]{{1,{_SHORT_ITEM}}}(?:\n|$))+)", re.MULTILINE)
_FEWEST_LINES = 3
_WIDEST = 120
_NARROWEST = 40
_SHARE = 0.75


def is_wrapped_block(lines: list[str]) -> bool:
    """Return whether the lines of a block are one hard-wrapped paragraph.

    >>> is_wrapped_block(["The army took the villages of Amber", "Gate and Low", "Moor on Monday."])
    True
    >>> is_wrapped_block(["Amber Gate", "Low Moor", "Tarn"])
    False
    """
    if len(lines) < _FEWEST_LINES or any(_ITEM.match(line) for line in lines):
        return False
    if not _FULL_STOP.search(lines[-1]) or max(map(len, lines)) > _WIDEST:
        return False
    if not any(_END.search(line) for line in lines[:-1]):
        return True
    longest = max(map(len, lines))
    return longest >= _NARROWEST and all(len(line) >= _SHARE * longest for line in lines[:-1])


def _is_item(line: str) -> bool:
    return bool(_ITEM.match(line)) and len(line) <= _SHORT_ITEM


def join_lists(text: str) -> str:
    r"""Return a text with the items of each marked list behind the line with a colon above it, other lines as they are.

    >>> join_lists("They took:\n\n- Amber Gate\n- Low Moor\n\nThen it rained.")
    'They took: Amber Gate, Low Moor\n\nThen it rained.'
    """

    def joined(found: re.Match[str]) -> str:
        items = ", ".join(_ITEM.sub("", item).strip() for item in found[2].split("\n") if item)
        return f"{found[1]} {items}" + ("\n" if found[2].endswith("\n") else "")

    return _LIST.sub(joined, text)


def join_items(lines: list[str]) -> list[str]:
    """Return a page's lines with the items of each list behind the line with a colon above it.

    >>> join_items(["They took:", "- Amber Gate", "- Low Moor", "Then it rained."])
    ['They took: Amber Gate, Low Moor', 'Then it rained.']
    """
    out: list[str] = []
    listed = False
    for line in lines:
        if _is_item(line) and out and (listed or out[-1].endswith(":")):
            out[-1] += (", " if listed else " ") + _ITEM.sub("", line)
            listed = True
        else:
            out.append(line)
            listed = False
    return out
