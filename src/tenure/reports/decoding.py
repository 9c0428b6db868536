"""Bytes to text: byte-order marks, UTF-8, UTF-16 without a mark, and the single-byte code pages that older outlets use."""

from __future__ import annotations

import codecs
import re

from tenure.errors import ReportError

__all__ = ["decode", "is_binary"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CODE_PAGES = ["cp1251", "cp1256", "cp1254", "cp1252", "koi8_u"]
"""Cyrillic, Arabic, Turkish, Western: what the languages of this package's calendar were written in before UTF-8."""
_MAGIC = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a ZIP, or a document of an office program",
    b"\xd0\xcf\x11\xe0": "a document of an older office program",
    b"{\\rtf": "a rich text document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"Rar!": "a packed file",
    b"7z\xbc\xaf": "a packed file",
    b"BZh": "a packed file",
    b"\xfd7zXZ": "a packed file",
    b"\x28\xb5\x2f\xfd": "a packed file",
    b"PAR1": "a Parquet table",
    b"SQLite f": "a database",
}
"""First bytes of files that are no text, and what such a file is."""
_SAMPLE_BYTES = 64 * 1024
_CONTROL = bytes(set(range(32)) - {7, 8, 9, 10, 11, 12, 13, 27})
_MOST_CONTROL = 0.02
"""Share of control bytes above which a file is no text; a text with a stray NUL stays one."""
_MOST_BROKEN = 0.002
"""Share of undecodable characters up to which UTF-8 is still UTF-8 with a fault (a cut-off or spliced file)."""


def _utf16_order(sample: bytes) -> str | None:
    """Return the byte order of UTF-16 without a mark: in most texts every second byte is one of a few."""
    even, odd = sample[0::2], sample[1::2]
    if len(odd) < 8:  # noqa: PLR2004 - too short to tell
        return None
    for high, low, name in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if high.count(0) > 0.4 * len(high) and low.count(0) < 0.05 * len(low):
            return name
        if len(set(high)) <= 4 and len(set(low)) > 10 and max(high) < 0x10:  # noqa: PLR2004 - Cyrillic, Arabic
            return name
    return None


def is_binary(content: bytes) -> bool:
    """Return whether bytes are no text in any encoding that is read here."""
    sample = content[:_SAMPLE_BYTES]
    if sample.startswith(tuple(_MAGIC)):
        return True
    if sample.startswith(tuple(mark for mark, _ in _MARKS)) or _utf16_order(sample):
        return False
    return len(sample) - len(sample.translate(None, _CONTROL)) > _MOST_CONTROL * max(len(sample), 50)


def decode(content: bytes) -> str:
    """Return the text of bytes whose encoding is not stated.

    Raises ReportError ``binary`` for bytes that are no text, ``bad_encoding`` for text that no known encoding fits.

    >>> decode("Идлиб".encode("utf-16"))
    'Идлиб'
    """
    if is_binary(content):
        shown = next((what for magic, what in _MAGIC.items() if content.startswith(magic)), "bytes of no text")
        raise ReportError("not a text", reason="binary", value=shown, remedy="save its text as .txt, .html or JSON Lines")
    for mark, name in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, errors="replace")
    order = _utf16_order(content[:_SAMPLE_BYTES])
    if order:
        return content.decode(order, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        repaired = content.decode("utf-8", errors="replace")
    if repaired.count("\ufffd") <= max(1, _MOST_BROKEN * len(repaired)) and re.search(r"[^\x00-\x7f\ufffd]", repaired):
        return repaired
    return _guess(content)


def _guess(content: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(content[:_SAMPLE_BYTES], cp_isolation=_CODE_PAGES).best()
    if best is None:
        raise ReportError(
            "text in an unknown encoding", reason="bad_encoding", value=content[:20], remedy="save it as UTF-8"
        )
    if best.encoding == "cp1252":  # the Turkish page differs in six letters, which here only Icelandic would use
        try:
            return content.decode("cp1254")
        except UnicodeDecodeError:
            return content.decode("cp1252", errors="replace")
    return content.decode(best.encoding, errors="replace")
