"""Whatever bytes a study's files hold, the answer is a Study or a StudyError of one line."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.config import parse_study, study_file_names, study_template
from tenure.errors import StudyError

TEMPLATE = {n: c for n, c in study_template("fuzz").items() if "/" not in n and n != "README.md"}
TOKENS = [b"", b'"', b"'", b"[[", b"]]", b"[", b"{", b"}", b"\n", b"\r", b"\0", b"\xff", b",", b";", b"\t", b"|", b"=", b":"]
TOKENS += [
    b"null",
    b"true",
    b"1e999",
    b"-1",
    b"0000-00-00",
    b"nan",
    b"99999999999999999999",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xed\xa0\x80",
]
TOKENS += [b"Polygon", b"Point", b"contested", b"gov", b"area", b"../x", b"id", b"\\ud800", b"\\u0000", b"[[]]"]


def check(files):
    message = ""
    try:
        parse_study(files)
    except StudyError as error:
        message = str(error)
    assert "\n" not in message
    with contextlib.suppress(StudyError):
        study_file_names(files["study.toml"])


@st.composite
def mutated(draw):
    name = draw(st.sampled_from(sorted(TEMPLATE)))
    content = TEMPLATE[name]
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(content)))
        length = draw(st.sampled_from([0, 0, 1, 2, 8, 64, 1000]))
        content = content[:start] + draw(st.sampled_from(TOKENS) | st.binary(max_size=6)) + content[start + length :]
    return {**TEMPLATE, name: content}


@settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
def test_mutated_study_is_a_study_or_a_complaint(files):
    check(files)


@pytest.mark.slow
@settings(max_examples=1500, deadline=None, derandomize=False, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
def test_many_mutated_studies_are_studies_or_complaints(files):
    check(files)


@pytest.mark.parametrize("name", sorted(TEMPLATE))
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 100,
        b"[" * 5000,
        b'{"a":' * 5000,
        b"x = " + b"[" * 5000,
        b"\xff\xfe\x00",
        b"\xed\xa0\x80",
        b'"',
        b"a" * 300_000,
        b"\n" * 1000,
    ],
)
def test_garbage_in_place_of_a_file_is_a_complaint(name, content):
    check({**TEMPLATE, name: content})
