"""Noun phrases read as actors.

Rules
 1. An actor is a name that is no place or medium, or a noun of armed people with its modifiers; "the rebels of X and Y"
    are X and Y.
 2. "they", "its fighters", "the group" stand for who acted in the clause before, else in the sentence before.
 3. Those who back an actor on the ground act with it.
"""

# ruff: noqa: RUF001 - the patterns and tests mean typographic quotes and dashes

from __future__ import annotations

from typing import TYPE_CHECKING

from tenure.claims.phrases.discourse import ActorRef
from tenure.claims.phrases.reader import conjuncts, is_place_noun

if TYPE_CHECKING:
    from tenure.claims.phrases.reader import Reader
    from tenure.claims.syntax.parse import Word

__all__ = ["actor_at", "actor_with_backers", "actors", "antecedent", "first_modifier", "is_actor_noun", "officials"]

_SKIP_ADJECTIVES = {"armed", "many", "more", "several", "heavily", "well", "local", "additional"} - {"armed", "local"}


def is_actor_noun(reader: Reader, word: Word) -> bool:
    """Whether a common noun by itself means armed people or their state."""
    return word.name is None and word.lower in reader.pack.lexicon["actor.strong"]


def actors(reader: Reader, word: Word, *, loose: bool = True) -> list[ActorRef]:
    """Return the actors in a phrase, coordinated ones split; `loose` takes a name of unknown kind for one."""
    out: list[ActorRef] = []
    for one in conjuncts(word):
        for ref in actor_with_backers(reader, one, loose=loose):
            if ref not in out:
                out.append(ref)
    return out


def actor_with_backers(reader: Reader, word: Word, *, loose: bool) -> list[ActorRef]:
    """Return the actors at one word with those on the ground that back them: "X, backed by Y", "X with the support of Y"."""
    refs = actor_at(reader, word, loose=loose)
    if not refs or refs[0].anaphor:
        return refs
    out = list(refs)
    for child in word.children:
        if (
            child.dep in {"acl", "amod"}
            and child.lower in {"backed", "supported", "aided", "assisted", "joined"}
            and child.i > word.i
        ):
            helpers = [p for c in child.children if c.lower == "by" for p in c.children if p.dep == "pobj"]
        elif child.dep == "prep" and child.lower in {"with", "alongside", "along", "together"}:
            helpers = _helpers(child)
        else:
            continue
        out.extend(r for h in helpers for r in actors(reader, h, loose=loose) if r.text not in {o.text for o in out})
    return out


def actor_at(reader: Reader, word: Word, *, loose: bool) -> list[ActorRef]:  # noqa: PLR0911 - a table of cases reads best in one piece
    """Return the actors at one word, coordination aside; `loose` takes a name of unknown kind for one."""
    if word.name is not None:
        if word.name.kind in {"actor", "person"} or (loose and word.name.kind == "unknown"):
            return [ActorRef(*reader.slice(word, word), owner=_owner(reader, word))]
        return []
    if word.lower in reader.pack.lexicon["words.pronouns"] or word.tag in {"PRP", "WP", "WDT"}:
        return antecedent(reader, word)
    if word.date or not word.tag.startswith(("NN", "JJ", "DT", "VB")):
        return []
    inner = _of_actors(reader, word)
    if inner:
        return inner
    lexicon = reader.pack.lexicon
    appos = [c for c in word.children if c.dep == "appos" and c.name is not None and c.name.kind in {"actor", "unknown"}]
    if appos and (word.lower in lexicon["actor.weak"] or word.lower in lexicon["actor.anaphors"]):
        return [ActorRef(*reader.slice(appos[0], appos[0]))]
    if word.lower in lexicon["actor.strong"] or word.lower in lexicon["actor.weak"]:
        return _noun_actor(reader, word)
    if (
        word.tag in {"NNP", "NNPS"}
        and word.text[:1].isupper()
        and word.lower not in lexicon["stop.words"]
        and loose
        and not is_place_noun(reader, word)
    ):
        return [ActorRef(*reader.slice(first_modifier(reader, word), word))]
    return []


