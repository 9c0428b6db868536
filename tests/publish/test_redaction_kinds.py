"""Every kind of contact and of a person's name goes; places that carry persons' names, bodies, roles and figures stay.

The cases stand in redaction.tsv: kind, text, and what must be gone from it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tenure.publish.redaction import make_redactor

REDACTOR = make_redactor(["Free Army", "Ahrar al-Sham", "Orlen"], [])
LINES = Path(__file__).with_name("redaction.tsv").read_text(encoding="utf-8").splitlines()
CASES = [line.split("\t") for line in LINES]


@pytest.mark.parametrize(("kind", "text", "gone"), [c for c in CASES if c[0] != "stays"])
def test_contacts_and_names_of_persons_go(kind, text, gone):
    out = REDACTOR.text(text)
    assert gone not in out
    assert {"contact": "[contact withheld]", "person": "[name withheld]"}[kind] in out


@pytest.mark.parametrize("text", [c[1] for c in CASES if c[0] == "stays"])
def test_places_bodies_roles_and_figures_stay(text):
    assert REDACTOR.text(text) == text


def test_an_id_of_the_study_is_no_handle():
    redactor = make_redactor(["free_army", "Free Army"], [])
    assert redactor.text("free_army took it, said joe_bloggs") == "free_army took it, said [contact withheld]"


def test_a_known_name_in_a_script_without_capitals_stays():
    redactor = make_redactor(["تل حران"], [])
    told = redactor.text("They took Tell Harran (تل حران) from محمد")
    assert told == "They took Tell Harran (تل حران) from [name withheld]"


@pytest.mark.parametrize(
    "piece", ["a.a.", "A. ", "0 ", "a_", "Abu ", "x@", "1-", "(at) ", "http://t.me/", "Tel ", "Ali and "]
)
def test_a_text_made_to_be_slow_is_read_through(piece):
    assert REDACTOR.text(piece * 10_000) is not None


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("https://t.me/joe_b/17", True),
        ("https://www.facebook.com/joe.b", True),
        ("https://bsky.app/profile/joe.example", True),
        ("https://youtube.com/@joe", True),
        ("tg://resolve?domain=joe", True),
        ("https://news.example/2018/02/09/some_story_title?utm_source=feed&id=1234567890", False),
        ("https://news.example/a/0944123456/p-t.html", False),
        ("https://www.youtube.com/watch?v=abc_def-123", False),
        ("https://netx.com/a", False),
    ],
)
def test_addresses_of_persons_are_told_from_those_of_stories(address, wanted):
    assert REDACTOR.is_contact(address) is wanted
