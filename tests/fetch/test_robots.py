"""robots.txt is read as RFC 9309 says."""

from __future__ import annotations

import pytest

from tenure.fetch.robots import parse_robots


@pytest.mark.parametrize(
    ("pattern", "path", "allowed"),
    [
        ("/", "/a", False),
        ("", "/a", True),
        ("/fish", "/fish.html", False),
        ("/fish", "/Fish", True),
        ("/fish*", "/fishheads/x", False),
        ("/*.php", "/folder/index.php?x=1", False),
        ("/*.php$", "/index.php", False),
        ("/*.php$", "/index.php?x=1", True),
        ("/*.php$", "/a.php/b.php", False),
        ("/a$", "/a", False),
        ("/a$", "/ab", True),
        ("/fish*.php", "/fishheads/catfish.php", False),
        ("/~joe", "/%7Ejoe/x", False),
        ("/%D0%B0", "/а", False),  # noqa: RUF001 - a Cyrillic path
        ("/a?b", "/a?b=1", False),
    ],
)
def test_pattern_matches_the_start_of_the_path(pattern: str, path: str, allowed: bool) -> None:  # noqa: FBT001 - a table's column
    assert parse_robots(f"User-agent: *\nDisallow: {pattern}", "tenure").allows(path) is allowed


def test_longest_match_decides_and_allow_wins_a_tie() -> None:
    rules = parse_robots("User-agent: *\nDisallow: /a\nAllow: /a/b\nDisallow: /a/b/c\nAllow: /x\nDisallow: /x", "tenure")
    assert [rules.allows(p) for p in ("/a", "/a/b", "/a/b/c", "/x", "/other")] == [False, True, False, True, True]


def test_own_group_is_read_instead_of_the_general_one() -> None:
    text = "User-Agent: other\nUser-agent: Tenure # us\nAllow: /\nCrawl-delay: 3\n\nUser-agent: *\nDisallow: /\n"
    rules = parse_robots("\ufeff" + text, "tenure")
    assert rules.allows("/a")
    assert rules.delay_seconds == 3.0
    assert not parse_robots(text, "somebody").allows("/a")


def test_groups_of_one_agent_are_joined() -> None:
    text = "User-agent: tenure\nDisallow: /a\nUser-agent: x\nDisallow: /\nUser-agent: tenure\nDisallow: /b"
    rules = parse_robots(text, "tenure")
    assert [rules.allows(p) for p in ("/a", "/b", "/c")] == [False, False, True]


def test_rubbish_allows_everything() -> None:
    assert parse_robots("<html>no robots here</html>", "tenure").allows("/a")
    assert parse_robots("Disallow: /", "tenure").allows("/a")


def test_a_pattern_that_would_take_a_backtracking_search_for_ever_is_answered() -> None:
    rules = parse_robots("User-agent: *\nDisallow: " + "*a" * 2000 + "$", "tenure")
    assert rules.allows("/" + "a" * 1999)
