"""The method's name says which rules read a claim: when other claims come out of the same lists, `_CODE` must rise."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from tenure.claims import Extractor, claim_to_json
from tenure.claims.extractor import _CODE
from tenure.claims.packs import load_pack
from tenure.model import Report

GOLDEN = Path(__file__).with_name("golden_version.json")
TEXTS = (
    "The Orlan army captured Karvat and two villages east of Jalta on 3 June after days of clashes with the Dren Front.",
    "Dren Front fighters repelled an attack on Sirin, its spokesman said, adding that the army had lost six men.",
    "Karvat fell to rebels. They advanced towards Jalta the following day.",
    "The army denied that Karvat had fallen. According to activists, it was besieged.",
    "The town of Sirin, under the Dren Front's control since May, was handed over to the army under an agreement.",
    "Rebels withdrew from A'rash, Belo and Kurin in Jalta district, and planned to retake Karvat within a week.",
    "The army controls 70 percent of Jalta province; most of the villages around Karvat are held by the Dren Front.",
    "Shelling killed five civilians in Karvat on Monday, residents said.",
)
KEPT = ("event", "stance", "actor", "target", "places", "start", "end", "speaker", "quantities", "quote")


def readings():
    """Return the lists' digest, the code and the claims of the texts, as the golden file has them."""
    stamp = datetime(2031, 6, 5, tzinfo=UTC)
    reports = [Report(str(n), text, stamp, "day", language="en") for n, text in enumerate(TEXTS)]
    claims = [[claim_to_json(c) for c in e.claims] for e in Extractor().extract(reports)]
    return {
        "lists": load_pack("en").digest,
        "code": _CODE,
        "claims": [[{k: c[k] for k in KEPT} for c in told] for told in claims],
    }


def test_claims_move_only_with_the_lists_or_the_code_in_the_methods_name():
    golden, now = json.loads(GOLDEN.read_text(encoding="utf-8")), json.loads(json.dumps(readings()))
    if now["claims"] != golden["claims"]:
        identity = [now["lists"], now["code"]]
        remedy = "other claims: raise _CODE in claims/extractor.py, then python tests/claims/test_version.py"
        assert identity != [golden["lists"], golden["code"]], remedy
    assert now["claims"] == golden["claims"], "other claims under another name: python tests/claims/test_version.py"


def test_the_golden_file_holds_claims_of_every_text():
    assert all(json.loads(GOLDEN.read_text(encoding="utf-8"))["claims"])


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(readings(), indent=1) + "\n", encoding="utf-8")
