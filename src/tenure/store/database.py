"""One DuckDB file a study. A build writes a file of its own and renames it over the last good one at its end.

    tenure.duckdb           the last finished build; readers open it read-only and keep their inode while a build goes on
    tenure.duckdb.partial   a build in progress or killed

A build starts from an empty file into which only what is worth keeping is carried: the extractions of a killed build, else
of the last finished one. What is damaged there costs the time to make it again and nothing else; the reviewers' decisions
are a file of the study and are never in danger.

A row carries `known_from` (publication of its evidence), `run_id` and `method`. A run's id is the hash of its inputs
and methods, never the clock: the same inputs give the same rows.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
from typing import TYPE_CHECKING, Self

from tenure.errors import NotBuiltError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb
    import pyarrow as pa

__all__ = ["CARRIED", "DATABASE", "SCHEMA_VERSION", "BuildStore", "ReadStore", "content_digest"]

log = logging.getLogger(__name__)

DATABASE = "tenure.duckdb"
SCHEMA_VERSION = 2
CARRIED = ("extractions", "extracted")
"""Tables that a build takes over from the one before; all others it writes anew."""
_PARTIAL = f"{DATABASE}.partial"
_IN_USE = ("could not set lock on file", "conflicting lock is held", "with a different configuration than existing")
"""What the driver says of a file that another process, or this one, has open: everything else that fails is damage."""


_REFUSED = ("permission denied", "no space left", "read-only file system", "is a directory")


class _InUseError(StoreError):
    """The file is sound, and somebody has it open."""


def _connect(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    import duckdb

    try:
        return duckdb.connect(str(path), read_only=read_only, config={"threads": 2, "preserve_insertion_order": "true"})
    except duckdb.Error as error:
        text = str(error).lower()
        if any(words in text for words in _IN_USE):
            raise _InUseError("the study's database is in use by another build", value=path, remedy="wait for it") from error
        if any(words in text for words in _REFUSED):
            raise StoreError(
                "the study's database cannot be opened", value=path, remedy="see its rights and the disk"
            ) from error
        raise _damaged(path) from error


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
        raise StoreError("not a database of a study", value=path, remedy=_BUILD_AGAIN)
    rows = connection.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchall()
    found = rows[0][0] if rows else "none"
    if found != str(SCHEMA_VERSION):
        raise StoreError("the database has another schema version", value=found, remedy=_BUILD_AGAIN)


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


class ReadStore(_Tables):
    """The last finished build, read-only."""

    @classmethod
    def open(cls, folder: Path) -> ReadStore:
        """Open the study's finished build; NotBuiltError when there is none."""
        path = folder / DATABASE
        if not path.is_file():
            raise NotBuiltError("the study is not built", value=folder, remedy=f"run `tenure build {folder}` first")
        return _opened(path)


class BuildStore(_Tables):
    """A build in progress; nothing of it is seen by readers before `finish`."""

    @classmethod
    def open(cls, folder: Path) -> BuildStore:
        """Start a build with the extractions of a killed one, else of the last finished one, else with nothing.

        Raises StoreError when another build is going on, or when the disk refuses.
        """
        partial = folder / _PARTIAL
        carried = _carried(folder)
        fresh = folder / f"{_PARTIAL}.new"
        _remove(fresh)
        with cls(fresh, _prepared(fresh)) as store:
            for name, table in carried.items():
                store.put(name, table)
            store.seal()
        _remove(partial)
        fresh.replace(partial)
        return cls(partial, _prepared(partial))

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
            raise _unwritten(self.path) from error
        finally:
            self._connection.unregister("incoming")

    def drop(self, name: str) -> None:
        """Forget a table; one that is not there is no error."""
        self._connection.execute(f'DROP TABLE IF EXISTS "{_checked(name)}"').fetchall()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Make everything inside one step: all of it is kept or none."""
        import duckdb

        self._connection.execute("BEGIN").fetchall()
        try:
            yield
        except BaseException:
            with contextlib.suppress(duckdb.Error):  # what went wrong inside is told, not that it cannot be undone
                self._connection.execute("ROLLBACK").fetchall()
            raise
        try:
            self._connection.execute("COMMIT").fetchall()
        except duckdb.Error as error:
            raise _unwritten(self.path) from error

    def seal(self) -> None:
        """Close the build with all of it on the disk; StoreError when the disk refuses."""
        import duckdb

        try:
            self._connection.execute("CHECKPOINT").fetchall()
            self._connection.close()
        except duckdb.Error as error:
            raise _unwritten(self.path) from error

    def finish(self) -> None:
        """Close the build and put it in the place of the last finished one in one rename."""
        self.seal()
        self.path.replace(self.path.with_name(DATABASE))


def _remove(path: Path) -> None:
    for name in (path.name, path.name + ".wal"):
        path.with_name(name).unlink(missing_ok=True)


def _carried(folder: Path) -> dict[str, pa.Table]:
    """Return the tables that a build takes over, from the first of the killed and the finished build that can be read."""
    import duckdb

    for name in (_PARTIAL, DATABASE):
        path = folder / name
        if not path.is_file():
            continue
        try:
            with _opened(path) as store:
                return {table: store.table(table) for table in CARRIED if store.has(table)}
        except _InUseError:
            raise
        except (StoreError, duckdb.Error) as error:
            what = error.what if isinstance(error, StoreError) else _damaged(path).what
            log.warning("%s: %s; nothing is taken over from it, the build makes it anew", what, path)
    return {}


def _opened(path: Path) -> ReadStore:
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
    return ReadStore(path, connection)


def _prepared(path: Path) -> duckdb.DuckDBPyConnection:
    import duckdb

    try:
        connection = _connect(path, read_only=False)
    except _InUseError:
        raise
    except StoreError as error:
        raise _unwritten(path) from error
    try:
        connection.execute("SET TimeZone = 'UTC'").fetchall()
        if not _has_table(connection, "meta"):
            connection.execute("CREATE TABLE meta (key VARCHAR PRIMARY KEY, value VARCHAR)").fetchall()
            connection.execute("INSERT INTO meta VALUES ('schema_version', ?)", [str(SCHEMA_VERSION)]).fetchall()
    except duckdb.Error as error:
        connection.close()
        raise _unwritten(path) from error
    return connection


_BUILD_AGAIN = "run `tenure build`: it is made anew, decisions are kept"


def _damaged(path: Path) -> StoreError:
    return StoreError("the study's database is damaged", value=path, remedy=_BUILD_AGAIN)


def _unwritten(path: Path) -> StoreError:
    return StoreError("the study's database cannot be written", value=path, remedy="make room on the disk and build again")


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
