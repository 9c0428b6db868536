"""Stages over the partitions of a Spark cluster, for corpora that one laptop would read for days (extra `spark`).

The functions are those of `tenure extract` and `tenure locate`. A report is extracted by itself, so its answer is the same
line, byte for byte, wherever it was made. The reports of one outlet are located together, because an outlet's own area is
learned from them; what is learned from all reports is learned from a partition's. Fusing, measuring and publishing stay on
one machine: a study's claims fit in its memory.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from tenure.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["extract_frame", "extract_with_spark", "locate_frame", "open_session"]

ANSWER = "position bigint, answer string"
"""Columns of an answer: the row's position as given, and the JSON line that the command line would print for it."""


def open_session(master: str) -> SparkSession:
    """Return a session on a master such as ``local[2]`` or ``spark://host:7077``.

    Errors: InputError when the extra is not installed, or when Spark cannot start there (no Java, no such master).
    """
    try:
        sql = import_module("pyspark.sql")
        errors = import_module("pyspark.errors")
    except ImportError as error:
        raise InputError(
            "Spark is not installed", value=master, remedy="pip install 'tenure[spark]', and Java 17"
        ) from error
    try:
        session: SparkSession = (
            sql.SparkSession.builder.master(master)
            .appName("tenure")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.execution.arrow.maxRecordsPerBatch", "64")
            .getOrCreate()
        )
    except (errors.PySparkException, OSError) as error:
        reason = str(error).splitlines()[0][:200]
        raise InputError("Spark does not start", value=master, remedy=f"is Java 17 installed? It says: {reason}") from error
    return session


def extract_frame(reports: DataFrame, *, study: Path | None = None, name: str = "reports.jsonl") -> DataFrame:
    """Return the claims of every report, one answer a row.

    `reports` has `position` (bigint, unique) and `line` (string): a report as JSON with id, text, published_at and, if it
    is known, publisher, country, url, title, language. `study` is a folder that the driver can read; it lends its actors and
    sources. The answer (columns of ANSWER) is the line of `tenure extract`: {"id", "claims"}, or {"id", "quarantined"} with
    the reason; ``parse_json("answer")`` opens it. `name` is what refusals call the file that the lines came from. Rows come
    in no order. An empty frame gives an empty one.
    """
    from tenure.pipeline import load_study

    lent = load_study(study) if study else None

    def answer(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        from tenure.commands.report_lines import claims_of_lines
        from tenure.pipeline.study import make_extractor

        extractor = make_extractor(lent)
        for batch in batches:
            yield _answered(batch, lambda rows: claims_of_lines(rows, extractor, name))

    return reports.select("position", "line").mapInArrow(answer, ANSWER)


def locate_frame(reports: DataFrame, *, study: Path | None = None, partitions: int | None = None) -> DataFrame:
    """Return the mentions of every report, one answer a row; columns and errors as in `extract_frame`.

    Reports of one publisher are brought to one partition (`partitions` in all; by default the session's shuffle partitions).
    """
    from tenure.pipeline import load_study
    from tenure.pipeline.study import make_gazetteer

    lent = load_study(study) if study else None
    make_gazetteer(lent)  # compiled once, before every worker would

    def answer(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        from tenure.commands.report_lines import mentions_of_lines
        from tenure.pipeline.study import make_locator

        held = pa.Table.from_batches(list(batches), schema=pa.schema([("position", pa.int64()), ("line", pa.string())]))
        locator = make_locator(lent)
        for batch in held.sort_by("position").combine_chunks().to_batches():
            yield _answered(batch, lambda rows: mentions_of_lines(rows, locator))

    sql = import_module("pyspark.sql.functions")
    keyed = reports.select("position", "line", sql.get_json_object("line", "$.publisher").alias("publisher"))
    spread = keyed.repartition(partitions, "publisher") if partitions else keyed.repartition("publisher")
    return spread.select("position", "line").mapInArrow(answer, ANSWER)


def _answered(batch: pa.RecordBatch, answer: Callable[[list[tuple[int, bytes]]], Iterator[bytes]]) -> pa.RecordBatch:
    """Return the answers of a batch beside their positions; a line that is blank gets none."""
    import pyarrow as pa

    positions = batch.column("position").to_pylist()
    lines = [(text or "").encode("utf-8", "surrogatepass") for text in batch.column("line").to_pylist()]
    given = [(position, line) for position, line in zip(positions, lines, strict=True) if line.strip()]
    answers = [line.rstrip(b"\n").decode() for line in answer([(position + 1, line) for position, line in given])]
    return pa.record_batch(
        {"position": pa.array([p for p, _ in given], pa.int64()), "answer": pa.array(answers, pa.string())}
    )


def extract_with_spark(file: Path, *, master: str, study: Path | None = None) -> Iterator[bytes]:
    """Yield the lines of `tenure extract` for a file of reports, in the file's order, made by the workers of `master`.

    Errors: InputError for a missing or empty file, and those of `open_session`.
    """
    from tenure.commands.report_lines import check_lines_file

    check_lines_file(file)
    session = open_session(master)
    try:
        numbered = session.sparkContext.textFile(file.resolve().as_uri(), use_unicode=True).zipWithIndex()
        frame = numbered.map(_numbered).toDF("position bigint, line string")
        for row in extract_frame(frame, study=study, name=file.name).orderBy("position").toLocalIterator():
            yield row["answer"].encode() + b"\n"
    finally:
        session.stop()


def _numbered(pair: tuple[str, int]) -> tuple[int, str]:
    return pair[1], pair[0]
