"""Rows and parts: which tokens of a snippet make one statement, and which go on with the one before."""

from __future__ import annotations

from dataclasses import dataclass, replace

from derive.verification.formula.tokens import CLOSING, OPENING, Token, is_sign

_ORDER = frozenset("≠<≤>≥∈")
_INDICES = frozenset("ijklmnpqrst")
_BINARY = ("+", "-", "*", "·", "×", "⊙", "⊗", "@", "/")
_SEPARATORS = (",", ";", ":")


@dataclass(frozen=True)
class Part:
    """The tokens between two separators, without a stop."""

    tokens: tuple[Token, ...]
    begins_row: bool = False


def parts(tokens: list[Token]) -> list[Part]:
    """The tokens of a snippet as parts, each of which is read as one statement or as the continuation of one."""
    found: list[Part] = []
    for row in _joined(_rows(tokens)):
        begins = True
        for part in _merged(_split(_without_cells(row))):
            found.append(Part(tuple(part), begins))
            begins = False
    return found


def _rows(tokens: list[Token]) -> list[list[Token]]:
    rows: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        if token.kind in ("begin", "end") or is_sign(token, "{", "}"):
            depth += 1 if token.kind == "begin" or token.text == "{" else -1
        if token.kind == "row" and depth <= 0:
            rows.append([])
        elif token.kind != "stop":
            rows[-1].append(token)
    return [row for row in rows if any(token.kind not in ("cell", "wide") for token in row)]


def _joined(rows: list[list[Token]]) -> list[list[Token]]:
    """Rows with those behind them that go on in the middle of an expression."""
    found: list[list[Token]] = []
    open_brackets = 0
    for row in rows:
        balance = sum(is_sign(token, "(", "[", "⦃") - is_sign(token, ")", "]", "⦄") for token in row)
        first, last = _first(row), _last(found[-1]) if found else None
        goes_on = is_sign(first, *_BINARY) and (first.text != "-" or not _has_relation(row))
        broken_off = last is not None and (
            last.kind == "relation" or is_sign(last, *_BINARY[2:]) or is_sign(last, "+", "-")
        )
        if found and (goes_on or broken_off or (open_brackets > 0 and balance < 0)):
            found[-1] = found[-1] + row
            open_brackets += balance
        else:
            found.append(row)
            open_brackets = balance
    return found


def _first(row: list[Token]) -> Token:
    return next(token for token in row if token.kind not in ("cell", "wide"))


def _last(row: list[Token]) -> Token:
    return next(token for token in reversed(row) if token.kind not in ("cell", "wide"))


def _without_cells(row: list[Token]) -> list[Token]:
    """Without the marks of columns; two of them side by side separate. Behind these, words begin a remark:
    `&& \\text{quotient rule } (f/g)' = ...` says how a step is made, not that something holds."""
    found: list[Token] = []
    depth = 0
    is_remark = False
    for at, token in enumerate(row):
        depth += (token.kind == "begin") - (token.kind == "end")
        if token.kind != "cell" or depth > 0:
            if not is_remark:
                found.append(token)
        elif at + 1 < len(row) and row[at + 1].kind == "cell" and found:
            after = next((one for one in row[at + 2 :] if one.kind != "wide"), token)
            is_remark = after.kind == "text"
            found.append(replace(token, kind="sign", text=";"))
        elif at and row[at - 1].kind != "cell":
            is_remark = False
            if _begins_equation(row[at + 1 :]) and _has_relation(_since_separator(found)):
                found.append(replace(token, kind="sign", text=";"))
    return found


def _since_separator(tokens: list[Token]) -> list[Token]:
    start = max((at for at, token in enumerate(tokens) if is_sign(token, ";")), default=-1)
    return tokens[start + 1 :]


def _begins_equation(tokens: list[Token]) -> bool:
    """True for the c &= d of `a &= b & c &= d`: the left side of another equation, then a mark before its relation."""
    depth = 0
    for at, token in enumerate(tokens):
        if at == 0 and (token.kind == "relation" or is_sign(token, *_BINARY)):
            return False
        if token.kind == "begin" or (token.kind == "sign" and token.text in OPENING):
            depth += 1
        elif token.kind == "end" or (token.kind == "sign" and token.text in CLOSING):
            depth -= 1
        elif token.kind == "cell" and depth == 0:
            return at > 0 and tokens[min(at + 1, len(tokens) - 1)].kind == "relation"
    return False


