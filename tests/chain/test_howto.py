"""The code in the how-to pages runs on the shipped study's files."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from tenure.cli import app

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "use-the-files.md"


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.slow
def test_the_code_of_the_page_runs(shipped, tmp_path, monkeypatch, capsys):
    shutil.copytree(shipped.folder, tmp_path / "my-study")
    monkeypatch.chdir(tmp_path)
    for line in re.findall(r"^    tenure (.+)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE):
        words, _, target = line.partition(" > ")
        done = CliRunner().invoke(app, words.split(), catch_exceptions=False)
        assert done.exit_code == 0, (line, done.output)
        if target:
            Path(target).write_text(done.stdout, encoding="utf-8")
    for query in (q for block in blocks("sql") for q in block.split(";") if q.strip()):
        assert duckdb.sql(query).fetchall()
    for code in blocks("python"):
        exec(compile(code, str(PAGE), "exec"), {})  # noqa: S102 - the page's own code
    assert "government" in capsys.readouterr().out
