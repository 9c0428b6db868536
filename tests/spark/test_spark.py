"""The stages over a real local Spark give what one machine gives, byte for byte."""

from __future__ import annotations

import importlib.util
import json
import shutil

import pytest
from typer.testing import CliRunner

from tenure.cli import app
from tenure.errors import InputError
from tenure.spark import extract_frame, extract_with_spark, locate_frame, open_session

TEXTS = (
    "On 3 March 2031, the army captured the town of Wad Rawah from the rebels, a local council said.",
    "Rebels denied on Tuesday that the army had entered Sinja. Clashes went on in Sinja and in Singa market.",
    "Residents of Khartoum said that fighters withdrew from Omdurman towards Shendi.",
)


def rows(count):
    for i in range(count):
        yield {"id": f"r{i}", "text": TEXTS[i % 3], "published_at": "2031-03-04", "publisher": f"Outlet {i % 5}"}


@pytest.fixture
def reports(tmp_path):
    lines = [json.dumps(row) for row in rows(60)]
    lines[7:7] = [
        "",
        "{broken",
        json.dumps({"id": "x", "text": "No date."}),
        '{"id": "é", "text": "Ünïcode ✓", "published_at": "2031-03-04"}',
    ]
    file = tmp_path / "reports.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def needs_spark():
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("the extra spark is not installed")
    if shutil.which("java") is None:
        pytest.skip("Java is not installed")


@pytest.fixture
def session():
    needs_spark()
    with open_session("local[2]") as opened:
        yield opened


def plain(command, file):
    return CliRunner().invoke(app, [command, str(file)], catch_exceptions=False).stdout_bytes


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::FutureWarning:pyspark.*")  # of pandas 3, which these frames never become
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # sockets that Spark's gateway leaves open
def test_extracting_on_spark_gives_the_same_bytes(reports):
    needs_spark()
    spark = CliRunner().invoke(app, ["extract", str(reports), "--spark", "local[2]"], catch_exceptions=False)
    assert spark.exit_code == 0
    assert spark.stdout_bytes == plain("extract", reports)
    assert spark.stdout_bytes.count(b"\n") == 63


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::FutureWarning:pyspark.*")  # of pandas 3, which these frames never become
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # sockets that Spark's gateway leaves open
def test_frames_answer_every_report_once(session, reports):
    given = list(enumerate(reports.read_text("utf-8").splitlines()))
    frame = session.createDataFrame(given, "position bigint, line string").repartition(3)
    claims = [row["answer"] for row in extract_frame(frame).orderBy("position").collect()]
    assert "\n".join(claims).encode() + b"\n" == plain("extract", reports)
    mentions = [json.loads(row["answer"]) for row in locate_frame(frame, partitions=3).orderBy("position").collect()]
    alone = [json.loads(line) for line in plain("locate", reports).splitlines()]
    assert [row["id"] for row in mentions] == [row["id"] for row in alone]
    assert [[m["name"] for m in row["mentions"]] for row in mentions] == [[m["name"] for m in r["mentions"]] for r in alone]
    assert extract_frame(frame.limit(0)).count() == 0


def test_without_spark_or_a_file_one_line_says_so(monkeypatch, tmp_path):
    with pytest.raises(InputError, match="file not found"):
        list(extract_with_spark(tmp_path / "none.jsonl", master="local[1]"))
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    with pytest.raises(InputError, match="file is empty"):
        list(extract_with_spark(empty, master="local[1]"))
    monkeypatch.setattr("tenure.spark.import_module", lambda name: (_ for _ in ()).throw(ImportError(name)))
    with pytest.raises(InputError, match=r"pip install 'tenure\[spark\]'"):
        open_session("local[1]")
