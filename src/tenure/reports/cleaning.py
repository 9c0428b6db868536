"""What never belongs to a text: NULs, control and direction characters, markup and scripts. Reports are untrusted input."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["blank_out", "clean_text", "unescape"]

_TAGS = (
    "a abbr address article aside audio b big blockquote body br button canvas center cite code dd del div dl dt em "
    "embed figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd "
    "label li link main map mark meta nav noscript object ol option p param picture pre q s samp script section "
    "select small source span strike strong style sub sup svg table tbody td textarea tfoot th thead time title tr "
    "track tt u ul var video wbr"
)
_MARKUP = re.compile(
    r"<!--|-->|<!\[CDATA\[|\]\]>|<!doctype[^>]*>"
    rf"|</?(?:{_TAGS.replace(' ', '|')}|style|template|noscript)(?:\s[^<>]{{0,2000}})?/?>",
    re.IGNORECASE,
)
_OPENING = re.compile(r"<!--|<(script|style|iframe|object|noscript|template|svg)\b", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")
_DIRECTION = re.compile(r"[\ufeff\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]")
"""Direction marks, which can make a text read otherwise than it is stored."""
_UNSEEN = re.compile(rf"[\u00ad\u200b\u2060]|{_DIRECTION.pattern}")
"""The same with soft hyphens and zero-width spaces, which stand inside words."""
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|[lr][sd]quo|[nm]dash|hellip|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_NO_CHARACTER = re.compile(r"&#0*(?:[1-9][0-9]{7,}|[xX]0*[1-9a-fA-F][0-9a-fA-F]{6,});?")
"""A number that no character has; as many digits as a file can hold take a parser very long, or are refused."""
_SPACES = re.compile(r"[^\S\n]")


def clean_text(text: str) -> str:
    r"""Return the text without markup, scripts, control characters and direction marks, with line ends as newlines.

    >>> clean_text("Four <b>towns</b><script>alert(1)</script>\r\nretaken.\x00")
    'Four towns\nretaken.'
    """
    if "<" in text:
        text = _without_markup(text, _nothing)
    if "&" in text and _ENTITY.search(text):
        text = _without_markup(unescape(text), _nothing)
    text = re.sub(r"\r\n?|\x85|\u2028|\u2029|\x0b|\x0c", "\n", text)
    return _SPACES.sub(" ", _UNSEEN.sub("", _CONTROL.sub("", text)))


def unescape(text: str) -> str:
    """Return the text with its character references read; one that stands for no character becomes U+FFFD.

    >>> unescape("&eacute;&#x110000;&#99999999999;")
    'é\ufffd\ufffd'
    """
    return html.unescape(_NO_CHARACTER.sub("\ufffd", text))


def blank_out(text: str, *, marks: bool = True) -> str:
    """Return the text with the same things replaced by as many spaces, so that character offsets stay true.

    Without `marks` direction marks and spaces of other kinds stay: nothing but markup and control characters goes.

    >>> blank_out("a <b>b</b>")
    'a    b    '
    """
    if "<" in text:
        text = _without_markup(text, _spaces)
    text = _CONTROL.sub(" ", text).replace("\r", " ")
    return _SPACES.sub(" ", _DIRECTION.sub(" ", text)) if marks else text


def _without_markup(text: str, instead: Callable[[str], str]) -> str:
    """Return the text with comments, scripts and tags replaced; what opens and is never closed hides nothing behind it.

    Linear in the length: that a kind of block is never closed again is found out once.
    """
    kept, at, done = [], 0, 0
    unclosed: set[str] = set()
    while (opening := _OPENING.search(text, at)) is not None:
        name = (opening[1] or "").lower()
        close = re.compile(rf"</{name}\s*>" if name else "-->", re.IGNORECASE)
        closing = None if name in unclosed else close.search(text, opening.end())
        at = closing.end() if closing else opening.end()
        if closing is None:
            unclosed.add(name)
            continue
        kept += [text[done : opening.start()], instead(text[opening.start() : at])]
        done = at
    kept.append(text[done:])
    return _MARKUP.sub(lambda found: instead(found.group()), "".join(kept))


def _nothing(markup: str) -> str:
    del markup
    return ""


def _spaces(markup: str) -> str:
    return re.sub(r"[^\n]", " ", markup)
