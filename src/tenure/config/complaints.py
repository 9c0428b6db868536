"""One-line complaints about a study file: which file and key, the value, what to do, with the nearest word that is known."""

from __future__ import annotations

import difflib
import tomllib
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from tenure.config.nesting import toml_fault
from tenure.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["FileModel", "complain", "decode", "load_toml", "nearest", "validated"]


class FileModel(BaseModel):
    """Base of what a study file may say: unknown keys are refused, nothing is coerced, values are frozen."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, str_strip_whitespace=True)


_Model = TypeVar("_Model", bound=FileModel)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return what to say about a word that is not one of the known: the nearest of them, or all when none is near.

    >>> nearest("embargo_day", ["embargo_days", "end"])
    'did you mean embargo_days?'
    >>> nearest("zzz", ["end", "start"])
    'known: end, start'
    """
    by_fold = {k.casefold(): k for k in sorted(known, reverse=True)}
    found = difflib.get_close_matches(word.casefold(), sorted(by_fold), n=1, cutoff=0.6)
    if found:
        return f"did you mean {by_fold[found[0]]}?"
    return "known: " + ", ".join(sorted(known)) if known else "none is known"


def decode(name: str, content: bytes) -> str:
    """Return the text of a study file: UTF-8 with or without a mark, or UTF-16 with one; else StudyError."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        where = content[: error.start].count(b"\n") + 1
        raise StudyError(f"{name} line {where} is not UTF-8 text", value=error.reason, remedy="save it as UTF-8") from error


def load_toml(name: str, content: bytes) -> dict[str, Any]:
    """Return the tables of a TOML file; StudyError names the line that cannot be read."""
    text = decode(name, content)
    fault = toml_fault(text)
    if fault:
        raise StudyError(f"{name} has {fault}", remedy="write it flat, as the template does")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise StudyError(f"{name} is nested too deeply", remedy="write it flat, as the template does") from error
    except ValueError as error:  # TOMLDecodeError, and a date in year 0
        raise StudyError(f"{name} is not valid TOML", value=error, remedy="mend that line") from error


def validated(model: type[_Model], data: object, *, where: str) -> _Model:
    """Return `data` as the model; the first thing that is wrong with it raises StudyError with `where` in front."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise complain(error, where=where, model=model) from error


def complain(error: ValidationError, *, where: str, model: type[FileModel]) -> StudyError:
    """Return the first error of a validation as StudyError: an unknown key first, since it often explains the rest."""
    details = sorted(error.errors(include_url=False), key=lambda d: d["type"] != "extra_forbidden")
    first = details[0]
    key = _key(first["loc"])
    if first["type"] == "extra_forbidden":
        return StudyError(f"{where} has an unknown key", value=key, remedy=nearest(key, model.model_fields))
    if first["type"] == "missing":
        return StudyError(f"{where} lacks the key", value=key, remedy=f"add {key} = ...")
    message = first["msg"].removeprefix("Value error, ").removeprefix("Input ").replace(";", ",")
    if isinstance(first["input"], dict):  # a rule over several keys: the message names them, a whole table would not help
        what, _, remedy = message.partition(", ")
        return StudyError(f"{where}: {key + ': ' if first['loc'] else ''}{what}", remedy=remedy)
    return StudyError(f"{where} has a bad {key}", value=repr(first["input"]), remedy=message)


def _key(loc: Sequence[int | str]) -> str:
    """Return the path of a key without the names that pydantic gives to the parts of a union."""
    words = [str(part) for part in loc if isinstance(part, int) or "[" not in part]
    return words[0] + "".join(f"[{w}]" for w in words[1:]) if words else "value"
