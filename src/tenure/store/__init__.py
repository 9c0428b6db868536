"""The only disk: the study folder's files and its one DuckDB file."""

from tenure.store.cache import AnswerFolder, cache_folder, map_cached, write_cached
from tenure.store.database import CARRIED, DATABASE, SCHEMA_VERSION, BuildStore, ReadStore, content_digest
from tenure.store.files import (
    append_file,
    read_document,
    read_documents,
    read_study_files,
    shipped_study,
    write_file,
    write_new_folder,
)
from tenure.store.made import check_made_folders, finish_build

__all__ = [
    "CARRIED",
    "DATABASE",
    "SCHEMA_VERSION",
    "AnswerFolder",
    "BuildStore",
    "ReadStore",
    "append_file",
    "cache_folder",
    "check_made_folders",
    "content_digest",
    "finish_build",
    "map_cached",
    "read_document",
    "read_documents",
    "read_study_files",
    "shipped_study",
    "write_cached",
    "write_file",
    "write_new_folder",
]
