"""The study's database: atomic builds, versions, readers."""

from __future__ import annotations

import pyarrow as pa
import pytest

from tenure.errors import NotBuiltError, StoreError
from tenure.store import DATABASE, BuildStore, ReadStore, content_digest


def table(*values: int) -> pa.Table:
    return pa.table({"a": pa.array(values, pa.int64())})


def build(folder, *values: int) -> None:
    with BuildStore.open(folder) as store:
        store.put("t", table(*values))
        store.finish()


def test_a_study_without_build_says_what_to_do(tmp_path):
    with pytest.raises(NotBuiltError, match="tenure build"):
        ReadStore.open(tmp_path)


def test_readers_see_the_last_finished_build_until_the_next_is_finished(tmp_path):
    build(tmp_path, 1)
    with BuildStore.open(tmp_path) as store:
        store.put("t", table(2))
        with ReadStore.open(tmp_path) as reader:
            assert reader.table("t")["a"].to_pylist() == [1]
            store.finish()
            assert reader.table("t")["a"].to_pylist() == [1]
    with ReadStore.open(tmp_path) as reader:
        assert reader.table("t")["a"].to_pylist() == [2]


def test_a_killed_build_is_taken_up_where_it_stopped(tmp_path):
    build(tmp_path, 1)
    store = BuildStore.open(tmp_path)
    store.append("cache", table(7))
    store.close()
    with BuildStore.open(tmp_path) as again:
        assert again.table("cache")["a"].to_pylist() == [7]
        assert again.table("t")["a"].to_pylist() == [1]


def test_a_damaged_partial_build_is_discarded_and_the_last_good_state_kept(tmp_path):
    build(tmp_path, 1)
    (tmp_path / f"{DATABASE}.partial").write_bytes(b"not a database at all" * 1000)
    with BuildStore.open(tmp_path) as store:
        assert store.table("t")["a"].to_pylist() == [1]


@pytest.mark.parametrize("share", [0.001, 0.3, 0.6, 0.9])
def test_a_finished_build_that_is_cut_off_is_a_named_error_or_built_over(tmp_path, share):
    with BuildStore.open(tmp_path) as store:
        for n in range(12):
            store.put(f"t{n}", pa.table({"a": list(range(n * 100_000, n * 100_000 + 50_000))}))
        store.finish()
    whole = (tmp_path / DATABASE).read_bytes()
    (tmp_path / DATABASE).write_bytes(whole[: int(share * len(whole))])
    outcome = build_over(tmp_path)
    assert outcome == "built" or "damaged" in outcome


def build_over(folder):
    """Read what is there and build: "built", or the error's words."""
    try:
        with BuildStore.open(folder) as store:
            for name in store.names():
                store.table(name)
            store.put("t", table(2))
            store.finish()
    except StoreError as error:
        return str(error)
    with ReadStore.open(folder) as store:
        return "built" if store.has("t") else "lost"


def test_a_transaction_is_kept_whole_or_not_at_all(tmp_path):
    with BuildStore.open(tmp_path) as store:
        store.put("t", table(1))
        with pytest.raises(ZeroDivisionError), store.transaction():
            store.append("t", table(2))
            _ = 1 / 0
        assert store.table("t")["a"].to_pylist() == [1]
        with store.transaction():
            store.append("t", table(3))
        assert store.table("t")["a"].to_pylist() == [1, 3]


def test_two_builds_at_once_are_refused(tmp_path):
    import subprocess
    import sys

    with BuildStore.open(tmp_path):
        code = (
            "import sys; from pathlib import Path; from tenure.store import BuildStore\n"
            "from tenure.errors import StoreError\n"
            "try:\n    BuildStore.open(Path(sys.argv[1]))\nexcept StoreError as e:\n    print(e)"
        )
        done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert "in use by another build" in done.stdout


def test_another_schema_version_is_refused_with_a_remedy(tmp_path):
    build(tmp_path, 1)
    with BuildStore.open(tmp_path) as store:
        store.put("meta", pa.table({"key": ["schema_version"], "value": ["99"]}))
        store.finish()
    with pytest.raises(StoreError, match=r"schema version: 99; delete"):
        ReadStore.open(tmp_path)


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / DATABASE).write_bytes(b"spreadsheet" * 5000)
    with pytest.raises(StoreError, match="cannot be opened"):
        ReadStore.open(tmp_path)


def test_an_unknown_table_is_named(tmp_path):
    build(tmp_path, 1)
    with ReadStore.open(tmp_path) as reader, pytest.raises(StoreError, match="no such table: x"):
        reader.table("x")


def test_the_digest_is_of_the_rows_and_not_of_the_file(tmp_path):
    one, two, three = tmp_path / "1", tmp_path / "2", tmp_path / "3"
    for folder, value in ((one, 1), (two, 1), (three, 2)):
        folder.mkdir()
        build(folder, value)
    assert content_digest(one) == content_digest(two) != content_digest(three)
