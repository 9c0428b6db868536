"""The study's database: atomic builds, versions, readers."""

from __future__ import annotations

import pyarrow as pa
import pytest

from tenure.errors import NotBuiltError, StoreError
from tenure.store import CARRIED, DATABASE, BuildStore, ReadStore, content_digest


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
    store.append("extracted", table(7))
    store.close()
    with BuildStore.open(tmp_path) as again:
        assert again.table("extracted")["a"].to_pylist() == [7]
        assert not again.has("t")  # every build makes the others anew


def finished(folder, rows=50_000):
    with BuildStore.open(folder) as store:
        store.put("extractions", table(1, 2, 3))
        store.put("extracted", pa.table({"a": list(range(rows))}))
        for n in range(6):
            store.put(f"t{n}", pa.table({"a": list(range(n * 100_000, n * 100_000 + rows))}))
        store.finish()


def test_a_damaged_partial_build_is_discarded_and_the_last_good_state_kept(tmp_path, caplog):
    finished(tmp_path)
    (tmp_path / f"{DATABASE}.partial").write_bytes(b"not a database at all" * 1000)
    with BuildStore.open(tmp_path) as store:
        assert store.table("extractions")["a"].to_pylist() == [1, 2, 3]
    assert "the study's database is damaged" in caplog.text
    assert "tenure.duckdb.partial; nothing is taken over" in caplog.text


def damaged(whole: bytes, kind: str, at: float) -> bytes:
    """Return a file cut off, with a block of noise or of zeros, or with one bit turned."""
    place = int(at * (len(whole) - 4096))
    if kind == "cut":
        return whole[:place]
    if kind == "bit":
        return whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
    filling = bytes(4096) if kind == "zeros" else bytes((i * 37 + 11) % 256 for i in range(4096))
    return whole[:place] + filling + whole[place + 4096 :]


def read_all(folder) -> str:
    """Read every table: nothing, or the error's words."""
    try:
        with ReadStore.open(folder) as reader:
            for name in reader.names():
                reader.table(name)
    except StoreError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("kind", ["cut", "noise", "zeros", "bit"])
@pytest.mark.parametrize("at", [0.0, 0.001, 0.01, 0.2, 0.5, 0.8, 0.999])
def test_a_damaged_build_is_told_from_one_in_use_and_is_built_over(tmp_path, kind, at):
    finished(tmp_path)
    (tmp_path / DATABASE).write_bytes(damaged((tmp_path / DATABASE).read_bytes(), kind, at))
    assert "run `tenure build`" in (told := read_all(tmp_path)) or not told
    assert "in use" not in told
    with BuildStore.open(tmp_path) as store:
        assert {name: store.table(name).num_rows for name in CARRIED if store.has(name)} in (
            {},
            {"extractions": 3, "extracted": 50_000},
        )
        store.put("t", table(2))
        store.finish()
    with ReadStore.open(tmp_path) as store:
        assert store.table("t")["a"].to_pylist() == [2]


def test_damage_beside_what_is_carried_costs_nothing(tmp_path):
    finished(tmp_path)
    whole = (tmp_path / DATABASE).read_bytes()
    with ReadStore.open(tmp_path) as store:
        before = store.table("extracted")
    carried = 0
    for at in range(3 * 4096, len(whole), 256 * 1024):
        (tmp_path / DATABASE).write_bytes(whole[:at] + bytes(64) + whole[at + 64 :])
        with BuildStore.open(tmp_path) as store:
            carried += store.has("extracted") and store.table("extracted").equals(before)
        (tmp_path / f"{DATABASE}.partial").unlink()
    assert carried > 1


def test_a_build_of_this_process_is_in_use_and_not_damaged(tmp_path):
    build(tmp_path, 1)
    with BuildStore.open(tmp_path), pytest.raises(StoreError, match="in use by another build"):
        BuildStore.open(tmp_path)


def test_a_folder_that_may_not_be_written_is_no_damage(tmp_path):
    (tmp_path / f"{DATABASE}.partial.new").mkdir()
    with pytest.raises((StoreError, OSError)) as told:
        BuildStore.open(tmp_path)
    assert "damaged" not in str(told.value)


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
    with pytest.raises(StoreError, match=r"schema version: 99; run `tenure build`"):
        ReadStore.open(tmp_path)


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / DATABASE).write_bytes(b"spreadsheet" * 5000)
    with pytest.raises(StoreError, match="database is damaged"):
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
