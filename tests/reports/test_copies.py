"""Copies of one story are one witness; follow-ups, round-ups and daily bulletins are not copies."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.model import Report
from tenure.reports import mark_copies
from tenure.reports.copies import _CONTAINED, _SHARE_OF_LONGER, _SHORT_WORDS, _WINDOW_DAYS, _is_exact_copy
from tenure.reports.edits import is_follow_up
from tenure.reports.shingles import ALL_KEPT, SHINGLE_WORDS, WINDOW, Sketcher

if TYPE_CHECKING:
    from collections.abc import Callable

    Make = Callable[..., Report]

STORY = (
    "Government forces captured the air base and nine villages around it on Saturday, a monitor said. The army entered the "
    "base from the south after heavy strikes, and the last fighters withdrew north before dawn. Rebels said that the "
    "clashes went on inside the base. Some 200 families had fled to the camps along the border since the start of the week, "
    "according to aid workers."
)
OTHER = (
    "Opposition fighters retook four towns east of the railway in a week, their joint operations room said. The towns "
    "had been lost in December. Residents reported that the roads to the market were open again, and aircraft were heard."
)
MORE = (
    "The border crossing stayed closed for a second day. Traders who waited at the gate said that prices had doubled in the "
    "market since the beginning of the month. The council asked for talks with the administration, which did not answer."
)


def copies(*reports: Report) -> dict[str, str | None]:
    marked = mark_copies(reports)
    assert [m.report_id for m in marked] == [r.report_id for r in reports]
    for m in marked:
        assert m.story_id == (m.copy_of or m.report_id)
    return {m.report_id: m.copy_of for m in marked}


def test_no_reports_give_none() -> None:
    assert mark_copies([]) == ()


def test_earliest_report_is_the_original(report: Make) -> None:
    assert copies(report("late", STORY, 3), report("early", STORY, 1), report("mid", STORY, 2)) == {
        "late": "early",
        "early": None,
        "mid": "early",
    }


def test_smallest_id_is_the_original_of_one_moment(report: Make) -> None:
    assert copies(report("b", STORY), report("a", STORY)) == {"b": "a", "a": None}


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.upper(),
        lambda t: t.replace(", ", " – ").replace(".", " ."),  # noqa: RUF001 - a dash that outlets use
        lambda t: "BEIRUT, Jan 20 (Wire) - " + t,
        lambda t: t + " Reporting by Jane Roe; editing by A. Person.",
        lambda t: t.replace("a monitor said", "the war monitor said").replace("Some 200", "About 200"),
        lambda t: t.rsplit(". ", 1)[0] + ".",
        lambda t: t.replace("on Saturday", "on Saturday, 20 January 2018, at 16:16"),
    ],
)
def test_edited_copy_is_a_copy(report: Make, change: Callable[[str], str]) -> None:
    assert copies(report("a", STORY), report("b", change(STORY), 2, "daily"))["b"] == "a"


def test_wire_story_inside_a_longer_article_is_a_copy(report: Make) -> None:
    assert copies(report("a", STORY), report("b", f"{MORE}\n\n{STORY}", 2))["b"] == "a"
    assert copies(report("a", f"{MORE}\n\n{STORY}"), report("b", STORY, 2))["b"] == "a"


def test_round_up_of_many_stories_is_no_copy_of_one(report: Make) -> None:
    paragraphs = [" ".join(f"word{n}x{i}" for i in range(60)) for n in range(4)]
    assert copies(report("a", STORY), report("b", "\n\n".join([*paragraphs, STORY]), 2))["b"] is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("nine villages", "15 villages"),
        ("nine villages", "fifteen villages"),
        ("Some 200 families", "Some 1,200 families"),
        ("forces captured", "forces have not captured"),
        ("Rebels said that the clashes went on", "Rebels denied that the clashes went on"),
    ],
)
def test_follow_up_with_new_facts_is_no_copy(report: Make, old: str, new: str) -> None:
    changed = STORY.replace(old, new)
    assert changed != STORY
    assert is_follow_up(changed, STORY)
    assert is_follow_up(STORY, changed)
    assert copies(report("a", STORY), report("b", changed, 2), report("c", changed, 3)) == {"a": None, "b": None, "c": "b"}


@pytest.mark.parametrize(
    ("text", "original"),
    [
        ("The army took 3,035 km2 by 20 January.", "The army took 3035 km2 by 19 January."),
        ("At 16:26 the army took it.", "At 09:10 the army took it."),
        ("It took nine villages on 2018-01-20.", "It took nine villages on 2018-01-19."),
        ("It took nine villages. It did not take the base.", "It took nine villages."),
    ],
)
def test_dates_separators_and_whole_sentences_are_no_new_facts(text: str, original: str) -> None:
    filler = " The fighting around the village went on through the night and into the morning, residents said by telephone."
    assert not is_follow_up(text + filler, original + filler) or "did not take" in text


def test_story_told_again_after_the_window_is_no_near_copy(report: Make) -> None:
    edited = STORY.replace("a monitor said", "the monitor said")
    assert copies(report("a", STORY, 1), report("b", edited, 11))["b"] == "a"
    assert copies(report("a", STORY, 1), report("b", edited, 12))["b"] is None
    assert copies(report("a", STORY, 1), report("b", STORY, 30))["b"] == "a"


def test_short_bulletin_repeated_by_its_outlet_is_news_each_day(report: Make) -> None:
    text = "Shelling was heard in the town."
    assert copies(report("a", text, 1), report("b", text, 2))["b"] is None
    assert copies(report("a", text, 1), report("b", text, 1))["b"] == "a"
    assert copies(report("a", text, 1), report("b", text, 2, "daily"))["b"] == "a"


def test_different_stories_are_not_tied_together(report: Make) -> None:
    assert set(copies(report("a", STORY), report("b", OTHER), report("c", MORE), report("d", "")).values()) == {None}


def test_chain_of_small_changes_does_not_tie_its_ends(report: Make) -> None:
    words = [f"w{n}" for n in range(120)]
    chain = []
    for step in range(12):
        changed = [f"x{step}y{n}" if n < 10 * step else w for n, w in enumerate(words)]
        chain.append(report(f"r{step:02d}", " ".join(changed)))
    marked = copies(*chain)
    assert marked["r01"] == "r00"
    assert marked["r11"] != "r00"
    assert all(marked[original] is None for original in marked.values() if original)


def test_template_of_a_daily_bulletin_does_not_hide_the_copies_of_today() -> None:
    def bulletin(day: int, name: str, publisher: str) -> Report:
        text = (
            f"Daily summary of the monitoring mission: {100 + day} violations of the ceasefire were recorded in the zone, "
            f"compared with {99 + day} in the previous reporting period. The mission's freedom of movement remained "
            f"restricted at checkpoints. The places were town{day}a town{day}b town{day}c town{day}d town{day}e."
        )
        return Report(
            f"{name}{day:03d}",
            text,
            datetime(2018, 1, 1 + day // 24, day % 24, tzinfo=UTC),
            "time",
            publisher=publisher,
        )

    days = range(200)
    marked = copies(*(bulletin(d, "a", "mission") for d in days), *(bulletin(d, "b", "daily") for d in days))
    assert [marked[f"b{d:03d}"] for d in days] == [f"a{d:03d}" for d in days]
    assert not any(marked[f"a{d:03d}"] for d in days)


def _brute_force(reports: list[Report]) -> dict[str, str | None]:
    """Return what rules 1 to 5 say when every report is compared with every original before it."""
    sketcher = Sketcher()
    sketches = {r.report_id: sketcher.sketch(r.text) for r in reports}
    originals: list[Report] = []
    out: dict[str, str | None] = {}
    for report in sorted(reports, key=lambda r: (r.published_at, r.report_id)):
        mine = sketches[report.report_id]
        scores = []
        for at, original in enumerate(originals):
            theirs = sketches[original.report_id]
            if mine.digest == theirs.digest and _is_exact_copy(report, original, mine):
                scores.append((-2.0, at))
                continue
            a, b = set(mine.shingles.tolist()), set(theirs.shingles.tolist())
            if (
                mine.words < _SHORT_WORDS
                or not a
                or not b
                or report.published_at - original.published_at > timedelta(days=_WINDOW_DAYS)
            ):
                continue
            shared = len(a & b)
            enough = shared >= _CONTAINED * min(len(a), len(b)) and shared >= _SHARE_OF_LONGER * max(len(a), len(b))
            if enough and not is_follow_up(report.text, original.text):
                scores.append((-shared / min(len(a), len(b)), at))
        out[report.report_id] = originals[min(scores)[1]].report_id if scores else None
        if not scores:
            originals.append(report)
    return out


def _invented(seed: int, count: int) -> list[Report]:
    """Return stories with edited, embedded, renumbered and unrelated versions, at random."""
    rng = random.Random(seed)  # noqa: S311 - invented texts
    words = [f"w{n}" for n in range(400)]
    stories: list[list[str]] = []
    out: list[Report] = []
    for n in range(count):
        if stories and rng.random() < 0.6:
            text = list(rng.choice(stories))
            for _ in range(rng.choice([0, 1, 2, 6, 15])):
                text[rng.randrange(len(text))] = rng.choice([*words, "7", "nine", "not"])
            if rng.random() < 0.3:
                text = rng.choices(words, k=rng.randrange(20, 200)) + text
        else:
            text = rng.choices([*words, "5"], k=rng.choice([4, 11, 14, 60, 150]))
            stories.append(text)
        when = datetime(2018, 1, 1, tzinfo=UTC) + timedelta(hours=rng.randrange(24 * 20))
        out.append(Report(f"r{n:03d}", " ".join(text), when, "time", publisher=rng.choice("ab")))
    return out


@pytest.mark.parametrize("seed", range(4))
def test_index_finds_what_comparing_all_pairs_finds(seed: int) -> None:
    reports = _invented(seed, 100)
    assert copies(*reports) == _brute_force(reports)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_order_of_the_input_does_not_matter(seed: int, rng: random.Random) -> None:
    reports = _invented(seed, 30)
    shuffled = list(reports)
    rng.shuffle(shuffled)
    assert copies(*shuffled) == copies(*reports)
    marked = mark_copies(reports)
    assert mark_copies(marked) == marked


@given(st.lists(st.sampled_from([f"w{n}" for n in range(40)]), min_size=SHINGLE_WORDS + WINDOW - 1, max_size=60), st.data())
def test_shared_run_of_twelve_words_leaves_a_common_fingerprint(words: list[str], choose: st.DataObject) -> None:
    run = SHINGLE_WORDS + WINDOW - 1
    start = choose.draw(st.integers(0, len(words) - run))
    sketcher = Sketcher()
    filler = [f"x{n}" for n in range(ALL_KEPT)]
    inside = sketcher.sketch(" ".join([*filler, *words[start : start + run], "right"]))
    assert set(sketcher.sketch(" ".join([*words, *reversed(filler)])).fingerprints) & set(inside.fingerprints)
