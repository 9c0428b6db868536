"""One DuckDB file a study. A build works on a copy and renames it over the last good file at its end.

    tenure.duckdb           the last finished build; readers open it read-only and keep their inode while a build goes on
    tenure.duckdb.partial   a build in progress or killed; its finished extractions are taken up by the next build

A row carries `known_from` (publication of its evidence), `run_id` and `method`. A run's id is the hash of its inputs
and methods, never the clock: the same inputs give the same rows.
"""

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING, Any, Self

from tenure.errors import NotBuiltError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import duckdb
    import pyarrow as pa

__all__ = ["DATABASE", "SCHEMA_VERSION", "BuildStore", "ReadStore", "content_digest"]

DATABASE = "tenure.duckdb"
SCHEMA_VERSION = 2


def _connect(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    import duckdb

    try:
        return duckdb.connect(str(path), read_only=read_only, config={"threads": 2, "preserve_insertion_order": "true"})
    except duckdb.Error as error:
        text = str(error)
        if "lock" in text.lower():
            raise StoreError("the study's database is in use by another build", value=path, remedy="wait for it") from error
        raise StoreError("the study's database cannot be opened", value=path, remedy="delete it and build again") from error


def _checked(identifier: str) -> str:
    """Return a table or column name that is safe inside a statement; anything else raises StoreError."""
    if not identifier.isidentifier():
        raise StoreError("not a name of a table or column", value=identifier, remedy="use letters, digits and underscores")
    return identifier


def _has_table(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    rows = connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = ?", [name]).fetchall()
    return bool(rows)


def _check_version(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    if not _has_table(connection, "meta"):
        raise StoreError("not a database of a study", value=path, remedy="delete it and build again")
    rows = connection.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchall()
    found = rows[0][0] if rows else "none"
    if found != str(SCHEMA_VERSION):
        raise StoreError("the database has another schema version", value=found, remedy="delete it and build again")


class _Tables:
    """Reading of tables, the same for a finished build and one in progress."""

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self.path, self._connection = path, connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; closing twice does nothing."""
        self._connection.close()

    def names(self) -> tuple[str, ...]:
        """Return the names of the tables, sorted."""
        rows = self._connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY table_name").fetchall()
        return tuple(r[0] for r in rows)

    def has(self, name: str) -> bool:
        """Return whether the table is there."""
        return _has_table(self._connection, name)

    def table(self, name: str) -> pa.Table:
        """Return a whole table in the order in which it was written; an unknown name raises StoreError."""
        if not self.has(name):
            raise StoreError("the database has no such table", value=name, remedy="build the study again")
        import duckdb

        try:
            return self._connection.table(name).to_arrow_table()
        except duckdb.Error as error:
            raise _damaged(self.path) from error

    def select(self, sql: str, parameters: Iterable[Any] = ()) -> pa.Table:
        """Return the answer of a query over the tables; values go in as parameters, never into the text."""
        return self._connection.execute(sql, list(parameters)).to_arrow_table()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a connection of its own over the same file, for another thread."""
        return self._connection.cursor()


class ReadStore(_Tables):
    """The last finished build, read-only."""

    @classmethod
    def open(cls, folder: Path) -> ReadStore:
        """Open the study's finished build; NotBuiltError when there is none."""
        path = folder / DATABASE
        if not path.is_file():
            raise NotBuiltError("the study is not built", value=folder, remedy=f"run `tenure build {folder}` first")
        import duckdb

        connection = _connect(path, read_only=True)
        try:
            _check_version(connection, path)
        except StoreError:
            connection.close()
            raise
        except duckdb.Error as error:
            connection.close()
            raise _damaged(path) from error
        return cls(path, connection)


class BuildStore(_Tables):
    """A build in progress; nothing of it is seen by readers before `finish`."""

    @classmethod
    def open(cls, folder: Path) -> BuildStore:
        """Take up a killed build, else start from the last finished one, else from nothing.

        A damaged or outdated partial file is discarded: it holds only what can be made again.
        """
        partial = folder / f"{DATABASE}.partial"
        if not partial.exists():
            cls._start(folder, partial)
        connection = _connect_partial(folder, partial)
        return cls(partial, connection)

    @staticmethod
    def _start(folder: Path, partial: Path) -> None:
        import shutil

        finished = folder / DATABASE
        if finished.exists():
            copy = folder / f"{DATABASE}.copy"
            shutil.copyfile(finished, copy)
            copy.replace(partial)

    def put(self, name: str, table: pa.Table) -> None:
        """Write a table whole, replacing what stood under its name."""
        self._execute_with(table, f'CREATE OR REPLACE TABLE "{_checked(name)}" AS SELECT * FROM incoming')  # noqa: S608 - checked

    def append(self, name: str, table: pa.Table) -> None:
        """Append rows, making the table at first use; a batch is written whole or not at all."""
        if not self.has(name):
            self.put(name, table)
            return
        self._execute_with(table, f'INSERT INTO "{_checked(name)}" BY NAME SELECT * FROM incoming')  # noqa: S608 - checked

    def _execute_with(self, incoming: pa.Table, sql: str) -> None:
        import duckdb

        self._connection.register("incoming", incoming)
        try:
            self._connection.execute(sql).fetchall()
        except (duckdb.IOException, duckdb.FatalException, duckdb.InternalException) as error:
            what = "the study's database cannot be written, or is damaged"
            raise StoreError(what, value=self.path, remedy=f"make room, or delete {DATABASE}.partial") from error
        finally:
            self._connection.unregister("incoming")

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Make everything inside one step: all of it is kept or none."""
        self._connection.execute("BEGIN").fetchall()
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK").fetchall()
            raise
        self._connection.execute("COMMIT").fetchall()

    def finish(self) -> None:
        """Close the build and put it in the place of the last finished one in one rename."""
        self._connection.execute("CHECKPOINT").fetchall()
        self._connection.close()
        self.path.replace(self.path.with_name(DATABASE))


def _connect_partial(folder: Path, partial: Path) -> duckdb.DuckDBPyConnection:
    try:
        return _prepared(_connect(partial, read_only=False), partial)
    except StoreError as error:
        if "in use" in str(error):
            raise
    for leftover in (partial, partial.with_name(partial.name + ".wal")):
        leftover.unlink(missing_ok=True)
    finished = folder / DATABASE
    if finished.exists():
        with contextlib.suppress(StoreError), ReadStore.open(folder):
            BuildStore._start(folder, partial)  # noqa: SLF001 - the same module's own step
    return _prepared(_connect(partial, read_only=False), partial)


def _prepared(connection: duckdb.DuckDBPyConnection, path: Path) -> duckdb.DuckDBPyConnection:
    import duckdb

    try:
        connection.execute("SET TimeZone = 'UTC'").fetchall()
        if not _has_table(connection, "meta"):
            connection.execute("CREATE TABLE meta (key VARCHAR PRIMARY KEY, value VARCHAR)").fetchall()
            connection.execute("INSERT INTO meta VALUES ('schema_version', ?)", [str(SCHEMA_VERSION)]).fetchall()
        _check_version(connection, path)
    except duckdb.Error as error:
        connection.close()
        raise _damaged(path) from error
    except BaseException:
        connection.close()
        raise
    return connection


def _damaged(path: Path) -> StoreError:
    remedy = f"delete {DATABASE} and {DATABASE}.partial, and build again"
    return StoreError("the study's database is damaged", value=path, remedy=remedy)


def content_digest(folder: Path) -> str:
    """Return the SHA-256 over all rows of the finished build, table by table in order.

    DuckDB writes a random identifier into every file, so two equal builds differ in those bytes and in nothing else;
    this digest is what "the same" means for the database.
    """
    digest = hashlib.sha256()
    with ReadStore.open(folder) as store:
        for name in store.names():
            table = store.table(name)
            digest.update(name.encode())
            digest.update(str(table.schema).encode())
            for row in table.to_pylist():
                digest.update(repr(sorted(row.items())).encode())
    return digest.hexdigest()
