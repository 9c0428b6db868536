"""The documentation says what the code does: every command, option and link."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from tenure.cli import app

ROOT = Path(__file__).parents[2]
REFERENCE = (ROOT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


def _commands(group, prefix="tenure"):
    for name, command in sorted(group.commands.items()):
        if hasattr(command, "commands"):
            yield from _commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}", command


@pytest.mark.parametrize(
    ("name", "command"), list(_commands(get_command(app))), ids=lambda v: v if isinstance(v, str) else ""
)
def test_every_command_and_option_is_documented(name, command):
    section = re.search(rf"^## `{re.escape(name)}[ `].*?(?=^## |\Z)", REFERENCE, re.DOTALL | re.MULTILINE)
    assert section, f"{name} has no section in docs/reference/cli.md"
    for parameter in command.params:
        if parameter.param_type_name == "option" and parameter.name != "help":
            assert f"`{parameter.opts[0]}" in section.group(), f"{name} {parameter.opts[0]} is not documented"


def test_no_command_is_documented_that_does_not_exist():
    known = {name for name, _ in _commands(get_command(app))}
    documented = re.findall(r"^## `(tenure(?: [a-z]+)+)", REFERENCE, re.MULTILINE)
    assert set(documented) <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_between_pages_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
