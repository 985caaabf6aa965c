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
    "param _check\nloss E = mean(x @ W)*_check": ("_check is a name of the emitted module", "_check", "check"),
    "param a', a_prime\nloss E = mean(x @ W)*a'*a_prime": (
        "both a_prime in the emitted module", "a_prime", "for a_prime or a'"
    ),
    "z[n] = sum(x[n,saved] for saved)\nloss E = mean(z)": ("a letter cannot be called saved", "saved", "such as i"),
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
    "target s[2, K] one_hot = [[0, 1], [1, 1]]\nloss E = mean(x @ W)": ("[1, 1] is not a single 1", "s", "without one"),
    "target s[2] binary = [0, 0.5]\nloss E = mean(x @ W)": ("0.5 is neither 0 nor 1", "s", "another value"),
    "target s[2] signs = [1, 0]\nloss E = mean(x @ W)": ("0 is neither -1 nor 1", "s", "another value"),
    "target s[2] positive = [1, 0]\nloss E = mean(x @ W)": ("0 is not above 0", "s", "another value"),
    "target s[2] sums_to_one = [0.5, 0.4]\nloss E = mean(x @ W)": ("[0.5, 0.4] sums to 0.9", "s", "another value"),
    "input s[K, K] symmetric = [[1, 2], [3, 1]]\nloss E = mean(x @ W)": (
        "entry 0,1 is 2, but entry 1,0 is 3", "s", "another value"
    ),
    "target s[2] in K = [0, 2]\nloss E = mean(x @ W)": ("run from 0 to 1", "s", "a larger K"),
    "wrt q\nloss E = mean(x @ W)": ("q is not a declared input", "q", "declare"),
    "learning_rate -1\nloss E = mean(x @ W)": ("a learning rate is a positive number", "-1", "0.5"),
    "z = x @ W\nparam b\nloss E = mean(z)*b": ("declarations come before", "b", "move it up"),
    "z = x[0:2]\nloss E = mean(x)": ("slices have no bounds", ":", "letter"),
    "z += x\nloss E = mean(x)": ("= is expected after z", "+", "there is no +="),
    "parm q\nloss E = mean(x @ W)": ("= is expected after parm", "q", "param q"),
    "input s[N] onehot\nloss E = mean(x @ W)": ("there is no fact onehot", "onehot", "one_hot?"),
    "dim M\nloss E = mean(x @ W)": ("nothing tells the size M", "M", "M = 10"),
    "dim M\ntarget t[N] in M\nloss E = mean(x @ W)": ("nothing tells the size M", "M", "M = 10"),
    "loss E = mean(W*inf)": ("infinity is no number to compute with", "W*inf", "where(c, x, -inf)"),
    "loss E = mean(W + inf)": ("infinity is no number to compute with", "W + inf", "where(c, x, -inf)"),
    "loss E = mean(W**inf)": ("infinity is no number to compute with", "W**inf", "where(c, x, -inf)"),
    "loss E = mean(W/inf)": ("divides by infinity", "W/inf", "another divisor"),
    "loss E = mean(exp(inf)*W)": ("not a finite real number", "exp(inf)", "another value"),
    "loss E = mean(log(0)*W)": ("not a finite real number", "log(0)", "another value"),
    "loss E = mean(sqrt(-1)*W)": ("not a finite real number", "sqrt(-1)", "another value"),
    "loss E = mean((-1)**0.5*W)": ("not a finite real number", "(-1)**0.5", "another value"),
    "const c = -2\nloss E = mean(sqrt(c)*W)": ("not a finite real number", "sqrt(c)", "another value"),
    "loss E = mean((-2)**W)": ("only where its base is above 0", "-2", "a positive base"),
    "loss E = mean(W*1e400)": ("too large for floating point", "1e400", "between"),
    "loss E = mean(W*1e-400)": ("too small for floating point", "1e-400", "between"),
    "loss E = mean(W*1e200*1e200)": ("too large for floating point", "W*1e200*1e200", "between"),
    "const c = inf\nloss E = mean(W*c)": ("a number is wanted", "inf", "0.5"),
    "input s one_hot\nloss E = mean(x @ W)": ("one_hot speaks of an axis", "one_hot", "declare its axes"),
    "input s[N, K] symmetric\nloss E = mean(x @ W)": ("two equal axes at the end", "symmetric", "declare its axes"),
    "loss E = mean(foo(x @ W))": ("there is no function foo", "foo(x @ W)", "define it"),
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
    "z[n] = sum(x[n,2*i+1] for i in D)\nloss E = mean(z)": (
        "2*i+1 leaves the axis D: beyond D - 1 (up to 2*D - 1)", "2*i+1", "(x[n,2*i+1] else 0)"
    ),
    "z[n] = sum(x[n,i] for i in 2*D if i < D+1)\nloss E = mean(z)": ("i runs over 2*D", "x[n,i]", "over D"),
    "z[n] = sum(x[n,i*i] for i in D)\nloss E = mean(z)": ("a subscript is a letter, a whole number", "i*i", "in K"),
    "z[n] = (2*x[n,0] else 0)\nloss E = mean(z)": ("`else` follows one entry", "2*x[n,0]", "around the entry"),
    "z[n] = (x[n,0] else W[0])\nloss E = mean(z)": ("has more axes than the entry", "W[0]", "0"),
    "input q[N, 2+K]\nloss E = mean(x @ W)": ("an axis is a dimension, a whole number or a product", "2+K", "dim F"),
    "input q[H*K], r[K*H]\nloss E = mean(x @ W)": ("the axis K*H was written H*K before", "K*H", "H*K everywhere"),
    "z[n,k] = x[n,(k,1)]\nloss E = mean(z)": ("2 subscripts in round brackets need an axis", "(k,1)", "dim D = H*K"),
    "input q[N, H*K]\nz[n] = sum(q[n,(k,h)] for k in K, h in H)\nloss E = mean(z)": (
        "k runs over K, but this factor of the axis is H", "k", "the order H*K"
    ),
    "input q[N, H*K]\nz[n] = sum(q[n,(:,h)] for h in K)\nloss E = mean(z)": (
        "inside round brackets every subscript is one", ":", "a letter"
    ),
    "input q[N, H*K]\nz[n] = sum(q[n,(h,3)] for h in H)\nloss E = mean(z)": ("entry 3 may lie outside", "3", "K-1"),
    "input q[2*N]\nz = sum(x[n,0]*q[n] for n)\nloss E = z": ("n stands on an axis N and on an axis", "q[n]", "n in N"),
    "z = softmax(x @ W, over=H if x > 0)\nloss E = mean(z)": ("do not fit into", "softmax(", "index form"),
    "z = softmax(x @ W if x > 0)\nloss E = mean(z)": ("which axis the condition is about", "x > 0", "over=u if u <= t"),
    "z = sum(x if x > 0)\nloss E = z": ("which axes the condition is about", "x > 0", "over=i if c"),
    "z = sum(x, over=N if y > 0)\nloss E = mean(z)": ("do not fit into", "sum(x, over=N if y > 0)", "index form"),
    "z = softmax(x @ W, over=H if 1)\nloss E = mean(z)": ("this is a number, but a condition", "1", "a comparison"),
    "z[n,k] = [k]*y[n,k]\nloss E = mean(z)": ("this is a number, but a condition", "k", "a comparison"),
    "z[n] = x[n,0] > 0\nloss E = mean(z)": ("this is a condition, but a number", "x[n,0] > 0", "[c], which is 1 or 0"),
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


