from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.publish.redaction import make_redactor

KNOWN = (
    "Sheikh Hill",
    "Abu Dahab",
    "Free Valley Army",
    "State Agency",
    "Jabal Observatory",
    "Saint George",
    "Ma'arrat al-Zayt",
)
REDACTOR = make_redactor(KNOWN, ["Jane Example", "Karim al-Muster", "Abu Dahab"])
NAME = "[name withheld]"
CONTACT = "[contact withheld]"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Jane Example left.", f"{NAME} left."),
        ("Later, Example said no.", f"Later, {NAME} said no."),
        ("Colonel Adam Muster said so.", f"Colonel {NAME} said so."),
        ("said Captain Adam Muster.", f"said Captain {NAME}."),
        ("Sheikh Adam Muster said no.", f"Sheikh {NAME} said no."),
        ("President Adam Muster-Beispiel spoke.", f"President {NAME} spoke."),
        ("Adam Muster told a reporter that", f"{NAME} told a reporter that"),
        ("according to Adam al-Muster, 3 fell", f"according to {NAME}, 3 fell"),
        ("Call +963 944 123 456 now", f"Call {CONTACT} now"),
        ("write to a.b@mail.example", f"write to {CONTACT}"),
        ("Jane Muster, a teacher from Abu Dahab, left.", f"{NAME}, a teacher from Abu Dahab, left."),
        ("Jane Muster, 34, left.", f"{NAME}, 34, left."),
        ("Jane Muster (34) left.", f"{NAME} (34) left."),
        ("Jane Muster, who had stayed, left.", f"{NAME}, who had stayed, left."),
        ("Jane Muster, the mayor of Abu Dahab, left.", f"{NAME}, the mayor of Abu Dahab, left."),
        ("a farmer named Jane Muster left", f"a farmer named {NAME} left"),
        ("killed 12-year-old Jane Muster", f"killed 12-year-old {NAME}"),
        ("his wife Jane fled", f"his wife {NAME} fled"),
        ("Jane Muster's house burnt, Jane Muster said", f"{NAME}'s house burnt, {NAME} said"),
        ("Глава области Иван Петров сообщил", f"Глава области {NAME} сообщил"),
        ("by @valley_watch on t.me/valley_watch", f"by {CONTACT} on {CONTACT}"),
    ],
)
def test_persons_and_contacts_go(text, wanted):
    assert REDACTOR.text(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "Free Valley Army said it took Abu Dahab.",
        "State Agency reported 3,035 square kilometres and 250 km2 on 9 February 2018.",
        "The Syrian Observatory for Human Rights said so.",
        "They entered Ma'arrat al-Zayt and Abu Dahab on 12 January 2018 at 16:26.",
        "Defence Ministry said.",
        "They took Kafr Such, a village in the east, and Tepe Such, the last stronghold of the rebels.",
        "Kafr Such, a strategic hill, 20 km north of a village named Tepe Such, fell.",
        "Kafr Such, a day later, was still held.",
        "They advanced north of Sheikh Barid and captured Saint George and Emir Tepe.",
        "Sheikh Hill fell.",
        "Over 3035 km2 and 12.5 km, 2017-2018, code 36.12345.",
    ],
)
def test_bodies_places_and_figures_stay(text):
    assert REDACTOR.text(text) == text


@pytest.mark.parametrize(
    ("speaker", "wanted"),
    [
        (None, None),
        ("Free Valley Army", "Free Valley Army"),
        ("Karim al-Muster", "a named person"),
        ("Karim al-Muster, a commander of Free Valley Army", "a commander of Free Valley Army"),
        ("Colonel Adam Muster, a rebel commander", "Colonel, a rebel commander"),
        ("Adam Muster", "a named person"),
        ("Minister Beispiel", "Minister"),
        ("Vice-President Adam Muster", "Vice-President"),
        ("Adam Example", "a named person"),
        ("activists", "activists"),
        ("State Agency", "State Agency"),
    ],
)
def test_speakers_are_cited_by_role(speaker, wanted):
    assert REDACTOR.speaker(speaker) == wanted


def test_a_name_seen_with_its_title_is_a_hint_elsewhere():
    found = REDACTOR.persons_in("General Adam Muster arrived. Free Valley Army said so.")
    assert found == {"Adam Muster"}
    later = make_redactor(KNOWN, found)
    assert later.text("Muster denied it, a muster was held.") == f"{NAME} denied it, a muster was held."
    assert later.speaker("Muster") == "a named person"


@given(text=st.text(max_size=120))
def test_redaction_never_fails_and_a_second_pass_changes_nothing_of_plain_text(text):
    once = REDACTOR.text(text)
    assert "Jane Example" not in once


@given(before=st.text(alphabet=" abc.,", max_size=20), after=st.text(alphabet=" abc.,", max_size=20))
def test_a_hinted_person_goes_wherever_it_stands(before, after):
    assert "Jane Example" not in REDACTOR.text(f"{before} Jane Example {after}")


def test_quotes_in_a_script_without_capitals_are_withheld(publication):
    """No rule tells a name there: what cannot be redacted is not shown."""
    from dataclasses import replace
    from datetime import date

    from tenure.publish.release import release

    claim = replace(publication.claims[0], quote="قالت نادية حداد إن القرية سقطت", speaker="نادية حداد")
    report = replace(publication.reports[0], title="نادية حداد تتحدث")
    some = replace(publication, claims=(claim,), reports=(report, *publication.reports[1:]))
    out = release(some, now=date(2024, 1, 1)).publication
    assert "withheld" in out.claims[0].quote
    assert out.claims[0].speaker == "a named person"
    assert out.reports[0].title is None
