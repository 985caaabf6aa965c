"""What a mistake looks like to the one who made it: place, caret, and what to try."""

from __future__ import annotations

from pathlib import Path

import pytest

from derive.errors import InputError, InputErrors
from derive.language import gallery_path, one_liner, parse, read

DECLARED = """network t "t"
dim N, D = 3, H = 4, K = 2
input x[N, D]
target y[N, K]
param W[D, H]
"""

MESSAGES = {
    "loss E = mean(x @ W1)": ("W1 is not declared", "W1", "W?"),
    "input x[N]\nloss E = mean(x @ W)": ("x stands for something already, since line 3", "x", "another name"),
    "x = W\nloss E = mean(W)": ("x is declared as an input", "x", "another name on the left"),
    "z = x @ W\nz = W\nloss E = mean(z)": ("z stands for something already", "z", "another name"),
    "z = x @ W.T\nloss E = mean(z)": ("the last axis of the left is D, but it meets H", "x @ W.T", ".T"),
    "z = x + W\nloss E = mean(z)": ("axes [D, H] do not fit into [N, D]", "x + W", "index form"),
    "param S[K, K], b[K]\nz = S + b\nloss E = mean(z)": ("in more than one way", "S + b", "index form"),
    "z[n,k] = sum(x[n,i]*W[k,j] + y[n,k] for i, j)\nloss E = mean(z)": (
        "y[n,k]: axis 1 of y is K, but k runs over D", "y[n,k]", "a letter over K"
    ),
    "z[n,j,k] = sum(x[n,i]*W[i,j] for i)\nloss E = mean(z)": ("nothing says what k runs over", "k", "k in N"),
    "z[n] = sum(x[n,i]*W[i,j] for i)\nloss E = mean(z)": ("the letter j is neither on the left", "j", "for j"),
    "c = mean(x, over=N)\nz[n,d] = x[n,d]*c\nloss E = mean(z)": ("still has an axis D", "x[n,d]*c", "c[d]"),
    "a = b + x @ W\nb = a\nloss E = mean(a)": ("a needs b needs a", "a", "a new name"),
    "a = a + x @ W\nloss E = mean(a)": ("a needs a", "a", "a new name"),
    "loss E = x @ W": ("a loss is one number, but E has axes [N, H]", "E", "mean(...)"),
    "z = x @ W": ("neither a loss nor an output", "z", "loss E"),
    "loss E = mean(x @ W)\nloss F = mean(x)": ("F is a second loss", "F", "a last line"),
    "loss E = mean(z)\nz = x @ W": ("the loss stands last", "E", "move it to the end"),
    "z = x @ W\noutput q = z\nloss E = mean(z)": ("a loss or outputs, not both", "q", "q ="),
    "param b[H]\nloss E = mean(x @ W)": ("nothing that the loss needs reads b", "b", "remove its declaration"),
    "param b[H] = [1, 2]\nloss E = mean(x @ W + b)": ("2 entries along H, but H = 4", "b", "4 entries"),
    "param b[H] = 3\nloss E = mean(x @ W + b)": ("wrong shape: [H] is needed", "3", "[[1, 2]"),
    "param b[H] = [[1, 2, 3, 4]]\nloss E = mean(x @ W + b)": ("a bracket too many", "[[1, 2, 3, 4]]"[1:-1], "[[1, 2]"),
    "param lambda\nloss E = mean(x @ W)*lambda": ("lambda is a word of Python", "lambda", "another name"),
    "param np\nloss E = mean(x @ W)*np": ("np is a name of the emitted module", "np", "np1"),
    "param forward\nloss E = mean(x @ W)*forward": ("forward is a name of the emitted module", "forward", "forward1"),
    "loss params = mean(x @ W)": ("params is a name of the emitted module", "params", "params1"),
    "dW = 2*W\nloss E = mean(x @ dW)": ("dW is the name of the gradient by W", "dW", "another name"),
    "loss E = mean(x^2 @ W)": ("power is **, transpose is .T", "^", "** or .T"),
    "loss E = mean(2x @ W)": ("no product by juxtaposition", "2x", "2 * x"),
    "loss E = mean((x) (W))": ("no product by juxtaposition", "(x)", "(x) * (...)"),
    "loss E = mean(x (W))": ("x is a tensor, not a function", "x (W)", "x * (...)"),
    "loss E = mean(x² @ W)": ("power is **", "²", "x**2"),
    "z = x * x @ W\nloss E = mean(z)": ("which comes first is not clear", "x * x @ W", "round brackets"),
    "z[n] = x[n,-1]\nloss E = mean(z)": ("-1 never means", "-1", "D-1"),
    "z[n] = x[n,5]\nloss E = mean(z)": ("entry 5 may lie outside the axis D", "5", "D-1"),
    "z[n] = sum(x[n,i] for i in 3)\nloss E = mean(z)": ("i runs over 3", "x[n,i]", "over D"),
    "z[N] = x[N,0]\nloss E = mean(z)": ("N is a dimension, so it is no letter", "N", "n"),
    "z[n] = sum(y*x[n,0] for y in K)\nloss E = mean(z)": ("y is a letter of this equation and also", "y", "letter"),
    "wrt q\nloss E = mean(x @ W)": ("q is not a declared input", "q", "declare"),
    "learning_rate -1\nloss E = mean(x @ W)": ("a learning rate is a positive number", "-1", "0.5"),
    "z = x @ W\nparam b\nloss E = mean(z)*b": ("declarations come before", "b", "move it up"),
    "z = x[0:2]\nloss E = mean(x)": ("slices have no bounds", ":", "letter"),
    "z += x\nloss E = mean(x)": ("= is expected after z", "+", "there is no +="),
    "parm q\nloss E = mean(x @ W)": ("= is expected after parm", "q", "param q"),
    "input s[N] onehot\nloss E = mean(x @ W)": ("there is no fact onehot", "onehot", "one_hot?"),
    "loss E = mean((x @ W)": ("this ( is never closed", "(", "add )"),
    "loss E = mean(x @ W))": ("this ) closes nothing", ")", "remove it"),
    "loss E = mean(x @ W)/0": ("divides by zero", "mean(x @ W)/0", "another divisor"),
    "loss E = mean(x @ W)*9**9**9": ("too large", "9**9**9", "smaller"),
    "loss E = mean(x @ W)*1e99999": ("too long", "1e99999", "fewer"),
    "loss E = mean(sofmax(x @ W))": ("there is no function sofmax", "sofmax(x @ W)", "softmax?"),
    "loss E = mean(sigmoid(x, W))": ("sigmoid takes 1 arguments, but 2 came", "sigmoid(x, W)", "sigmoid(z)"),
    "loss E = mean(huber(x))": ("huber needs t too", "huber(x)", "delta=1"),
    "f(u) = f(u)\nloss E = mean(f(x @ W))": ("f is defined by itself", "f(u)", "other functions"),
    "f(u) = u*x\nloss E = mean(f(x @ W))": ("x is not an argument of f", "x", "add x"),
    "target t[N] in D\nloss E = mean(cross_entropy(softmax(x @ W), t))": ("labels run over D", "t", "in H"),
    "loss E = mean(x @ W, over=K)": ("K names no axis of [N, H]", "K", "over=H"),
    "a[n] = a[n-1] + x[n,0]\nloss E = mean(a)": ("recurrences are not supported yet", "a", "name of its own"),
    "a[-1] = 0\nloss E = mean(x @ W)": ("recurrences are not supported yet", "-1", "letters alone"),
    "z[n] = (x[n,0] else 0)\nloss E = mean(z)": ("`else` for what lies outside", "(x[n,0] else 0"[1:], "where"),
    "z[n] = sum(x[n,2*i+1] for i in D)\nloss E = mean(z)": ("windows come later", "2*i+1", "a letter alone"),
    "input q[N, 2*K]\nloss E = mean(x @ W)": ("a product or formula as an axis is not supported", "2*K", "dim F"),
    "z[n,k] = x[n,(k,1)]\nloss E = mean(z)": ("product axis is not supported yet", "(k,1)", "axes of their own"),
    "z = softmax(x @ W, over=H if x > 0)\nloss E = mean(z)": ("a mask, over=... if ..., is not", "x > 0", "where"),
    "z[n,k] = [k == 1]*y[n,k]\nloss E = mean(z)": ("[c], is not supported yet", "[k == 1]", "where(c, 1, 0)"),
}  # fmt: skip


