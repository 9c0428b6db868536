"""Text that is no report: no crash, no claim invented, time linear in length."""

# ruff: noqa: RUF001 - the patterns and tests mean typographic quotes and dashes

from __future__ import annotations

import itertools
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tenure.claims.text.segments import split_sentences
from tenure.model import Report


def make_report(text: str, published: str = "2020-06-19", report_id: str = "r1", language: str = "en") -> Report:
    return Report(report_id, text, datetime.fromisoformat(published).replace(tzinfo=UTC), "day", language=language)


NAMES = " ".join(f"Adan Velik, Mira Toral, Joss Karvat{k}," for k in range(200))
TABLE = "\n".join(f"Karvat\t{k}\tDolmin\t{k * 2}\t3.{k}" for k in range(200))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n\n \t ",
        "....!!!???",
        "\U0001f600\U0001f4a5 \U0001f680\U0001f680",
        NAMES,
        TABLE,
        "PRICES FELL IN KARVAT ON 31 FEBRUARY AND NOBODY CARED ABOUT IT AT ALL",
        "Цены упали. 价格下跌了。 الأسعار انخفضت. Prices fell.",
        '"The weather was never so good, he said, and went on',
        "<script>alert('army captured')</script>" * 3,
        "a" * 5000,
        "( [ { \" ' “ ‘ « " * 50,
        "\x00\x01\x02 army \ufffd",
    ],
)
def test_no_claim_is_invented(text, extractor):
    (out,) = extractor.extract([make_report(text)])
    assert out.claims == ()


def test_impossible_date_leaves_the_claim_dated_by_publication(claims_of):
    (claim,) = claims_of("Rebels captured Karvat on 31 February.")
    assert claim.start.isoformat() == "2020-06-19"


def test_quotation_never_closed_ends_with_its_paragraph(claims_of):
    claims = claims_of('"Rebels captured Karvat, the commander said.\n\nThe army captured Dolmin.')
    assert claims[-1].speaker is None


def test_long_lines_are_cut():
    sentences = split_sentences("word " * 5000)
    assert all(s.end - s.start <= 1200 for s in sentences)
    assert sum(s.end - s.start for s in sentences) > 24000


def test_sentences_do_not_overlap_and_keep_order():
    text = 'One fell. "Two held," Gen. Velik said. At 5 p.m. U.S. troops left.\n\nHeading\nThree.'
    sentences = split_sentences(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(sentences))
    assert [text[s.start : s.end] for s in sentences if s.heading] == ["Heading"]


def test_clauses_joined_at_random_end_in_claims_and_in_nothing_else(extractor):
    lines = Path(__file__).with_name("constructions.txt").read_text(encoding="utf-8").splitlines()
    clauses = [line.split(" => ")[0].rstrip(".") for line in lines if " => " in line]
    glue = [" and their ", ", which ", " of its ", "; ", " who said they ", " and his men, whose ", " that it "]
    draw = random.Random(7)  # noqa: S311 - texts, not secrets
    texts = [draw.choice(glue).join(draw.sample(clauses, 3)) + "." for _ in range(150)]
    texts.append("The last convoy of rebels and their families left Karvat.")
    for text, out in zip(texts, extractor.extract(make_report(t) for t in texts), strict=True):
        assert all(c.quote in text for c in out.claims)


@pytest.mark.slow
def test_megabyte_in_one_paragraph_is_read(extractor):
    (out,) = extractor.extract([make_report("Prices rose and nobody knew why it was so in Karvat " * 20000)])
    assert out.claims == ()
