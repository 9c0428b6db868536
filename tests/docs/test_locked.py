"""The locked dependencies are those that pyproject.toml asks for, each with hashes, and name no machine."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]


def locked(name):
    """Return the locked releases by name: requirement and number of hashes."""
    found = {}
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            hashes = re.findall(r"--hash=sha256:[0-9a-f]{64}(?=\s|$)", line)
            requirement = Requirement(line.partition(" --hash")[0])
            found.setdefault(canonicalize_name(requirement.name), []).append((requirement, len(hashes)))
    return found


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("constraints.txt", PROJECT["dependencies"]),
        ("constraints-dev.txt", [*PROJECT["dependencies"], *EXTRAS["dev"], *EXTRAS["spark"]]),
    ],
)
def test_every_dependency_is_locked_with_hashes(name, asked):
    found = locked(name)
    for text in asked:
        wanted = Requirement(text)
        releases = found[canonicalize_name(wanted.name)]
        for requirement, _ in releases:
            (pin,) = requirement.specifier
            assert pin.operator == "=="
            assert wanted.specifier.contains(pin.version), (text, pin.version)
    assert not [n for n, releases in found.items() if not all(count for _, count in releases)]


def test_what_runs_is_locked_alike_for_tests():
    runs, tests = locked("constraints.txt"), locked("constraints-dev.txt")
    assert {n: {str(r) for r, _ in releases} for n, releases in runs.items()}.items() <= {
        n: {str(r) for r, _ in releases} for n, releases in tests.items()
    }.items()


@pytest.mark.parametrize("name", ["constraints.txt", "constraints-dev.txt"])
def test_no_index_and_no_machine_is_named(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    for line in lines[3:]:
        assert not re.search(r"https?:|file:|/|@|--index|--find", line), line


def test_ci_installs_what_is_locked():
    assert "--require-hashes -r constraints-dev.txt" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
