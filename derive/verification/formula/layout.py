"""LaTeX that says how things look: fonts, words, brackets that grow, environments and rows."""

from __future__ import annotations

import re

from derive.verification.formula import characters, commands
from derive.verification.formula.names import sentence_word
from derive.verification.formula.runs import upright
from derive.verification.formula.scan import COMMAND, Scan
from derive.verification.formula.tokens import Token, is_sign

_WORD = re.compile(r"\{\s*([A-Za-z]{2,}[0-9]*)(?=\s*[_^}])")
_NAME = re.compile(r"[^\W\d_][\w-]*")
_SPACE = re.compile(r"\s*\[[0-9.\s]*(?:pt|ex|em|mm|cm|in|px)\s*\]")
_ALIGNMENT = re.compile(r"&\s*(?:=|:=|\\approx|\\equiv|\\leftarrow)\s*&")
_BARS = {"|": ("⟦", "⟧"), "\\|": ("⟪", "⟫"), "\\vert": ("⟦", "⟧"), "\\Vert": ("⟪", "⟫")}


def row(scan: Scan, end: int) -> None:
    """The end of a row: \\\\, \\\\[2pt]."""
    end = scan.starred(end)
    found = _SPACE.match(scan.text, end)
    scan.emit("row", "\\\\", found.end() if found else end)


def font(scan: Scan, name: str, end: int) -> None:
    """A letter in bold or upright; the font of a group is dropped."""
    start, stop = scan.argument(end)
    inside = scan.text[start:stop].strip("{} ")
    if name == "mathbb" and inside == "E":
        scan.refuse("expectations are not read", stop, "write the mean as a sum")
    elif inside == "1":
        scan.emit("name", "1", stop)
    elif len(inside) == 1 and inside.isalpha():
        upright(scan, inside, stop)
    elif name == "mathit" and (word := _WORD.match(scan.text, start)):
        # A word in italics is one name, with its scripts inside the braces or behind them.
        scan.dropped.add(stop - 1)
        scan.blank(word.start(1))
        scan.emit("name", word[1], word.end(1))
    else:
        if scan.text[start : start + 1] == "{" and re.fullmatch(r"\\[A-Za-z]+|d[A-Za-z]", inside):
            scan.dropped |= {start, stop - 1}
        scan.blank(end)


def words(scan: Scan, name: str, end: int) -> None:
    """\\text{...}, \\mathrm{...}: a name, an operator, a word of the sentence, or a remark."""
    start, stop = scan.argument(scan.starred(end))
    inside = scan.text[start:stop]
    inside = inside[1:-1] if inside.startswith("{") and inside.endswith("}") else inside
    content = " ".join(inside.replace("~", " ").replace("\\ ", " ").replace("\\,", " ").split()).replace("\\_", "_")
    is_text = name in commands.TEXTS
    if not content:
        scan.blank(stop)
    elif content in characters.SIGNS and content not in "_^{}":
        scan.emit("sign", characters.SIGNS[content], stop)
    elif content in characters.RELATIONS:
        scan.emit("relation", characters.RELATIONS[content], stop)
    elif content == "1" and not is_text:
        scan.emit("name", "1", stop)
    elif len(content) == 1 and characters.letter(content):
        upright(scan, content, stop)
    elif (is_text or content in ("and", "if", "otherwise")) and (word := sentence_word(content)):
        scan.emit("word", word, stop)
    elif is_text:
        scan.emit("text", content, stop)
    elif _NAME.fullmatch(content):
        scan.emit("name", content, stop)
    elif content in ("arg max", "argmax"):
        scan.emit("name", "argmax", stop)
    else:
        scan.blank(scan.starred(end))  # braces group, as in \mathrm{W x}


def delimiter(scan: Scan, side: str, end: int) -> None:
    """The bracket behind \\left or \\right."""
    at = scan.past_blanks(end)
    found = COMMAND.match(scan.text, at)
    stop = min(len(scan.text), found.end() if found else at + 1)
    name = found.group(1) if found else scan.text[at:stop]
    if found and name in commands.FLOORS:
        floor(scan, name, stop)
        return
    sign = commands.SIGNS.get(name) if found else characters.SIGNS.get(name, name)
    sign = "." if name == "." else {"⟦": "|", "⟧": "|", "⟪": "‖", "⟫": "‖"}.get(sign or "", sign)
    if sign is None or sign not in "()[]⦃⦄|‖." or sign == "":
        scan.refuse(f"the bracket {name or 'that ends here'} is not read", stop, "round brackets ( )")
    elif side == "left":
        _left(scan, sign, stop)
    elif side == "right":
        _right(scan, sign, stop)
    else:
        scan.emit("sign", sign, stop)


