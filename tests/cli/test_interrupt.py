"""Ctrl-C ends the command in one line, also while a library loads that would make another error of it."""

from __future__ import annotations

import subprocess
import sys

import pytest

CODE = """
import os, signal, sys
where, sys.argv = sys.argv[1], ["tenure", "build", sys.argv[2]]
class AtImport:
    def find_spec(self, name, path=None, target=None):
        if name == where:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, AtImport())
from tenure.__main__ import main
main()
"""


@pytest.mark.parametrize("library", ["typer", "numpy", "duckdb", "pyarrow.lib", "tenure.reports", "spacy"])
def test_an_interrupt_while_a_library_loads_is_one_line(tmp_path, library):
    from tenure.config import study_template
    from tenure.store import write_new_folder

    write_new_folder(tmp_path / "study", study_template("small"))
    command = [sys.executable, "-c", CODE, library, str(tmp_path / "study")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 130, done.stderr
    assert done.stderr.splitlines()[-1].startswith("tenure: stopped; ")
    assert "Traceback" not in done.stderr
    assert "unexpected" not in done.stderr
