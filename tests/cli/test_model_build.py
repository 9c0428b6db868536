"""`tenure build --llm-url`: a model's claims feed a build as the rules' do, and languages that are not read are counted."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from tenure.claims import Extractor
from tenure.cli import app
from tenure.pipeline import init_study
from tenure.pipeline import study as loading
from tenure.store import ReadStore

QUOTE = "Government forces captured the village of Tavesh on Wednesday"
FRENCH = "---\npublished_at: 2014-04-10\n---\nLes forces du gouvernement ont pris le village de Tavesh.\n"
ARABIC = (
    "---\npublished_at: 2014-04-11\n---\nاستعادت قوات الحكومة السيطرة على بلدة تافيش بعد معارك عنيفة مع المعارضة المسلحة\n"  # noqa: RUF001 - Arabic is meant
)


def answer(request: bytes) -> dict[str, object]:
    """Return one claim where the report holds the quote, none elsewhere, and no answer at all to the report of Rovik."""
    report = json.loads(request)["messages"][1]["content"]
    if "Kestrel Ford" in report:
        return {"choices": [{"message": {"content": None}}]}
    claim = {
        "quote": QUOTE, "event": "gain", "actor": ["Government forces"], "target": ["Council fighters"],
        "places": [{"name": "Tavesh", "role": "at"}], "start": "2014-03-12", "end": "2014-03-12",
        "speaker": "Selk Valley Monitor", "stance": "asserted", "quantities": [],
    }  # fmt: skip
    joined = re.sub(r"\s+", " ", report)
    claims = [claim, claim] if QUOTE in report or QUOTE in joined else []
    return {"choices": [{"message": {"content": json.dumps({"claims": claims})}}]}


@pytest.fixture
def server(chat_server):
    asked: list[bytes] = []

    def reply(_path, _headers, body):
        asked.append(body)
        return 200, answer(body)

    with chat_server(reply) as url:
        yield f"{url}/v1", asked


@pytest.fixture
def study(tmp_path, monkeypatch):
    compiled = loading._gazetteer
    monkeypatch.setattr(loading, "_gazetteer", lambda *a, **o: compiled(*a, **{**o, "world": False}))
    folder = tmp_path / "study"
    init_study(folder)
    settings = (folder / "study.toml").read_text(encoding="utf-8")
    (folder / "study.toml").write_text(re.sub(r"(?m)^languages = .*$", 'languages = ["en"]', settings), encoding="utf-8")
    (folder / "reports" / "french.md").write_text(FRENCH, encoding="utf-8")
    (folder / "reports" / "arabic.md").write_text(ARABIC, encoding="utf-8")
    return folder


def test_a_model_feeds_a_build_with_the_same_records(server, study, caplog):
    url, asked = server
    result = CliRunner().invoke(app, ["build", str(study), "--llm-url", url, "--llm-model", "m"], catch_exceptions=False)
    assert result.exit_code == 0
    with ReadStore.open(study) as store:
        claims, evidence, reports, runs = (store.table(n).to_pylist() for n in ("claims", "evidence", "reports", "runs"))
    (claim,) = claims
    assert (claim["actor_ids"], claim["target_ids"], claim["quote"]) == (["gov"], ["council"], QUOTE)
    assert claim["speaker_id"]
    assert claim["method"].startswith("llm-")
    assert runs[0]["method_claims"] == claim["method"]
    assert {e["claim_id"] for e in evidence} == {claim["claim_id"]}
    statuses = {r["report_id"]: r["extraction"] for r in reports}
    assert sorted(statuses.values()) == ["extracted"] * 4 + ["not_in_languages"] * 2 + ["unreadable_answer"]
    assert "ar 1, fr 1" in caplog.text
    assert len(asked) == 5
    assert not any("gouvernement" in body.decode() for body in asked)


def test_the_rules_find_the_same_claim_under_the_same_id(study):
    from tenure.claims import LlmExtractor
    from tenure.config import parse_study
    from tenure.model import Report
    from tenure.store import read_study_files

    lists = parse_study(read_study_files(study))
    text = f"{QUOTE}, the Selk Valley Monitor said."
    report = Report("tavesh-taken", text, datetime(2014, 3, 12, tzinfo=UTC), "day", language="en")
    engine = LlmExtractor(
        post=lambda body: json.dumps(answer(body)).encode(), model="m", actors=lists.actors, sources=lists.sources
    )
    (by_model,) = next(iter(engine.extract([report]))).claims
    (by_rules,) = next(iter(Extractor(actors=lists.actors, sources=lists.sources).extract([report]))).claims
    assert by_model.claim_id == by_rules.claim_id
    assert (by_model.actor_ids, by_model.speaker_id) == (by_rules.actor_ids, by_rules.speaker_id)
    assert by_model.method != by_rules.method