def _owner(reader: Reader, word: Word) -> str:
    """Return whose unit a named one is: "the 35th Brigade of the Orlan army", "the Orlan army's 35th Brigade", once said."""
    near = [c for c in word.children if c.dep in {"poss", "nmod"}]
    near += [one for p in word.children if p.dep == "prep" and p.lower == "of" for one in p.children if one.dep == "pobj"]
    if word.dep == "pobj" and word.head is not None and word.head.lower == "of":
        near += [c for c in word.head.children if c.dep == "poss"]
    for one in near:
        if one.name is None and one.lower not in reader.pack.lexicon["actor.strong"]:
            continue
        if one.name is not None and one.name.kind != "actor":
            continue
        first = one if one.name is not None else first_modifier(reader, one)
        reader.discourse.owners.setdefault(word.text, reader.slice(first, one)[0])
    return reader.discourse.owners.get(word.text, "")


def _of_actors(reader: Reader, word: Word) -> list[ActorRef]:
    """Read "fighters of A and B", "hundreds of militants": the actors inside."""
    if (
        word.lower not in reader.pack.lexicon["words.partitive"]
        and word.lower not in reader.pack.lexicon["actor.strong"]
        and word.lower not in reader.pack.lexicon["actor.weak"]
    ):
        return []
    out: list[ActorRef] = []
    for prep in word.children:
        if prep.dep == "prep" and prep.lower in {"of", "from"}:
            for one in prep.children:
                if one.dep == "pobj":
                    refs = actors(reader, one, loose=False)
                    out.extend(r for r in refs if prep.lower == "of" or not r.anaphor)
    return out


def _noun_actor(reader: Reader, word: Word) -> list[ActorRef]:  # noqa: PLR0911 - a table of cases reads best in one piece
    lexicon = reader.pack.lexicon
    poss = [c for c in word.children if c.dep == "poss"]
    if poss and poss[0].tag == "PRP$":
        if word.lower in {"allies", "ally", "partners", "supporters", "backers", "proxies"}:
            return [ActorRef(*reader.slice(poss[0], word))]
        found = antecedent(reader, poss[0])
        return found or ([ActorRef(*reader.slice(word, word))] if word.lower in lexicon["actor.strong"] else [])
    first = first_modifier(reader, word)
    if first is word:
        if word.lower in lexicon["actor.weak"] and word.lower not in lexicon["actor.anaphors"]:
            return []
        definite = any(c.dep == "det" and c.lower in {"the", "these", "those", "this"} for c in word.children)
        if word.lower in lexicon["actor.anaphors"] and definite:
            found = _compatible(reader, word, _named_before(reader, word) or _last_actor(reader))
            if found:
                return found
            return [] if word.lower in lexicon["actor.weak"] else [ActorRef(*reader.slice(word, word))]
        if word.lower in lexicon["actor.anaphors"] and word.lower in lexicon["actor.weak"]:
            return []
    loyal = _loyal(word)
    if loyal is not None:
        return [ActorRef(*reader.slice(first, loyal))]
    if (
        first is not word
        and word.lower in lexicon["actor.weak"]
        and not any(_names_actor(reader, w) for w in reader.tree.words[first.i : word.i])
    ):
        return []
    return [ActorRef(*reader.slice(first, word))]


def _loyal(word: Word) -> Word | None:
    """Return the last word of "militants loyal to X"."""
    for child in word.children:
        if child.i > word.i and child.lower in {
            "loyal",
            "allied",
            "affiliated",
            "linked",
            "opposed",
            "aligned",
            "belonging",
        }:
            ends = [w for w in child.subtree() if w.dep == "pobj"]
            if ends:
                return ends[0]
    return None


def _compatible(reader: Reader, word: Word, refs: list[ActorRef]) -> list[ActorRef]:
    """Return whom a description means: "the militants" are no army, but whoever acted before that is none."""
    if word.lower in {"group", "groups", "fighters", "organization", "organisation", "movement", "alliance"}:
        return refs
    if not any(set(r.text.lower().split()) & reader.pack.lexicon["words.state_words"] for r in refs):
        return refs
    for earlier in reversed(reader.discourse.actors):
        if not any(set(r.text.lower().split()) & reader.pack.lexicon["words.state_words"] for r in earlier):
            return [ActorRef(r.text, r.start, r.end, anaphor=True) for r in earlier]
    return []


def _named_before(reader: Reader, word: Word) -> list[ActorRef]:
    """Return the last actor that this sentence names before a description of it."""
    clause = _clause_verb(word)
    named = [
        other
        for other in reversed(reader.tree.words[: word.i])
        if other.name is not None and other.name.kind == "actor" and _clause_verb(other) is not clause
    ]
    state = reader.pack.lexicon["words.state_words"]  # a group is no army where another is named
    named.sort(key=lambda other: bool(set(other.text.lower().split()) & state))
    return [ActorRef(*reader.slice(other, other), anaphor=True) for other in named[:1]]