def _split(row: list[Token]) -> list[tuple[Token | None, list[Token]]]:
    """The pieces between separators of the outermost level, each with the separator before it."""
    pieces: list[tuple[Token | None, list[Token]]] = [(None, [])]
    depth = 0
    for token in row:
        if token.kind == "begin" or (token.kind == "sign" and token.text in OPENING):
            depth += 1
        elif token.kind == "end" or (token.kind == "sign" and token.text in CLOSING):
            depth = max(0, depth - 1)
        if token.kind == "text" and token.text.rstrip().endswith((",", ";")):
            token = replace(token, kind="sign", text=",")  # a = b \\text{ (by the sum rule), } c = d
        separates = (
            is_sign(token, *_SEPARATORS)
            or token.kind == "wide"
            or (token.kind == "word" and token.text in ("and", "then"))
            or (token.kind == "relation" and token.text in "→⇒⇔")
        )
        if depth == 0 and separates:
            pieces.append((token, []))
        else:
            pieces[-1][1].append(token)
    return pieces


def _merged(pieces: list[tuple[Token | None, list[Token]]]) -> list[list[Token]]:
    """Pieces put together again where the separator does not end a statement."""
    found: list[list[Token]] = []
    pending: Token | None = None  # a separator with nothing behind it but another one
    for separator, piece in pieces:
        if separator is None or not found:
            if piece or separator is None or separator.kind == "relation":
                found.append(([separator] if separator is not None and separator.kind == "relation" else []) + piece)
        elif separator.kind == "relation":
            if _has_relation(found[-1]) and _has_relation(piece):
                found.append(piece)
            else:
                found[-1] += [replace(separator, text="→"), *piece]
        elif not piece:
            pending = separator if pending is None or pending.kind == "wide" else pending
            continue
        else:
            strong = separator if pending is None or pending.kind == "wide" else pending
            if _unfinished(found[-1], strong, piece):
                found[-1] += piece
            elif _goes_on(found[-1], strong, piece):
                found[-1] += [strong, *piece]
            else:
                found.append(piece)
        pending = None
    return [
        one for one in found if any(token.kind not in ("wide", "text") and not is_sign(token, ".") for token in one)
    ]


def _unfinished(before: list[Token], separator: Token, piece: list[Token]) -> bool:
    """True where a wide blank stands in the middle of a formula."""
    if separator.kind != "wide" or not before:
        return False
    last = before[-1]
    begins = piece[0].kind == "relation" or is_sign(piece[0], *_BINARY)
    return begins or last.kind in ("relation", "big") or is_sign(last, *_BINARY) or is_sign(piece[0], "|", "⟧")


def _goes_on(before: list[Token], separator: Token, piece: list[Token]) -> bool:
    if separator.kind == "word" and separator.text == "then":
        return False
    if not before:
        return False
    if any(token.kind == "dots" for token in (before[-1], piece[0])):
        return True
    if is_sign(separator, ":"):
        return False
    if is_condition(piece):
        return True
    is_under_condition = any(token.kind == "word" and token.text in ("if", "for") for token in before)
    return is_under_condition and not _has_relation(piece) and before[0].kind != "word"


def _has_relation(tokens: list[Token]) -> bool:
    """True with a relation on the outermost level, before any condition."""
    depth = 0
    for token in tokens:
        if token.kind == "begin" or (token.kind == "sign" and token.text in OPENING):
            depth += 1
        elif token.kind == "end" or (token.kind == "sign" and token.text in CLOSING):
            depth -= 1
        elif depth == 0 and token.kind == "word" and token.text in ("if", "for"):
            return False
        elif depth == 0 and token.kind == "relation":
            return True
    return False


def is_condition(tokens: list[Token] | tuple[Token, ...]) -> bool:
    """True for what says when a formula holds: `if ...`, `i = j`, `i \\ne j`, `z > 0`, `i = 1, ..., N`."""
    found = [token for token in tokens if token.kind not in ("wide", "text")]
    if not found:
        return False
    if found[0].kind == "word" and found[0].text in ("if", "for", "otherwise"):
        return True
    relations = [token.text for token in found if token.kind == "relation"]
    if relations and all(relation in _ORDER for relation in relations):
        return "∈" not in relations or found[0].text in _INDICES
    if relations == ["="] and found[0].text in _INDICES and any(token.kind == "dots" for token in found):
        return True
    names = [token for token in found if token.kind not in ("relation", "number")]
    is_index = all(token.kind == "name" and token.text in _INDICES for token in names)
    if any(token.kind == "number" and not token.text.isdigit() for token in found):
        return False  # t = 0.5 is a value of its own
    return relations == ["="] and len(found) == 3 and is_index and found[0].kind == "name"
