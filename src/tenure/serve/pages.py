"""The documents of the service as HTML: templates that escape every value, no script at all."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["page", "stylesheet"]


@cache
def _templates() -> Environment:
    from jinja2 import DictLoader, Environment, StrictUndefined

    folder = files("tenure.serve").joinpath("data")
    texts = {e.name: e.read_text(encoding="utf-8") for e in folder.iterdir() if e.name.endswith(".html")}
    return Environment(
        loader=DictLoader(texts), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


@cache
def stylesheet() -> bytes:
    """Return the one stylesheet of the service's pages."""
    return files("tenure.serve").joinpath("data/style.css").read_bytes()


def page(template: str, **values: Any) -> bytes:  # noqa: ANN401 - whatever the template shows
    """Return a page made of a template in data/ (named without its suffix)."""
    return _templates().get_template(f"{template}.html").render(**values).encode()
