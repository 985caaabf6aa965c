"""Cases and matrices: rows of columns between \\begin and \\end, and cases(a if c, b otherwise) in plain text."""

from __future__ import annotations

from derive.verification.formula.conditions import conditions
from derive.verification.formula.cursor import Cursor
from derive.verification.formula.tree import Cases, Matrix, Node


def array(cursor: Cursor) -> Node:
    """\\begin{cases} ... \\end{cases}, \\begin{pmatrix} ... \\end{pmatrix}"""
    start = cursor.advance()
    with cursor.deeper(), cursor.inside():
        branches = _cases(cursor) if start.text == "cases" else ()
        rows = _matrix(cursor) if start.text == "matrix" else ()
        if not cursor.is_kind("end"):
            raise cursor.unexpected(f"the end of the {start.text} is expected")
        cursor.advance()
    if not branches and not rows:
        raise cursor.wrong(f"this {start.text} is empty", start, "one row for each")
    if branches:
        return Cases(branches, place=cursor.since(start))
    if len({len(row) for row in rows}) > 1:
        raise cursor.wrong("the rows of this matrix have different lengths", start, "as many entries in each row")
    return Matrix(rows, place=cursor.since(start))


def _cases(cursor: Cursor) -> tuple[tuple[Node, tuple[Node, ...]], ...]:
    branches = []
    while not cursor.is_kind("end", "stop"):
        value = cursor.read.expression(cursor)
        found: tuple[Node, ...] = ()
        if not cursor.is_kind("row", "end"):
            found = conditions(cursor)
        branches.append((value, found))
        while cursor.is_kind("row"):
            cursor.advance()
    return tuple(branches)


def _matrix(cursor: Cursor) -> tuple[tuple[Node, ...], ...]:
    rows: list[tuple[Node, ...]] = []
    while not cursor.is_kind("end", "stop"):
        row = [cursor.read.expression(cursor)]
        while cursor.is_kind("cell"):
            cursor.advance()
            row.append(cursor.read.expression(cursor))
        rows.append(tuple(row))
        while cursor.is_kind("row"):
            cursor.advance()
        if not cursor.is_kind("end", "stop") and cursor.tokens[cursor.at - 1].kind != "row":
            break
    return tuple(rows)


def plain_cases(cursor: Cursor) -> Node:
    """cases(z if z > 0, 0 otherwise)"""
    start = cursor.advance()
    cursor.expect("(", "behind cases")
    branches = []
    with cursor.deeper(), cursor.inside():
        while not cursor.is_sign(")"):
            value = cursor.read.expression(cursor)
            branches.append((value, conditions(cursor, ",", ")")))
            if not cursor.take(","):
                break
        cursor.expect(")", "behind the last case")
    return Cases(tuple(branches), place=cursor.since(start))
