"""Draws the diagrams of docs/architecture.md from the code's own imports and signatures: `python docs/diagrams.py`.

`layers` has an arrow from a package to those below it that it imports at run time, without the arrows that follow from
others; a package with rooms shows them. `flow` has an arrow where the door of one stage gives a record that the door of a
later one takes. Imports for types only do not count.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "tenure"
PAGE = ROOT / "docs" / "architecture.md"

STAGES = ("reports", "claims", "places", "control", "territory", "publish")
"""The reading order."""
RECORDS = ("Report", "Claim", "Placement", "Evidence", "Posterior", "ControlSamples", "ControlSpell", "Measure")
"""What is handed from stage to stage, by the name of the record."""


@cache
def modules() -> dict[str, Path]:
    """Return the file of every module of the package by its dotted name."""
    names = {".".join(("tenure", *p.relative_to(SOURCE).with_suffix("").parts)): p for p in sorted(SOURCE.rglob("*.py"))}
    return {name.removesuffix(".__init__"): path for name, path in names.items()}


@cache
def tree_of(module: str) -> ast.Module:
    """Return a module parsed."""
    return ast.parse(modules()[module].read_text(encoding="utf-8"))


def imports_of(module: str) -> set[str]:
    """Return the modules of the package that a module imports at run time, anywhere in it."""
    tree = tree_of(module)
    guarded = [n for n in ast.walk(tree) if isinstance(n, ast.If) and ast.unparse(n.test) == "TYPE_CHECKING"]
    typed = {id(inner) for guard in guarded for inner in ast.walk(guard)}
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and id(node) not in typed:
            for name in (f"{node.module}.{a.name}" for a in node.names):
                found.add(name if name in modules() else node.module)
    return {name for name in found if name in modules()}


def room_of(module: str, within: str) -> str:
    """Return the part of a package in which a module stands: the name after the package's own."""
    return module.removeprefix(within + ".").partition(".")[0]


def arrows_within(package: str) -> dict[str, set[str]]:
    """Return, by part of a package, the other parts that it imports; the package's own door is no part of it."""
    out: dict[str, set[str]] = {}
    for module in modules():
        if module.startswith(package + "."):
            own = room_of(module, package)
            inside = {m for m in imports_of(module) if m.startswith(package + ".")}
            out.setdefault(own, set()).update({room_of(m, package) for m in inside} - {own})
    return out


def reduced(arrows: dict[str, set[str]]) -> list[tuple[str, str]]:
    """Return the arrows that do not follow from others: a to b is left out where another way leads from a to b."""

    def reach(start: str) -> set[str]:
        seen: set[str] = set()
        left = list(arrows.get(start, ()))
        while left:
            one = left.pop()
            if one not in seen:
                seen.add(one)
                left.extend(arrows.get(one, ()))
        return seen

    out = []
    for a in sorted(arrows):
        out += [(a, b) for b in sorted(arrows[a]) if not any(b in reach(c) for c in arrows[a] - {b})]
    return out


def rooms_of(package: str) -> tuple[str, ...]:
    """Return the rooms of a package: its folders that hold modules."""
    folder = SOURCE / package
    return tuple(p.name for p in sorted(folder.iterdir()) if (p / "__init__.py").exists()) if folder.is_dir() else ()


def layers() -> str:
    """Return the layers as Mermaid text."""
    lines = ["flowchart TD"]
    for package in sorted(p for p in arrows_within("tenure") if rooms_of(p)):
        arrows = arrows_within(f"tenure.{package}")
        rooms = set(rooms_of(package))
        between = {room: arrows[room] & rooms for room in rooms}
        lines.append(f"  subgraph {package}")
        lines += [f"    {package}.{room}[{room}]" for room in sorted(rooms)]
        lines += [f"    {package}.{a} --> {package}.{b}" for a, b in reduced(between)]
        lines.append("  end")
    lines += [f"  {a} --> {b}" for a, b in reduced(arrows_within("tenure"))]
    return "\n".join(lines)


def door_of(stage: str) -> dict[str, str]:
    """Return what a stage's door offers and the module that each name comes from."""
    out: dict[str, str] = {}
    for node in ast.walk(tree_of(f"tenure.{stage}")):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"tenure.{stage}."):
            out |= {a.name: node.module or "" for a in node.names}
    return out


def words(node: ast.AST | None) -> set[str]:
    """Return the names in an annotation."""
    return set() if node is None else set(re.findall(r"\w+", ast.unparse(node)))


def signature(name: str, module: str) -> tuple[set[str], set[str]]:
    """Return the names in what a thing of a door takes and gives; a class takes and gives what its methods and fields do."""
    takes: set[str] = set()
    gives: set[str] = set()
    for top in tree_of(module).body:
        if getattr(top, "name", None) != name:
            continue
        for node in ast.walk(top):
            if isinstance(node, ast.FunctionDef) and (
                node is top or not node.name.startswith("_") or node.name == "__init__"
            ):
                for argument in (*node.args.args, *node.args.kwonlyargs):
                    takes |= words(argument.annotation)
                gives |= words(node.returns)
        if isinstance(top, ast.ClassDef):
            fields = {w for node in top.body if isinstance(node, ast.AnnAssign) for w in words(node.annotation)}
            takes, gives = takes | fields, gives | fields
    return takes, gives


def flow() -> str:
    """Return the flow of records from stage to stage as Mermaid text."""
    takes: dict[str, set[str]] = {}
    gives: dict[str, set[str]] = {}
    for stage in STAGES:
        for name, module in door_of(stage).items():
            into, out = signature(name, module)
            takes.setdefault(stage, set()).update(into & set(RECORDS))
            gives.setdefault(stage, set()).update(out & set(RECORDS))
    lines = ["flowchart LR", *(f"  {stage}" for stage in STAGES)]
    for i, giver in enumerate(STAGES):
        for taker in STAGES[i + 1 :]:
            first = {r for r in gives[giver] if not any(r in gives[s] for s in STAGES[:i])}
            handed = [r for r in RECORDS if r in first & takes[taker]]
            if handed:
                lines.append(f"  {giver} -- {', '.join(handed)} --> {taker}")
    return "\n".join(lines)


def drawn(page: str) -> str:
    """Return the page with its diagrams as the code has them now."""
    for name, text in (("flow", flow()), ("layers", layers())):
        block = f"<!-- diagram: {name} -->\n```mermaid\n{text}\n```"
        page = re.sub(
            rf"<!-- diagram: {name} -->\n```mermaid\n.*?\n```", lambda _, block=block: block, page, flags=re.DOTALL
        )
    return page


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