@pytest.mark.parametrize("lines", MESSAGES)
def test_a_mistake_has_a_sentence_a_place_and_a_remedy(lines: str) -> None:
    sentence, marked, remedy = MESSAGES[lines]
    with pytest.raises(InputError) as caught:
        parse(DECLARED + lines, "t.net")
    errors = caught.value.errors if isinstance(caught.value, InputErrors) else (caught.value,)
    error = next(error for error in errors if sentence in error.what)
    assert error.place is not None
    place = error.place
    assert (DECLARED + lines).split("\n")[place.line - 1] == place.source
    assert marked in place.source[place.column - 1 : place.column - 1 + place.length]
    assert error.remedy is not None
    assert remedy in error.remedy


def test_a_message_shows_the_line_and_a_caret() -> None:
    with pytest.raises(InputError) as caught:
        parse(DECLARED + "z = x @ W.T\nloss E = mean(z)", "t.net")
    assert str(caught.value) == (
        "t.net:6:5: [N, D] @ [H, D]: the last axis of the left is D, but it meets H on the right\n"
        "     6 | z = x @ W.T\n"
        "       |     ^^^^^^^\n"
        "    try: .T after the right one"
    )


def test_a_caret_stands_under_wide_letters() -> None:
    with pytest.raises(InputError) as caught:
        parse(DECLARED + "한국 = x @ Q\nloss E = mean(x @ W)", "t.net")
    assert "     6 | 한국 = x @ Q\n       |            ^\n" in str(caught.value)


