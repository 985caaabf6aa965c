"""Statements: declarations, own functions, equations. One mistake does not hide those on other lines."""

from __future__ import annotations

import difflib
from collections.abc import Callable

from derive.errors import InputError
from derive.language.expression import array, expression, formula, letter
from derive.language.stream import Broken, Stream
from derive.language.tokens import Source, Token, tokenize
from derive.language.tree import (
    Colon,
    ConstantItem,
    DimensionItem,
    EquationStatement,
    File,
    FunctionStatement,
    Heading,
    LearningRate,
    Name,
    Node,
    Number,
    Statement,
    TensorItem,
    Tuple,
    WantedItem,
)


def parse_tree(text: str, file: str = "<text>") -> tuple[File, list[InputError]]:
    """The syntax tree of a text, and every mistake of form in it."""
    source = Source.of(text, file)
    tokens, errors = tokenize(source)
    stream = Stream(source, tokens)
    statements: list[Statement] = []
    broken: list[str] = []
    while stream.token.kind != "file end":
        if stream.token.kind == "line end":
            stream.advance()
            continue
        start = stream.position
        try:
            statements.extend(_statement(stream))
            if not stream.at_end():
                raise stream.unexpected("the end of the line is expected")
        except InputError as error:
            broken.extend(_given(stream, start))
            if not isinstance(error, Broken):
                errors.append(error)
        stream.skip_statement()
    return File(tuple(statements), _about(source), tuple(broken)), errors


def _given(stream: Stream, start: int) -> list[str]:
    """The names that a line would have given, had it been read."""
    words: list[str] = []
    given = True
    for token in stream.tokens[start:]:
        if token.kind == "line end":
            break
        if token.text == "=" and words and words[0] not in _DECLARATIONS:
            given = False
        # Below a bracket that nothing closes, every name may be one that a line would have given.
        given = given or token.kind == "broken"
        if token.kind == "word" and given:
            words.append(token.text)
    return [word for word in words if word not in _DECLARATIONS]


def parse_formula(text: str, file: str) -> Node:
    """The syntax tree of one expression."""
    source = Source.of(text, file)
    tokens, errors = tokenize(source)
    if errors:
        raise errors[0]
    stream = Stream(source, tokens)
    node = expression(stream)
    while stream.token.kind == "line end":
        stream.advance()
    if stream.token.kind != "file end":
        raise stream.unexpected("the end of the expression is expected")
    return node


def _about(source: Source) -> str:
    """The comment block that begins on the line below the first statement."""
    lines = iter(source.lines)
    for line in lines:
        if line.split("#")[0].strip():
            break
    block = []
    for line in lines:
        if not line.strip().startswith("#"):
            break
        block.append(line.strip().lstrip("#").strip())
    return " ".join(part for part in block if part)


def _statement(stream: Stream) -> list[Statement]:
    word = stream.token
    if word.kind != "word":
        raise stream.unexpected("a declaration or an equation is expected")
    read = _DECLARATIONS.get(word.text)
    if read is not None and not (stream.following().kind == "sign" and stream.following().text in "=[("):
        stream.advance()
        return read(stream, word)
    if stream.following().kind == "sign" and stream.following().text == "(":
        return [_function(stream)]
    return [_equation(stream, "")]


def _heading(stream: Stream, word: Token) -> list[Statement]:
    name = stream.name("the name of the network")
    title = stream.advance().text if stream.token.kind == "string" else name.text
    return [Heading(name.text, title, place=name.place)]


def _listed(item: Callable[[Stream, str], Statement]) -> Callable[[Stream, Token], list[Statement]]:
    def read(stream: Stream, word: Token) -> list[Statement]:
        items = [item(stream, word.text)]
        while stream.take(","):
            items.append(item(stream, word.text))
        return items

    return read


def _dimension(stream: Stream, _word: str) -> Statement:
    name = stream.name("the name of a dimension")
    size = formula(stream) if stream.take("=") else None
    return DimensionItem(name.text, size, place=name.place)


def _constant(stream: Stream, _word: str) -> Statement:
    name = stream.name("the name of a constant")
    stream.expect("=", f"after the constant {name.text}")
    return ConstantItem(name.text, formula(stream), place=name.place)


