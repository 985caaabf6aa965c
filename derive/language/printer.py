"""The syntax tree as text, in one normal form: `parse_tree(print_file(tree))` is the same tree."""

from __future__ import annotations

from derive.language.tree import (
    Array,
    Call,
    Chain,
    Colon,
    Comparison,
    Connective,
    ConstantItem,
    DimensionItem,
    Else,
    EquationStatement,
    File,
    FunctionStatement,
    Heading,
    Iverson,
    LearningRate,
    Letter,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Statement,
    Subscript,
    TensorItem,
    Transpose,
    Tuple,
    WantedItem,
)

OR, AND, NOT, RELATION, SUM, PRODUCT, MINUS, POWER, POSTFIX, ATOM = range(10)
_WIDTH = 100


def print_file(tree: File) -> str:
    """The whole text, with a blank line before the first equation."""
    lines: list[str] = []
    kind = ""
    begun = False
    for statement in tree.statements:
        word, item = _statement(statement)
        if isinstance(statement, EquationStatement) and not begun:
            begun = True
            lines.append("")
        joined = f"{lines[-1]}, {item}" if lines else ""
        if word and word == kind and word not in ("network", "learning_rate") and len(joined) <= _WIDTH:
            lines[-1] = joined
        else:
            lines.append(f"{word} {item}" if word else item)
        kind = word
        if isinstance(statement, Heading) and tree.about:
            lines.append(f"# {tree.about}")
            kind = ""
    return "\n".join(lines) + "\n"


def _statement(statement: Statement) -> tuple[str, str]:
    match statement:
        case Heading(name=name, title=title):
            escaped = title.replace("\\", "\\\\").replace('"', '\\"')
            return "network", f'{name} "{escaped}"'
        case DimensionItem(name=name, size=size):
            return "dim", name if size is None else f"{name} = {text(size)}"
        case ConstantItem(name=name, number=number):
            return "const", f"{name} = {text(number)}"
        case TensorItem():
            return statement.role, _tensor(statement)
        case WantedItem(name=name):
            return "wrt", name
        case LearningRate(number=number):
            return "learning_rate", text(number)
        case FunctionStatement(name=name, parameters=parameters, body=body):
            return "", f"{name}({', '.join(parameter.name for parameter in parameters)}) = {text(body)}"
        case EquationStatement():
            return "", print_equation(statement)
    raise TypeError(f"no case for {type(statement).__name__}")


def _tensor(item: TensorItem) -> str:
    pieces = [item.name + (f"[{', '.join(text(axis) for axis in item.axes)}]" if item.axes else "")]
    if item.within is not None:
        pieces.append(f"in {text(item.within)}")
    pieces.extend(fact.name for fact in item.facts)
    if item.number is not None:
        pieces.append(f"= {text(item.number)}")
    return " ".join(pieces)


def print_equation(statement: EquationStatement) -> str:
    """`loss E = ...`"""
    left = statement.name + (f"[{','.join(compact(item) for item in statement.left)}]" if statement.left else "")
    return f"{statement.role + ' ' if statement.role else ''}{left} = {text(statement.right)}"


def text(node: Node, rank: int = OR) -> str:
    """An expression, bracketed where the place it stands in binds tighter than it does."""
    written, own = _text(node)
    return f"({written})" if own < rank else written


def _text(node: Node) -> tuple[str, int]:
    match node:
        case Number(text=number):
            return number, ATOM
        case Name(name=name):
            return name, ATOM
        case Colon():
            return ":", ATOM
        case Tuple(items=items):
            return f"({','.join(text(item) for item in items)})", ATOM
        case Array(items=items):
            return f"[{', '.join(text(item) for item in items)}]", ATOM
        case Iverson(condition=condition):
            return f"[{text(condition)}]", ATOM
        case Else(of=of, otherwise=otherwise):
            return f"({text(of)} else {text(otherwise)})", ATOM
        case Letter(name=name, within=within):
            return (name if within is None else f"{name} in {text(within, SUM)}"), ATOM
        case Call():
            return _call(node), ATOM
        case Subscript(of=of, items=items):
            return f"{text(of, POSTFIX)}[{','.join(compact(item) for item in items)}]", POSTFIX
        case Transpose(of=of):
            written = text(of, POSTFIX)
            return f"({written}).T" if isinstance(of, Number) else f"{written}.T", POSTFIX
        case Power(of=of, exponent=exponent):
            return f"{text(of, POSTFIX)}**{text(exponent, MINUS)}", POWER
        case Negative(of=of):
            return f"-{text(of, MINUS)}", MINUS
        case Chain(operands=operands, signs=signs):
            own = SUM if set(signs) <= {"+", "-"} else PRODUCT
            blank = "" if own == PRODUCT and "@" not in signs else " "
            pieces = [text(operands[0], own + 1)]
            for sign, operand in zip(signs, operands[1:], strict=True):
                pieces.append(f"{blank}{sign}{blank}{text(operand, own + 1)}")
            return "".join(pieces), own
        case Comparison(operands=operands, signs=signs):
            pieces = [text(operands[0], SUM)]
            for sign, operand in zip(signs, operands[1:], strict=True):
                pieces.append(f" {sign} {text(operand, SUM)}")
            return "".join(pieces), RELATION
        case Connective(word=word, operands=operands):
            own = {"or": OR, "and": AND, "not": NOT}[word]
            if word == "not":
                return f"not {text(operands[0], NOT)}", NOT
            return f" {word} ".join(text(operand, own + 1) for operand in operands), own
    raise TypeError(f"no case for {type(node).__name__}")


def compact(node: Node) -> str:
    """A subscript: t-1, without blanks around its signs."""
    return text(node).replace(" + ", "+").replace(" - ", "-")


def _call(node: Call) -> str:
    pieces = [text(argument) for argument in node.arguments]
    pieces += [f"{key}={text(value)}" for key, value in node.settings]
    if node.over is not None:
        names = ", ".join(name.name for name in node.over)
        pieces.append(f"over={names}" if len(node.over) == 1 else f"over=({names})")
    inside = ", ".join(pieces)
    if node.letters is not None:
        inside += " for " + ", ".join(text(letter) for letter in node.letters)
    if node.condition is not None:
        inside += f" if {text(node.condition)}"
    return f"{node.function}({inside})"
