"""The example of the how-to is a pack that reads."""

import re
from datetime import UTC, datetime
from pathlib import Path

from tenure.claims.shallow.mentions import Names
from tenure.claims.shallow.packs import compile_words_pack
from tenure.claims.shallow.reading import read_claims
from tenure.model import Report

PAGE = Path(__file__).parents[3] / "docs/howto/add-a-language.md"


def test_example_pack_reads_a_sentence():
    block = "\n".join(
        re.findall(r"^    (.*)$|^$", PAGE.read_text(encoding="utf-8").split("`*` takes")[0], flags=re.MULTILINE)
    )
    pack = compile_words_pack(block.encode())
    text = "Паўстанцы вызвалілі горад Лазоўка і пакінулі вёску Бярозкі, паведаміла агенцтва."
    claims = read_claims(Report("r", text, datetime(2021, 5, 4, tzinfo=UTC), "day", language="be"), Names(pack), method="m")
    told = [(c.event.value, c.actors, [p.name for p in c.places], c.speaker) for c in claims]
    assert told == [
        ("gain", ("Паўстанцы",), ["Лазоўка"], "агенцтва"),
        ("loss", ("Паўстанцы",), ["Бярозкі"], "агенцтва"),
    ]