def _tensor(stream: Stream, word: str) -> Statement:
    name = stream.name(f"the name of a {word}" if word != "input" else "the name of an input")
    axes: list[Node] = []
    if stream.take("["):
        axes.append(formula(stream))
        while stream.take(","):
            axes.append(formula(stream))
        stream.expect("]", f"after the axes of {name.text}")
    within = formula(stream) if stream.take("in") else None
    facts: list[Name] = []
    while stream.token.kind == "word":
        fact = stream.advance()
        facts.append(Name(fact.text, place=fact.place))
    number = array(stream) if stream.take("=") else None
    return TensorItem(word, name.text, tuple(axes), within, tuple(facts), number, place=name.place)


def _wanted(stream: Stream, _word: str) -> Statement:
    name = stream.name("the name of an input")
    return WantedItem(name.text, place=name.place)


def _learning_rate(stream: Stream, word: Token) -> list[Statement]:
    stream.take("=")
    return [LearningRate(formula(stream), place=word.place)]


def _result(stream: Stream, word: Token) -> list[Statement]:
    return [_equation(stream, word.text)]


def _function(stream: Stream) -> Statement:
    name = stream.advance()
    stream.expect("(", "after a function")
    parameters: list[Name] = []
    while not stream.at(")"):
        parameter = stream.name("a parameter")
        parameters.append(Name(parameter.text, place=parameter.place))
        if not stream.take(","):
            break
    stream.expect(")", "after the parameters")
    stream.expect("=", f"after {name.text}(...)")
    body = expression(stream)
    source = stream.source.between(name.place, stream.previous.place)
    return FunctionStatement(name.text, tuple(parameters), body, place=name.place, source=source)


def _equation(stream: Stream, role: str) -> Statement:
    start = stream.previous if role else stream.token
    name = stream.name("the name of a tensor")
    left: list[Node] = []
    if stream.take("["):
        left.append(_left(stream))
        while stream.take(","):
            left.append(_left(stream))
        stream.expect("]", f"after the letters of {name.text}")
    if not stream.at("="):
        raise stream.unexpected(f"= is expected after {name.text}", _hint(stream, name))
    stream.advance()
    right = expression(stream)
    source = stream.source.between(start.place, stream.previous.place)
    return EquationStatement(role, name.text, tuple(left), right, place=name.place, source=source)


def _hint(stream: Stream, name: Token) -> str | None:
    if stream.at("+", "-", "*", "/") and stream.following().text == "=":
        return f"the whole sum in one equation: there is no {stream.token.text}="
    if stream.token.kind == "word" and stream.token.text not in ("for", "if", "in", "else"):
        similar = difflib.get_close_matches(name.text, _DECLARATIONS, 1, 0.7)
        if similar:
            return f"{similar[0]} {stream.token.text}"
        return f"a line begins with a name =, or with {', '.join(_DECLARATIONS)}"
    return f"{name.text} = ..." if stream.at_end() else None


def _left(stream: Stream) -> Node:
    start = stream.token
    if stream.take(":"):
        return Colon(place=start.place)
    if stream.take("("):
        items = [letter(stream)]
        while stream.take(","):
            items.append(letter(stream))
        stream.expect(")", "after the letters of a product axis")
        return Tuple(tuple(items), place=stream.since(start))
    if (
        start.kind == "word"
        and stream.following().kind in ("sign", "word")
        and stream.following().text in (",", "]", "in")
    ):
        return letter(stream)
    if start.kind == "number" and stream.following().text in (",", "]"):
        stream.advance()
        return Number(start.text, place=start.place)
    return formula(stream)


_DECLARATIONS: dict[str, Callable[[Stream, Token], list[Statement]]] = {
    "network": _heading,
    "dim": _listed(_dimension),
    "const": _listed(_constant),
    "input": _listed(_tensor),
    "target": _listed(_tensor),
    "param": _listed(_tensor),
    "wrt": _listed(_wanted),
    "learning_rate": _learning_rate,
    "loss": _result,
    "output": _result,
}