def test_mistakes_of_one_file_are_shown_together_and_only_once() -> None:
    with pytest.raises(InputErrors) as caught:
        parse(DECLARED + "a = x @ Q\nb = y $ 3\nc = foo(x)\nd = a + b + c\nloss E = sum(d)", "t.net")
    assert [error.place.line for error in caught.value.errors if error.place] == [6, 7, 8]


@pytest.mark.parametrize("name", ["../up", "a/b", "a.b", "con", "class", "numpy", "é", "x'", "a" * 65])
def test_a_network_has_the_name_of_a_module(name: str) -> None:
    with pytest.raises(InputError):
        parse(f'network {name} "t"\ninput x\nwrt x\nloss E = x**2\n')


@pytest.mark.parametrize("title", ['"a\nb"', '"a', '"a\\nb"', '"a\x07b"'])
def test_a_title_is_one_line_of_printable_characters(title: str) -> None:
    with pytest.raises(InputError):
        parse(f"network t {title}\ninput x\nwrt x\nloss E = x**2\n")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\n# nothing\n\n", "is empty"),
        (b"network t\ninput x\n\xff\n", ":3: this is not UTF-8: byte 0xff"),
        (b"(" * 1_000_001, "is larger than 1000000 bytes"),
        (b"(" * 999_999, "has 999999 characters"),
        (b"(\n" * 2000, "this ( is never closed"),
        (b"network t\nloss E = " + b"(" * 4000 + b"1" + b")" * 4000, "nested more than"),
        (b"network t\nloss E = " + b"-" * 4000 + b"1", "so many minus signs"),
        (b"network t\nloss E = x" + b".T" * 2000, "too many .T"),
        (b"network t\nloss E = " + b"not " * 1000 + b"1", "nested more than"),
        (b"network t\nparam a = " + b"[" * 2000 + b"]" * 2000, "nested more than"),
        (b"\x00\x01", "U+0000"),
    ],
)
def test_a_strange_file_gets_a_sentence(content: bytes, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "t.net"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"t\.net") as caught:
        read(path)
    assert sentence in str(caught.value)


def test_a_directory_and_a_missing_file_get_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a directory"):
        read(tmp_path)
    with pytest.raises(InputError, match="there is no file"):
        read(tmp_path / "nothing.net")
    with pytest.raises(InputError, match="cannot be read"):
        read("a\0b")


def test_an_unknown_gallery_name_gets_a_suggestion() -> None:
    with pytest.raises(InputError) as caught:
        gallery_path("mpl")
    assert caught.value.remedy == "mlp"


@pytest.mark.parametrize(
    ("formula", "wrt", "sentence"),
    [
        ("x^2", (), "power is **"),
        ("", (), "a number, a name or a bracket is expected"),
        ("3", (), "nothing to differentiate by"),
        ("x @ W", ("V",), "V does not stand in the formula"),
        ("foo(x)", (), "there is no function foo"),
        ("x[n,i] + x[n]", (), "x"),
        ("a+b+c+d+e+f+g+h+i+j", (), "more than 9 names"),
    ],
)
def test_a_formula_that_is_not_understood_gets_a_sentence(formula: str, wrt: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        one_liner(formula, wrt)
    assert sentence in str(caught.value)