def floor(scan: Scan, name: str, end: int) -> None:
    """\\lfloor x \\rfloor, which is floor(x)."""
    function = commands.FLOORS[name]
    if function:
        scan.emit("name", function, end)
    scan.emit("sign", "(" if function else ")", end)


def _left(scan: Scan, sign: str, end: int) -> None:
    scan.lefts.append((sign, len(scan.out)))
    if sign == ".":
        scan.emit("open", ".", end)  # settled by its \right
    else:
        scan.emit("sign", {"|": "⟦", "‖": "⟪"}.get(sign, sign), end)


def _right(scan: Scan, sign: str, end: int) -> None:
    opened, number = scan.lefts.pop() if scan.lefts else ("", -1)
    if sign == ".":
        if opened == "⦃":
            _remove(scan, number)  # the brace of a system of equations, or of cases made by hand
        scan.blank(end)
    elif opened == "." and sign == "|":
        token = scan.out[number]
        scan.out[number] = Token("sign", "⌊", token.start, token.end, token.spaced)
        scan.emit("sign", "⌋", end)
    else:
        scan.emit("sign", {"|": "⟧", "‖": "⟫"}.get(sign, sign), end)


def _remove(scan: Scan, number: int) -> None:
    token = scan.out[number]
    scan.out[number] = Token("open", ".", token.start, token.end, token.spaced)


def sized(scan: Scan, name: str, end: int) -> None:
    """A bracket of a size: \\bigl|."""
    at = scan.past_blanks(end)
    for text, (opening, closing) in _BARS.items():
        if scan.text.startswith(text, at) and name[-1] in "lr":
            scan.emit("sign", opening if name[-1] == "l" else closing, at + len(text))
            return
    if scan.text.startswith(("\\rvert", "\\lvert"), at):
        scan.emit("sign", "|", at + len("\\rvert"))
    else:
        scan.blank(end)


def _is_system(scan: Scan, name: str, start: int) -> bool:
    """True for equations one below the other: an array with a column of =, or cases at the start of a statement."""
    if name == "array":
        end = scan.text.find("\\end{array}", start)
        if _ALIGNMENT.search(scan.text, start, max(start, end)):
            return True
    before = [token for token in scan.out[-2:] if token.kind != "open" and not is_sign(token, "⦃")]
    opens = not before or before[-1].kind == "row"
    is_brace = name in commands.CASES or (name == "array" and bool(scan.out) and is_sign(scan.out[-1], "⦃"))
    return opens and is_brace and _holds_equation(scan.text, start)


def _holds_equation(text: str, start: int) -> bool:
    """True where the first row begins with an equation, `z = ...` or `z &= ...`, and not with a value."""
    depth, is_right = 0, False
    for at in range(start, len(text)):
        character = text[at]
        depth += (character in "{([") - (character in "})]")
        if character == "=" and depth == 0:
            return True
        if text.startswith("\\\\", at) or (is_right and not character.isspace()):
            return False
        is_right = is_right or (character == "&" and depth == 0)
    return False


def environment(scan: Scan, side: str, end: int) -> None:
    """\\begin or \\end."""
    start, stop = scan.argument(end)
    name = scan.text[start:stop].strip("{} ")
    kind = "cases" if name in commands.CASES else "matrix" if name in commands.MATRICES else ""
    kind = "array" if name == "array" else kind
    if kind and side == "begin" and _is_system(scan, name, end):
        scan.arrays.append("system")
        scan.blank(scan.argument(stop)[1] if kind == "array" else stop)
        return
    if kind and side == "end" and scan.arrays[-1:] == ["system"]:
        scan.arrays.pop()
        scan.blank(stop)
        return
    if kind and side == "begin":
        if kind == "array":
            stop = scan.argument(stop)[1]
            is_brace = bool(scan.out) and is_sign(scan.out[-1], "⦃")
            kind = "cases" if is_brace and scan.lefts and scan.lefts[-1][1] == len(scan.out) - 1 else "matrix"
        scan.arrays.append(kind)
        scan.emit("begin", kind, stop)
    elif kind:
        opened = scan.arrays.pop() if scan.arrays else kind
        scan.emit("end", opened if kind == "array" else kind, stop)
    elif name in commands.ALIGNED:
        if side == "begin" and name.startswith(("alignat", "alignedat")):
            stop = scan.argument(stop)[1]
        scan.blank(stop)
    else:
        scan.refuse(f"the environment {name} is not read", stop, "aligned, cases or pmatrix")
