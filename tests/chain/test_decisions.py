"""Reviewers' decisions: what they change, what they keep, and what they cannot."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.model import (
    Change,
    Claim,
    ClaimPlace,
    Decision,
    Event,
    Placement,
    PlacementStatus,
    PlaceRole,
    ReviewAction,
    Stance,
    UnresolvedReason,
)
from tenure.pipeline.decisions import REJECTED, apply_decisions, trace_of

PUBLISHED = datetime(2018, 2, 9, 12, tzinfo=UTC)
AT = datetime(2018, 3, 1, tzinfo=UTC)


def claim(claim_id="c1", *, quote="The army took Saraqib", event=Event.GAIN):
    return Claim(
        claim_id=claim_id,
        report_id="r1",
        quote=quote,
        start_char=0,
        end_char=len(quote),
        event=event,
        stance=Stance.ASSERTED,
        actors=("army",),
        targets=(),
        actor_ids=("gov",),
        target_ids=(),
        places=(ClaimPlace("Saraqib", PlaceRole.AT, 14, 21),),
        start=date(2018, 2, 8),
        end=date(2018, 2, 9),
        speaker=None,
        speaker_id=None,
        quantities=(),
        confidence=0.4,
        method="claims 1",
        known_from=PUBLISHED,
    )


def placement(claim_id="c1", name="Saraqib"):
    return Placement(
        report_id="r1",
        name=name,
        start_char=14,
        end_char=21,
        status=PlacementStatus.RESOLVED,
        reason=None,
        place_id="p1",
        lon=36.8,
        lat=35.9,
        geo_precision=1,
        where_prec=1,
        p=0.7,
        radius_km=2.0,
        claim_id=claim_id,
        role=PlaceRole.AT,
        method="places 1",
        known_from=PUBLISHED,
    )


def decision(number, action, claim_id="c1", place=None, **changes):
    made = tuple(Change(k, v if isinstance(v, tuple) else (v,)) for k, v in changes.items())
    return Decision(number, ReviewAction(action), claim_id, place, made, "R. Eader", AT, "because")


def pin(given, place_id):
    return replace(given, place_id=place_id, p=1.0) if place_id in {"p1", "p2"} else None


def apply(*decisions, claims=None, placements=None):
    return apply_decisions(
        [claim()] if claims is None else claims, [placement()] if placements is None else placements, decisions, pin=pin
    )


def outcomes(reviewed):
    return [v.outcome for v in reviewed.verdicts]


def test_without_decisions_nothing_changes():
    reviewed = apply()
    assert (reviewed.claims, reviewed.placements) == ((claim(),), (placement(),))
    assert reviewed.excluded == reviewed.verdicts == ()


def test_a_rejected_claim_leaves_with_its_placements_and_is_listed():
    reviewed = apply(decision(1, "reject"), claims=[claim(), claim("c2")], placements=[placement(), placement("c2")])
    assert [c.claim_id for c in reviewed.claims] == ["c2"]
    assert [p.claim_id for p in reviewed.placements] == ["c2"]
    assert [(e.claim_id, e.reason, e.detail) for e in reviewed.excluded] == [("c1", REJECTED, "R. Eader: because")]


def test_the_original_of_a_rejected_claim_is_kept_with_its_knowledge_time():
    (verdict,) = apply(decision(1, "reject")).verdicts
    assert json.loads(verdict.before)["quote"] == claim().quote
    assert verdict.after == ""
    assert verdict.known_from == PUBLISHED


def test_a_corrected_claim_says_so_and_is_certain():
    (after,) = apply(decision(1, "correct", event="loss", actor_ids=("opp", "hts"), end="2018-02-10", speaker_id=())).claims
    assert (after.event, after.actor_ids, after.speaker_id) == (Event.LOSS, ("opp", "hts"), None)
    assert (after.start, after.end) == (date(2018, 2, 8), date(2018, 2, 11)), "the last day is inclusive in the file"
    assert (after.confidence, after.method) == (1.0, "claims 1+review")
    assert after.known_from == PUBLISHED, "a better reading is no later knowledge"


def test_an_accepted_claim_is_certain_and_otherwise_as_it_was():
    assert apply(decision(1, "accept")).claims == (replace(claim(), confidence=1.0),)


def test_corrections_add_up_and_the_last_of_a_field_holds():
    reviewed = apply(
        decision(1, "correct", event="loss"),
        decision(2, "correct", stance="denied"),
        decision(3, "correct", event="clash"),
    )
    assert (reviewed.claims[0].event, reviewed.claims[0].stance) == (Event.CLASH, Stance.DENIED)
    assert outcomes(reviewed) == ["superseded", "applied", "applied"]


def test_the_last_verdict_wins():
    reviewed = apply(decision(1, "reject"), decision(2, "accept"))
    assert [c.claim_id for c in reviewed.claims] == ["c1"]
    assert outcomes(reviewed) == ["superseded", "applied"]
    assert apply(decision(1, "correct", event="loss"), decision(2, "reject")).claims == ()


def test_withdrawing_takes_back_and_keeps_the_record():
    reviewed = apply(decision(1, "reject"), decision(2, "withdraw"))
    assert reviewed.claims == (claim(),)
    assert outcomes(reviewed) == ["withdrawn", "applied"]


def test_a_placement_is_put_elsewhere():
    (after,) = apply(decision(1, "correct", place="saraqib", place_id="p2", role="near")).placements
    assert (after.place_id, after.p, after.role, after.method) == ("p2", 1.0, PlaceRole.NEAR, "places 1+review")


def test_a_corrected_role_reaches_the_claim():
    (after,) = apply(decision(1, "correct", place="Saraqib", role="near")).claims
    assert [p.role for p in after.places] == [PlaceRole.NEAR]


def test_a_rejected_placement_is_unresolved_and_still_counted():
    (after,) = apply(decision(1, "reject", place="Saraqib")).placements
    assert (after.status, after.reason, after.place_id, after.p) == (
        PlacementStatus.UNRESOLVED,
        UnresolvedReason.REJECTED,
        None,
        0.0,
    )


def test_an_accepted_placement_is_certain():
    (after,) = apply(decision(1, "accept", place="Saraqib")).placements
    assert (after.p, [(c.place_id, c.p) for c in after.candidates]) == (1.0, [("p1", 1.0)])


@pytest.mark.parametrize(
    ("decided", "outcome"),
    [
        (decision(1, "reject", "gone"), "unknown_claim"),
        (decision(1, "reject", place="Idlib"), "unknown_placement"),
        (decision(1, "correct", place="Saraqib", place_id="p9"), "unknown_place"),
        (decision(1, "correct", start="2018-02-20"), "bad_interval"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_a_decision_that_fits_nothing_changes_nothing_and_is_listed(decided, outcome):
    reviewed = apply(decided)
    assert (reviewed.claims, reviewed.placements) == ((claim(),), (placement(),))
    assert outcomes(reviewed) == [outcome]


def test_a_renamed_claim_is_found_again_by_what_it_said():
    decided = replace(decision(1, "reject"), trace=trace_of(claim()))
    renamed = claim("other", quote="The army took Saraqib on Friday")
    assert apply(decided, claims=[renamed]).claims == ()
    assert outcomes(apply(decided, claims=[claim("other", event=Event.LOSS)])) == ["unknown_claim"]
    assert outcomes(apply(decided, claims=[renamed, claim("twin")])) == ["unknown_claim"], "two are like it"


@given(
    st.lists(st.tuples(st.sampled_from(["c1", "c2", "c3"]), st.sampled_from(["accept", "reject", "withdraw"])), max_size=8)
)
def test_nothing_is_lost_and_the_order_of_the_rows_is_irrelevant(steps):
    decisions = [decision(n, action, claim_id) for n, (claim_id, action) in enumerate(steps, 1)]
    claims = [claim("c1"), claim("c2"), claim("c3")]
    placements = [placement(c.claim_id) for c in claims]
    reviewed = apply(*decisions, claims=claims, placements=placements)
    kept, out = {c.claim_id for c in reviewed.claims}, {e.claim_id for e in reviewed.excluded}
    assert kept | out == {"c1", "c2", "c3"}
    assert not kept & out
    assert {p.claim_id for p in reviewed.placements} == kept
    assert len(reviewed.verdicts) == len(steps)
    shuffled = list(decisions)
    Random(1).shuffle(shuffled)  # noqa: S311 - an order, no secret
    assert apply(*shuffled, claims=claims, placements=placements) == reviewed
