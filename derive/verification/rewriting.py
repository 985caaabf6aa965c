"""Changing formulas: every occurrence of a symbol, a node at a place, an update written as an assignment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

from derive.verification.formula.tree import Node, Statement, Symbol, Upper

Change = Callable[[Node], Node | None]


def changed(node: Node, change: Change) -> Node:
    """The tree with every node replaced for which `change` answers another one, the outermost first."""
    new = change(node)
    if new is not None:
        return new
    parts = {}
    for item in fields(node):
        before = getattr(node, item.name)
        after = _part(before, change)
        if after is not before:
            parts[item.name] = after
    return replace(node, **parts) if parts else node  # type: ignore[arg-type]


def _part(value: object, change: Change) -> object:
    if isinstance(value, Node):
        return changed(value, change)
    if isinstance(value, tuple):
        parts = tuple(_part(item, change) for item in value)
        return parts if any(new is not old for new, old in zip(parts, value, strict=True)) else value
    return value


def in_statement(statement: Statement, change: Change) -> Statement:
    """The statement with all its sides and conditions changed."""
    return replace(
        statement,
        sides=tuple(changed(side, change) for side in statement.sides),
        conditions=tuple(changed(condition, change) for condition in statement.conditions),
    )


def after_update(symbol: Symbol) -> Symbol:
    """W^+: the value after the update."""
    return replace(symbol, upper=(*symbol.upper, Upper(Symbol("+", place=symbol.place), place=symbol.place)))


def with_side(statement: Statement, number: int, side: Node) -> Statement:
    """The statement with another side."""
    return replace(statement, sides=(*statement.sides[:number], side, *statement.sides[number + 1 :]))