def _names_actor(reader: Reader, word: Word) -> bool:
    low = word.lower
    return bool(word.name) or word.text in reader.pack.lexicon["actor.demonyms"] or low in reader.pack.lexicon["actor.strong"] or word.tag == "NNP" or low in {  # noqa: E501 - one rule, one line
        "armed", "jihadist", "opposition", "islamist", "insurgent", "separatist", "paramilitary", "security", "special", "extremist", "tribal", "allied", "terrorist", "militant", "elite", "pro-government", "kurdish", "military", "ground", "loyal", "peacekeeping", "border"}  # fmt: skip  # noqa: E501 - one rule, one line


def first_modifier(reader: Reader, word: Word) -> Word:
    """Return the leftmost word of the modifiers that name the actor, contiguous up to its noun."""
    first = word
    for other in reversed(reader.tree.words[max(word.i - 8, 0) : word.i]):
        if (
            other.number
            or other.date
            or (other.dep in {"det", "predet", "nummod", "cc", "punct"} and other.lower not in {"and", "-"})
        ):
            break
        if other.tag == "PRP$" or other.lower in {"the", "a", "an", "some", "many", "several", "more", "of"}:
            break
        joined = (
            other.tag.startswith(("JJ", "NN", "POS", "VBN", "VBG", "HYPH", "AFX"))
            or other.name is not None
            or (other.lower in {"and", "-"} and other.head is not None and _within(other, word))
        )
        if not joined or not _within(other, word):
            break
        if other.name is None and other.lower in _SKIP_ADJECTIVES:
            continue
        first = other
    while first is not word and first.lower in {"and", "-", "'s", "’s"}:
        first = reader.tree.words[first.i + 1]
    return first


def antecedent(reader: Reader, pronoun: Word) -> list[ActorRef]:
    """Return whom a pronoun stands for: the head of its relative clause, else who was named last before it."""
    if pronoun.lower in reader.pack.lexicon["words.relative"] and pronoun.tag in {"WP", "WDT", "WP$"}:
        verb = pronoun.head
        while verb is not None and verb.dep not in {"relcl", "acl"}:
            verb = verb.head if verb.dep in {"conj", "xcomp", "ccomp", "aux", "auxpass", "nsubj"} else None
        if verb is not None and verb.head is not None:
            return actors(reader, verb.head)
        return []
    if pronoun.lower in {"we", "i", "you", "us", "me", "our"} or _expletive(pronoun):
        return []
    if pronoun.i in reader.resolving:
        return []
    reader.resolving.add(pronoun.i)
    try:
        return _earlier_subject(reader, pronoun) or _earlier_object(reader, pronoun) or _last_actor(reader)
    finally:
        reader.resolving.discard(pronoun.i)


def _expletive(pronoun: Word) -> bool:
    """Whether "it" stands for nobody: "it was not expedient to hold them", "it is unclear who holds A"."""
    verb = pronoun.head
    if pronoun.lower != "it" or verb is None or verb.lower not in {"is", "was", "be", "been", "'s"}:
        return False
    said = [c for c in verb.children if c.dep in {"acomp", "attr"} and c.tag.startswith(("JJ", "NN"))]
    return any(v.dep in {"xcomp", "ccomp", "advcl", "csubj"} for c in (*said, verb) for v in c.children) and bool(said)


def _earlier_object(reader: Reader, pronoun: Word) -> list[ActorRef]:
    """Read "residents greeted the soldiers as they arrived": the actor that a clause before acts upon, for a plural."""
    if pronoun.lower not in {"they", "them"}:
        return []
    clause = _clause_verb(pronoun)
    for word in reversed(reader.tree.words[: pronoun.i]):
        if word.dep == "dobj" and word.head is not clause:
            refs = actors(reader, word, loose=False)
            if refs and not refs[0].anaphor:
                return [ActorRef(r.text, r.start, r.end, anaphor=True) for r in refs]
    return []


