"""What a site's robots.txt allows (RFC 9309): groups by product token, the longest matching rule, `*` and `$` in paths."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["ALLOW_ALL", "DENY_ALL", "MAX_BYTES", "Robots", "parse_robots"]

MAX_BYTES = 512 * 1024
"""RFC 9309 section 2.5 asks for at least 500 KiB; what stands behind it is not read."""


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of the group that speaks to us: (allowed, path pattern), and the delay that it asks for in seconds."""

    rules: tuple[tuple[bool, str], ...] = ()
    delay_seconds: float = 0.0

    def allows(self, path: str) -> bool:
        """Return whether a path (with its query) may be fetched: the longest matching pattern decides, allow wins a tie.

        >>> Robots(((False, "/a"), (True, "/a/b"))).allows("/a/b/c")
        True
        """
        path = _normal(path or "/")
        best = max(
            ((len(pattern), allowed) for allowed, pattern in self.rules if _matches(pattern, path)), default=(0, True)
        )
        return best[1]


ALLOW_ALL = Robots()
DENY_ALL = Robots(((False, "/"),))


def _normal(path: str) -> str:
    """Return the path with its percent-encoded octets in one form, so that %7e and ~ are the same."""
    from urllib.parse import quote, unquote

    return quote(unquote(path), safe="/*$?=&~:@!'(),;+%")


def _matches(pattern: str, path: str) -> bool:
    """Return whether a pattern matches the start of a path; linear in both, so no pattern can stall us."""
    anchored = pattern.endswith("$")
    parts = pattern.removesuffix("$").split("*")
    if not path.startswith(parts[0]):
        return False
    at = len(parts[0])
    for part in parts[1:]:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    if not anchored or at == len(path):
        return True
    return len(parts) > 1 and path.endswith(parts[-1]) and len(path) - len(parts[-1]) >= at - len(parts[-1])


def _seconds(value: str) -> float:
    return float(value) if re.fullmatch(r"\d{1,4}(?:\.\d+)?", value) else 0.0


def parse_robots(text: str, product: str) -> Robots:
    r"""Return the rules for a product token: of all groups that name it, else of the groups for `*`; none allows everything.

    >>> parse_robots("User-agent: *\nDisallow: /private", "tenure").allows("/private/x")
    False
    """
    groups: dict[str, list[tuple[str, str]]] = {}
    agents: list[str] = []
    in_rules = False
    for line in text.lstrip("\ufeff").splitlines():
        key, _, value = (part.strip() for part in line.partition("#")[0].partition(":"))
        key = key.lower()
        if key == "user-agent":
            agents = [] if in_rules else agents
            in_rules = False
            agents.append(value.lower())
            groups.setdefault(value.lower(), [])
        elif key in {"allow", "disallow", "crawl-delay"}:
            in_rules = True
            for agent in agents:
                groups[agent].append((key, value))
    mine = groups.get(product.lower(), groups.get("*", []))
    rules = tuple((key == "allow", _normal(value)) for key, value in mine if key != "crawl-delay" and value)
    return Robots(rules, max((_seconds(value) for key, value in mine if key == "crawl-delay"), default=0.0))
