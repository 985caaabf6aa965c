"""Names that only the code of a text gives: `sin_z = np.sin(z)` in a listing says what sin_z is in a formula."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from derive.errors import InputError
from derive.verification.document.document import Document
from derive.verification.formula import statements
from derive.verification.formula.tree import Statement, Symbol, walk
from derive.verification.session import Written
from derive.verification.spelling import key_of


def named_in_code(document: Document) -> dict[str, Written]:
    """The lines of code that name a value, by the name; of several with one name the first. A line that is no formula
    is code like the rest, which is not read."""
    found: dict[str, Written] = {}
    for snippet in document.assigned:
        for item in statements(snippet):
            if isinstance(item, InputError) or item.relations != ("=",) or not isinstance(item.sides[0], Symbol):
                continue
            found.setdefault(key_of(item.sides[0]), Written(item, snippet.surface))
    return found


def lines_for(claims: Iterable[Written], code: Mapping[str, Written]) -> list[Written]:
    """The lines that claims need, each behind those that it needs itself."""
    found: dict[str, Written] = {}
    seen: set[str] = set()

    def visit(statement: Statement) -> None:
        for key in _names(statement):
            if key in code and key not in seen:
                seen.add(key)
                visit(code[key].statement)
                found[key] = code[key]

    for claim in claims:
        visit(claim.statement)
    return list(found.values())


def _names(statement: Statement) -> list[str]:
    nodes = [node for side in statement.sides for node in walk(side)]
    return list(dict.fromkeys(key_of(Symbol(node.name, node.lower)) for node in nodes if isinstance(node, Symbol)))