def _earlier_subject(reader: Reader, pronoun: Word) -> list[ActorRef]:
    """Who acts in the clause before a pronoun in its own sentence, the nearest first; a speaker's own group for "his"."""
    clause = _clause_verb(pronoun)
    for word in reversed(reader.tree.words[: pronoun.i]):
        if word.dep not in {"nsubj", "nsubjpass", "pobj"} or word.tag.startswith(("PRP", "W")):
            continue
        if word.dep == "pobj" and (word.head is None or word.head.dep != "agent"):
            continue
        if word.dep != "pobj" and clause is not None and word.head is clause and pronoun.tag != "PRP$":
            continue
        if pronoun.lower in {"his", "her", "he", "she"} or (
            word.name is not None and word.name.kind in {"person", "unknown"}
        ):
            group = [r for c in word.subtree() if c.dep == "appos" for w in c.subtree() for r in _actor_or_none(reader, w)]
            group = group or [r for c in word.children if c.dep in {"compound", "poss"} for r in _actor_or_none(reader, c)]
            if group:
                return [ActorRef(r.text, r.start, r.end, anaphor=True) for r in group[:1]]
        refs = actors(reader, word) or officials(reader, word) or _voice(reader, word)
        refs = [r for r in refs if not r.anaphor] or refs
        if refs and not (
            pronoun.lower in {"they", "their", "them"} and word.name is not None and word.name.kind == "person"
        ):
            return [ActorRef(r.text, r.start, r.end, anaphor=True) for r in refs]
    return []


def _voice(reader: Reader, word: Word) -> list[ActorRef]:
    """Return a source of the study that is no medium: "the R MoD said it had taken A" speaks of its side."""
    if word.name is None or word.name.kind != "media" or not word.name.known:
        return []
    if set(word.text.split()) & reader.pack.lexicon["person.media"]:
        return []
    return [ActorRef(*reader.slice(word, word))]


def _actor_or_none(reader: Reader, word: Word) -> list[ActorRef]:
    if word.name is not None and word.name.kind == "actor":
        return [ActorRef(*reader.slice(word, word))]
    return []


def officials(reader: Reader, word: Word) -> list[ActorRef]:
    """Read "Iraqi military officials", "A's defence ministry": those who speak for an actor, by its name."""
    if word.name is not None and word.name.kind == "person":
        near = [c for c in word.children if c.i < word.i and c.dep in {"compound", "amod", "nmod"}]
        named = [w for c in near for w in c.subtree() if _names_side(reader, w)]
        return [_side(reader, w) for w in named[:1]]
    if word.name is not None or word.lower not in reader.pack.lexicon["actor.officials"]:
        return []
    first = first_modifier(reader, word)
    if first is word or not any(_names_actor(reader, w) for w in reader.tree.words[first.i : word.i]):
        return []
    return [ActorRef(*reader.slice(first, word))]


def _side(reader: Reader, word: Word) -> ActorRef:
    """Return the demonym of "Russian Defence" Minister X, else the whole word."""
    text, start, end = reader.slice(word, word)
    first = text.split()[0]
    return (
        ActorRef(first, start, start + len(first))
        if first in reader.pack.lexicon["actor.demonyms"]
        else ActorRef(text, start, end)
    )


def _names_side(reader: Reader, word: Word) -> bool:
    return word.text.split()[0] in reader.pack.lexicon["actor.demonyms"] or (
        word.name is not None and word.name.kind in {"actor", "held"} and not word.text.endswith("Minister")
    )


def _last_actor(reader: Reader) -> list[ActorRef]:
    if reader.local_actors:
        return [ActorRef(r.text, r.start, r.end, anaphor=True) for r in reader.local_actors]
    return [ActorRef(r.text, r.start, r.end, anaphor=True) for r in reader.discourse.last_actors()]


def _clause_verb(word: Word) -> Word | None:
    """Return the verb of the clause that a word stands in."""
    other = word.head
    while other is not None and not other.tag.startswith(("VB", "MD")):
        other = other.head
    return other


def _within(word: Word, head: Word) -> bool:
    other: Word | None = word
    for _ in range(5):
        if other is head:
            return True
        if other is None:
            return False
        other = other.head
    return False


def _helpers(prep: Word) -> list[Word]:
    """Who is meant by "along with X", "with the support of X", "alongside X"."""
    out: list[Word] = []
    for word in prep.subtree():
        if word.dep != "pobj":
            continue
        if word.lower in {"support", "help", "backing", "assistance", "aid"}:
            out.extend(p for c in word.children if c.lower in {"of", "from"} for p in c.children if p.dep == "pobj")
        elif prep.lower != "with" and word.head is not None and word.head.lower in {"with", "alongside"}:
            out.append(word)
    return out
