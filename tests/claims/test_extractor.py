"""The extractor's contract: order, identity, determinism, languages, the study's lists, the JSON."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from tenure.claims import Extractor, claim_from_json, claim_to_json, languages, load_pack
from tenure.claims.confidence import FEATURES, features_of
from tenure.errors import InputError, MissingExtraError, SchemaError
from tenure.model import Actor, ActorKind, Report, Source, SourceKind


def make_report(text: str, published: str = "2020-06-19", report_id: str = "r1", language: str = "en") -> Report:
    return Report(report_id, text, datetime.fromisoformat(published).replace(tzinfo=UTC), "day", language=language)


NORTH = Actor("north", "Northern Front", ("NF", "the Fronters"), ActorKind.REBEL_GROUPS, "#112233", "rebels")
OBSERVATORY = Source("obs", ("Karvat Observatory",), (), None, SourceKind.OBSERVATORY)
TEXT = "The Karvat Observatory said that the Northern Front captured four villages near Dolmin on 3 May 2020."


def test_order_is_kept_over_batches(extractor):
    reports = [make_report(f"Rebels captured Karvat{'a' * (k % 5)}.", report_id=str(k)) for k in range(150)]
    assert [e.report_id for e in extractor.extract(reports)] == [str(k) for k in range(150)]


def test_same_input_gives_same_claims_alone_or_in_company(extractor):
    report = make_report(TEXT)
    alone = next(extractor.extract([report]))
    company = list(
        extractor.extract(
            [make_report("Rebels left Ustra.", report_id="x"), report, make_report("The army shelled Velm.", report_id="y")]
        )
    )
    assert company[1] == alone == next(Extractor().extract([report]))


def test_other_language_is_kept_and_marked(extractor):
    (out,) = extractor.extract([make_report("Les rebelles ont pris la ville.", language="fr")])
    assert (out.status, out.claims) == ("no_language_pack", ())


def test_unknown_language_is_read_as_english(extractor):
    (out,) = extractor.extract([make_report(TEXT, language="und")])
    assert out.status == "extracted"
    assert out.claims


def test_method_changes_with_the_lists_and_not_with_their_order():
    plain = Extractor(place_names=["Karvat", "Dolmin"]).method
    assert plain == Extractor(place_names=["Dolmin", "Karvat"]).method
    assert len({plain, Extractor().method, Extractor(actors=[NORTH]).method, Extractor(sources=[OBSERVATORY]).method}) == 4


def test_study_lends_ids_to_actors_and_speakers():
    extractor = Extractor(actors=[NORTH], sources=[OBSERVATORY], place_names=["Dolmin"])
    ((claim,),) = [e.claims for e in extractor.extract([make_report(TEXT)])]
    assert (claim.actor_ids, claim.speaker_id) == (("north",), "obs")


def test_alias_of_the_study_is_an_actor():
    extractor = Extractor(actors=[NORTH])
    ((claim,),) = [e.claims for e in extractor.extract([make_report("The NF captured Dolmin.")])]
    assert claim.actor_ids == ("north",)


def test_json_round_trip_is_lossless_and_inclusive(extractor):
    ((claim,),) = [e.claims for e in extractor.extract([make_report(TEXT)])]
    data = claim_to_json(claim)
    assert (data["start"], data["end"]) == ("2020-05-03", "2020-05-03")
    again = claim_from_json(data)
    assert claim_to_json(again) == data
    assert (again.start, again.end, again.quantities) == (claim.start, claim.end, claim.quantities)


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"quote": "x", "event": "gain"},
        {"quote": "x", "event": "march", "start": "2020-01-01", "end": "2020-01-01"},
        {"quote": "x", "event": "gain", "start": "soon", "end": "2020-01-01"},
    ],
)
def test_json_outside_the_schema_is_refused(broken):
    with pytest.raises(SchemaError):
        claim_from_json(broken)


def test_missing_model_is_named():
    with pytest.raises(MissingExtraError, match="no_such_model"):
        list(Extractor(model="no_such_model").extract([make_report(TEXT)]))


def test_unknown_pack_is_refused():
    assert languages() == ("en",)
    with pytest.raises(InputError, match="tlh"):
        load_pack("tlh")


def test_confidence_lies_between_zero_and_one_and_knows_its_features(extractor):
    ((claim,),) = [e.claims for e in extractor.extract([make_report(TEXT)])]
    assert 0 < claim.confidence < 1
    assert len(features_of(claim)) == len(FEATURES)


def test_importing_the_stage_loads_no_parser():
    code = "import sys, tenure.claims; sys.exit('spacy' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