@pytest.mark.parametrize("opened", ["z = x @ (W", "z[n,h] = sum(x[n,d]*W[d,h] for d", "z = tanh(x @ W"])
def test_a_bracket_that_nothing_closes_is_the_only_mistake(opened: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(DECLARED + f"a = q + 1\n{opened}\nq = mean(z)\nloss E = q * a", "t.net")
    assert not isinstance(caught.value, InputErrors)
    assert caught.value.place is not None and caught.value.place.line == 7
    assert "closed" in caught.value.what


@pytest.mark.parametrize(
    "bound", ["max(w, -inf)", "where(w > 0, w, inf)", "where(w > -inf, w, 0)", "2**0.5*w", "exp(pi)*w"]
)
def test_infinity_stands_for_a_bound_and_numbers_for_themselves(bound: str) -> None:
    assert parse(f'network t "t"\nparam w\nloss E = {bound}').results == ("E",)


@pytest.mark.parametrize(
    ("formula", "place"),
    [("x/0", (1, 3)), ("  w + x/0 ", (7, 3)), ("x·foo(x)", (3, 6)), ("(w +\nx/0)", None), ("x/0 # why", (1, 3))],
)
def test_a_mistake_in_a_formula_is_shown_in_what_was_written(formula: str, place: tuple[int, int] | None) -> None:
    with pytest.raises(InputError) as caught:
        one_liner(formula)
    found = caught.value.place
    assert (found and (found.column, found.length)) == place
    assert found is None or (found.line, found.source) == (1, formula)


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
