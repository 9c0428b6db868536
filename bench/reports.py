"""Reading against hostile and large input: how time grows with size, and copies among 50,000 reports.

    python bench/reports.py [reports]

Growth is the time of eight times the size over that of the size: 8 is linear, 64 quadratic. Marking copies is put beside a
plain pass that folds and splits the same texts, in the same run.
"""

from __future__ import annotations

import random
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tenure.fetch.robots import parse_robots
from tenure.model import Report
from tenure.reports import mark_copies
from tenure.reports.cleaning import clean_text

if TYPE_CHECKING:
    from collections.abc import Callable

PIECES = ("<script ", "<script>", "<!--", "<b ", "&lt;", "<svg></svg>")
SMALL, TIMES = 100_000, 8
WORDS = [f"w{n}" for n in range(400)]


def seconds(call: Callable[..., object], *arguments: object) -> float:
    start = time.perf_counter()
    call(*arguments)
    return time.perf_counter() - start


def invented(count: int, rng: random.Random) -> list[Report]:
    """Return reports of which six in ten are another's text with up to fifteen words changed."""
    stories: list[list[str]] = []
    out = []
    for n in range(count):
        if stories and rng.random() < 0.6:
            text = list(rng.choice(stories[-200:]))
            for _ in range(rng.choice([0, 1, 2, 6, 15])):
                text[rng.randrange(len(text))] = rng.choice(WORDS)
        else:
            text = rng.choices(WORDS, k=rng.choice([11, 14, 60, 150]))
            stories.append(text)
        when = datetime(2018, 1, 1, tzinfo=UTC) + timedelta(hours=rng.randrange(24 * 400))
        out.append(Report(f"r{n:06d}", " ".join(text * 2), when, "time"))
    return out


def main() -> None:
    for piece in PIECES:
        small, large = (seconds(clean_text, piece * (size // len(piece))) for size in (SMALL, SMALL * TIMES))
        print(f"cleaning {piece!r:14} {large * 1e3:8.1f} ms   growth {large / small:5.1f} (linear {TIMES})")
    rules = [parse_robots("User-agent: *\nDisallow: " + "*a" * size + "$", "tenure") for size in (500, 500 * TIMES)]
    small, large = (seconds(r.allows, "/" + "a" * 1999) for r in rules)
    print(f"robots.txt pattern    {large * 1e3:8.1f} ms   growth {large / small:5.1f} (linear {TIMES})")
    reports = invented(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000, random.Random(1))  # noqa: S311 - invented texts
    plain = seconds(lambda: [r.text.casefold().split() for r in reports])
    ours = seconds(mark_copies, reports)
    print(f"copies   {len(reports)} reports {ours:.1f} s, {ours / plain:.0f} times a plain pass ({plain:.2f} s); bar 60 s")


if __name__ == "__main__":
    main()
