"""What a sentence takes from those around it: antecedents, the running date, speakers, quotations, denials."""

from __future__ import annotations

from datetime import date

from tenure.model import Event, Stance


def told(claims):
    return [(c.event.value, c.stance.value, c.actors, tuple(p.name for p in c.places)) for c in claims]


def test_pronoun_and_description_stand_for_their_antecedents(claims_of):
    claims = claims_of("The Northern Front entered the town of Karvat. Later, they captured the town.")
    assert told(claims)[-1] == ("gain", "asserted", ("Northern Front",), ("Karvat",))


def test_there_is_the_place_before(claims_of):
    claims = claims_of("The army captured Karvat. Rebels attacked it on Monday.")
    assert ("clash", "asserted", ("Rebels",), ("Karvat",)) in told(claims)


def test_narrative_date_runs_on(claims_of):
    claims = claims_of(
        "On 3 May 2020, rebels captured Karvat. Two days later, the army retook it. The army also captured Dolmin."
    )
    assert [c.start for c in claims] == [date(2020, 5, 3), date(2020, 5, 5), date(2020, 5, 5)]


def test_new_paragraph_without_connection_is_dated_by_publication(claims_of):
    claims = claims_of("In October 2019, rebels captured Karvat.\n\nThe army holds Dolmin.")
    assert claims[-1].start == date(2020, 6, 19)


def test_intervals_are_half_open(claims_of):
    (claim,) = claims_of("Rebels captured Karvat on 3 May 2020.")
    assert (claim.start, claim.end) == (date(2020, 5, 3), date(2020, 5, 4))


def test_speaker_of_a_that_clause(claims_of):
    (claim,) = claims_of("The Karvat Observatory said that rebels captured Dolmin.")
    assert claim.speaker is not None
    assert "Observatory" in claim.speaker


def test_speaker_after_the_quotation_speaks_all_of_it(claims_of):
    claims = claims_of('"Rebels captured Karvat. They also seized Dolmin," commander Adan Velik said.')
    assert len(claims) == 2
    assert all(c.speaker and "Velik" in c.speaker for c in claims)


def test_according_to_names_a_speaker(claims_of):
    (claim,) = claims_of("According to activists, the army captured Karvat.")
    assert claim.speaker == "activists"


def test_speaker_does_not_carry_to_the_next_sentence(claims_of):
    claims = claims_of("Activists said the army captured Karvat. The army also captured Dolmin.")
    assert [c.speaker for c in claims] == ["Activists", None]


def test_each_of_two_speakers_has_his_own_claim(claims_of):
    claims = claims_of("Rebels said they captured Karvat, while the ministry said that the army captured Dolmin.")
    assert [(c.places[0].name, c.speaker) for c in claims] == [("Karvat", "Rebels"), ("Dolmin", "ministry")]


def test_denial_by_reference_is_a_claim_of_its_own(claims_of):
    claims = claims_of("The army said it captured Karvat. However, this was denied by rebels.")
    denied = [c for c in claims if c.stance is Stance.DENIED]
    assert [(c.event, c.places[0].name, c.speaker) for c in denied] == [(Event.GAIN, "Karvat", "rebels")]


def test_claim_and_denial_stand_side_by_side(claims_of):
    claims = claims_of("Rebels captured Karvat. The army denied that rebels had captured Karvat.")
    assert {c.stance for c in claims} == {Stance.ASSERTED, Stance.DENIED}


def test_repetition_by_the_same_voice_is_one_claim(claims_of):
    claims = claims_of("Rebels captured Karvat on Monday. The capture of Karvat was a blow to the army.")
    assert len([c for c in claims if c.event is Event.GAIN]) == 1


def test_repelled_attack_of_the_sentence_before_is_no_gain(claims_of):
    claims = claims_of("On 20 May, rebels launched two attacks on Karvat, with both being repelled.")
    assert [c.event for c in claims] == [Event.HOLD]


def test_agentless_passive_goes_on_with_who_acted(claims_of):
    claims = claims_of("The army captured Karvat. Dolmin was also captured.")
    assert claims[-1].actors == ("army",)


def test_dateline_is_no_actor(claims_of):
    (claim,) = claims_of("KARVAT (Wire) - Rebels captured Dolmin on Friday.")
    assert told([claim]) == [("gain", "asserted", ("Rebels",), ("Dolmin",))]


def test_quote_is_verbatim_and_spans_point_at_it(claims_of):
    text = "Some say little. On Friday, the Northern Front captured Karvat, a source said."
    for claim in claims_of(text):
        assert text[claim.start_char : claim.end_char] == claim.quote
        assert all(text[p.start_char : p.end_char] == p.name for p in claim.places)
