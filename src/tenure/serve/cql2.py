"""CQL2 text to a tree of frozen nodes: a lexer and a recursive-descent parser, with limits that hostile input cannot pass.

    filter     = term { OR term }          term = factor { AND factor }        factor = [NOT] predicate
    predicate  = ( filter ) | TRUE | FALSE | S_x(geom, geom) | T_x(time, time) | operand [comparison]
    comparison = op operand | [NOT] LIKE pattern | [NOT] BETWEEN n AND n | [NOT] IN (operand, ...) | IS [NOT] NULL
    operand    = property | "property" | 'text' | number | DATE('..') | TIMESTAMP('..') | CASEI(operand) | ACCENTI(operand)
    geom       = property | WKT | BBOX(w, s, e, n)           time = property | DATE | TIMESTAMP | INTERVAL(edge, edge)

A text is at most 4,096 characters, 1,000 tokens and 40 levels deep; a geometry at most 2,000 points. The parser knows
nothing of the data: names and types are checked where the tree is evaluated. Values never become part of another language.
Source: OGC 21-065r2, Common Query Language (CQL2), text encoding.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, NoReturn

from tenure.errors import InputError
from tenure.serve.extent import box_shape
from tenure.serve.instant import parse_instant
from tenure.serve.tree import (
    SPATIAL,
    TEMPORAL,
    And,
    Between,
    Comparison,
    Constant,
    Fold,
    Geometry,
    In,
    IsNull,
    Like,
    Literal,
    Not,
    Or,
    Property,
    Spatial,
    Temporal,
    TimeSpan,
)

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from tenure.serve.tree import Node, Operand

__all__ = ["parse_cql2"]

_FAR = 1e9  # beyond every coordinate, in metres too
MAX_CHARACTERS, MAX_TOKENS, MAX_DEPTH, MAX_POINTS = 4096, 1000, 40, 2000

_GEOMETRIES = frozenset(
    ("POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION", "BBOX")
)
_WORDS = frozenset(("AND", "OR", "NOT", "LIKE", "BETWEEN", "IN", "IS", "NULL", "TRUE", "FALSE"))


_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>'(?:''|\\'|[^'])*')
    | (?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))
    | (?P<quoted>"[^"]{1,200}")
    | (?P<name>[^\W\d][\w:.]*)
    | (?P<op><>|<=|>=|[=<>(),])
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int
    end: int

    @property
    def word(self) -> str:
        return self.text.upper() if self.kind == "name" else ""


def _fail(what: str, value: object = None) -> NoReturn:
    raise InputError(f"filter is not CQL2 text: {what}", value=value, remedy="see OGC 21-065 for the syntax")


def _tokens(text: str) -> list[_Token]:
    if len(text) > MAX_CHARACTERS:
        _fail("too long", f"{len(text)} characters")
    out: list[_Token] = []
    at = 0
    stripped = text.rstrip()
    while at < len(stripped):
        match = _TOKEN.match(stripped, at)
        if match is None:
            _fail("unreadable at", stripped[at : at + 20])
        kind = str(match.lastgroup)
        out.append(_Token(kind, match.group(kind), match.start(kind), match.end()))
        at = match.end()
    if not out or len(out) > MAX_TOKENS:
        _fail("empty" if not out else "too many words")
    return out


def _unquote(text: str) -> str:
    return text[1:-1].replace("''", "'").replace("\\'", "'")


class _Parser:
    """One pass over the tokens; each method reads one production and leaves `at` behind it."""

    def __init__(self, text: str) -> None:
        self.text, self.tokens, self.at, self.depth = text, _tokens(text), 0, 0

    @property
    def here(self) -> _Token:
        return (
            self.tokens[self.at] if self.at < len(self.tokens) else _Token("end", "the end", len(self.text), len(self.text))
        )

    def take(self) -> _Token:
        token = self.here
        self.at += 1
        return token

    def accept(self, *words: str) -> bool:
        if self.here.text in words or (self.here.word and self.here.word in words):
            self.at += 1
            return True
        return False

    def expect(self, word: str) -> None:
        if not self.accept(word):
            _fail(f"expected {word}, found", self.here.text)

    def filter(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            _fail("nested too deeply")
        parts = [self.term()]
        while self.accept("OR"):
            parts.append(self.term())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def term(self) -> Node:
        parts = [self.factor()]
        while self.accept("AND"):
            parts.append(self.factor())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def factor(self) -> Node:
        negations = 0
        while self.accept("NOT"):
            negations += 1
        node = self.predicate()
        return Not(node) if negations % 2 else node

    def predicate(self) -> Node:
        if self.accept("("):
            node = self.filter()
            self.expect(")")
            return node
        prefix, _, relation = self.here.word.partition("_")
        if prefix in ("S", "T") and relation and self.at + 1 < len(self.tokens) and self.tokens[self.at + 1].text == "(":
            return self.relation(prefix, relation.lower())
        return self.comparison(self.operand())

    def relation(self, prefix: str, name: str) -> Node:
        if name not in (SPATIAL if prefix == "S" else TEMPORAL):
            _fail("unknown function", self.here.text)
        self.at += 1
        self.expect("(")
        if prefix == "S":
            left = self.geometry()
            self.expect(",")
            right = self.geometry()
            self.expect(")")
            return Spatial(name, left, right)
        first = self.time()
        self.expect(",")
        second = self.time()
        self.expect(")")
        return Temporal(name, first, second)

    def comparison(self, left: Operand) -> Node:
        op = self.here.text
        if self.here.kind == "op" and op in ("=", "<>", "<", "<=", ">", ">="):
            self.at += 1
            return Comparison(op, left, self.operand())
        if self.accept("IS"):
            negated = self.accept("NOT")
            self.expect("NULL")
            return Not(IsNull(left)) if negated else IsNull(left)
        negated = self.accept("NOT")
        node = self.matching(left)
        if node is not None:
            return Not(node) if negated else node
        if (
            negated
            or not isinstance(left, Property | Literal)
            or (isinstance(left, Literal) and not isinstance(left.value, bool))
        ):
            _fail("expected a comparison, found", self.here.text)
        return Constant(left)

    def matching(self, left: Operand) -> Node | None:
        if self.accept("LIKE"):
            return Like(left, self.operand())
        if self.accept("BETWEEN"):
            low = self.operand()
            self.expect("AND")
            return Between(left, low, self.operand())
        if self.accept("IN"):
            self.expect("(")
            values = [self.operand()]
            while self.accept(","):
                values.append(self.operand())
            self.expect(")")
            return In(left, tuple(values))
        return None

    def operand(self) -> Operand:
        token = self.take()
        if token.kind == "text":
            return Literal(_unquote(token.text))
        if token.kind == "number":
            return Literal(float(token.text))
        if token.kind == "quoted":
            return Property(token.text[1:-1])
        if token.kind != "name":
            _fail("expected a value, found", token.text)
        if self.here.text == "(":
            return self.call(token)
        if token.word in ("TRUE", "FALSE"):
            return Literal(token.word == "TRUE")
        if token.word in _WORDS:
            _fail("expected a value, found", token.text)
        return Property(token.text)

    def call(self, token: _Token) -> Operand:
        self.expect("(")
        if token.word in ("CASEI", "ACCENTI"):
            self.depth += 1
            if self.depth > MAX_DEPTH:
                _fail("nested too deeply")
            inner = self.operand()
            self.depth -= 1
            node: Operand = Fold("case" if token.word == "CASEI" else "accent", inner)
        elif token.word in ("DATE", "TIMESTAMP"):
            node = Literal(self.instant())
            if isinstance(node.value, datetime) is not (token.word == "TIMESTAMP"):
                _fail(f"not a {token.word}", str(node.value))
        else:
            _fail("unknown function", token.text)
        self.expect(")")
        return node

    def instant(self) -> date | datetime:
        token = self.take()
        if token.kind != "text":
            _fail("expected a day or time in quotes, found", token.text)
        return parse_instant(_unquote(token.text))

    def time(self) -> Property | Literal | TimeSpan:
        if self.here.word == "INTERVAL":
            self.at += 1
            self.expect("(")
            start = self.edge()
            self.expect(",")
            end = self.edge()
            self.expect(")")
            return TimeSpan(start, end)
        node = self.operand()
        if isinstance(node, Property) or (isinstance(node, Literal) and isinstance(node.value, date)):
            return node
        _fail("expected a day, a time or an interval")

    def edge(self) -> Property | Literal | None:
        if self.here.kind == "text":
            text = _unquote(self.take().text)
            return None if text == ".." else Literal(parse_instant(text))
        node = self.operand()
        if isinstance(node, Property) or (isinstance(node, Literal) and isinstance(node.value, date)):
            return node
        _fail("expected the edge of an interval")

    def geometry(self) -> Property | Geometry:
        token = self.here
        following = self.tokens[self.at + 1].text.upper() if self.at + 1 < len(self.tokens) else ""
        if token.word in _GEOMETRIES and following in ("(", "Z", "EMPTY"):
            return Geometry(_shape(token.word, self.enclosed()))
        node = self.operand()
        if isinstance(node, Property):
            return node
        _fail("expected a geometry, found", token.text)

    def enclosed(self) -> str:
        """Return the text from here to the bracket that closes the first one that opens."""
        start, level, commas = self.here.at, 0, 0
        while True:
            token = self.take()
            if token.kind not in ("name", "number", "op"):
                _fail("unreadable geometry at", token.text)
            if token.kind == "number" and not abs(float(token.text)) < _FAR:
                _fail("a coordinate out of range", token.text)
            commas += token.text == ","
            level += (token.text == "(") - (token.text == ")")
            if commas > MAX_POINTS:
                _fail("a geometry with too many points")
            if level == 0 and token.text == ")":
                return self.text[start : token.end]


def _shape(word: str, text: str) -> BaseGeometry:
    import shapely

    if word == "BBOX":
        try:
            return box_shape([float(part) for part in text[text.index("(") + 1 : -1].split(",")])
        except ValueError:
            raise InputError("filter has a box that is not numbers", value=text, remedy="write BBOX(w,s,e,n)") from None
    try:
        shape = shapely.force_2d(shapely.from_wkt(text))
    except shapely.errors.ShapelyError as error:
        raise InputError("filter has a geometry that is not WKT", value=text, remedy="mend it") from error
    if not shapely.is_valid(shape) or shapely.is_empty(shape):
        raise InputError("filter has an invalid geometry", value=shapely.is_valid_reason(shape), remedy="mend it")
    return shape


def parse_cql2(text: str) -> Node:
    """Return the tree of a filter in CQL2 text; InputError says in one line where it cannot be read.

    >>> parse_cql2("p > 0.9 AND controller = 'gov'").parts[0]
    Comparison(op='>', left=Property(name='p'), right=Literal(value=0.9))
    """
    parser = _Parser(text)
    node = parser.filter()
    if parser.here.kind != "end":
        _fail("unexpected", parser.here.text)
    return node
