"""No text makes the reader fail: mutated documents are read or refused, every place stays inside the text."""

from __future__ import annotations

import random

import pytest

from derive.errors import InputError
from derive.verification.document import document_of

MARKDOWN = r"""---
chainscribe:
  network: mlp
---
# Title $k$

For one example $a = b$ and $$c
= d$$$$e$$ costs $5.

> $$
> a
> $$

- dW1 = x.T @ dz1
  = 3

1. `dz = p - y` \(q\) \\[ r = 1 \\]

| symbol | means |
|---|:-:|
| $a^{(1)}$ | h |

```math
a \\ b
```
"""
MORE_MARKDOWN = r"""
```
dz = p - y
```

~~~tex
\[ a \] % c
~~~
<!-- claim: E falls -->
**Claim:** $E$

<pre>
$x$
</pre>
\begin{align}
a &= b \\ c
\end{align}
$$\newcommand{\v}[1]{\mathbf{#1}}$$ $\v x$ [l](http://a.b/$c$) <a href="$d$">
"""
LATEX = r"""\newcommand{\pd}[2][E]{\frac{\partial #1}{\partial #2}}
\def\be{\begin{equation}}\let\w\omega
% chainscribe: network = mlp
% symbol: a means h
\begin{document}
So $\pd{W} = \w$ \be a \end{equation}
\begin{align*} a &= b \\ \end{align*} \verb|$x$| \[ \begin{aligned} a & b \end{aligned} \]

\begin{verbatim}$x$\end{verbatim}
claim: E falls
\end{document}
"""
PLAIN = r"""# chainscribe: network = mlp
# symbol: a means h
so dz = p - y, where p = softmax(z).
E = 1/2 (y - t)^2
  = 0.5 *
 2
claim: E falls by 0.1
Output layer: W → 0.4 (see above)
\frac{a}{b} = c
"""
NOTEBOOK = r"""{"nbformat": 4, "cells": [{"cell_type": "markdown", "source": ["so $a = b$\n", "$$c$$"]},
 {"cell_type": "code"}]}"""
SEEDS = {"markdown": [MARKDOWN, MORE_MARKDOWN], "latex": [LATEX], "plain": [PLAIN], "notebook": [NOTEBOOK]}
MARKS = r"""$ $$ \( \) \[ \] \\ \ { } ` ``` ~~~ <!-- --> > - | % # = & \begin{align} \end{align} \begin{verbatim} \def\a
 \newcommand{ \a{ #1 \v \pd claim: chainscribe: symbol: --- [ ]( ) <pre> </pre> \begin{document} \n " ' , [ ]"""
PIECES = [*MARKS.split(), "\n", "\n\n", "\t", "\x00", "\u2028", "é", "한", "\ud800", "\r", "    "]


def mutated(text: str, random: random.Random) -> str:
    """The text after a few cuts, copies and insertions."""
    for _ in range(random.randint(1, 6)):
        at, to = sorted(random.randrange(len(text) + 1) for _ in range(2))
        change = random.randrange(4)
        if change == 0:
            text = text[:at] + text[min(to, at + 12) :]
        elif change == 1:
            text = text[:at] + random.choice(PIECES) * random.choice((1, 1, 1, 2, 3)) + text[at:]
        elif change == 2:
            text = text[:to] + text[at : at + 40] + text[to:]
        else:
            text = text[:at] + text[at:to][::-1][:10] + text[to:]
    return text


@pytest.mark.parametrize("kind", [*SEEDS, None])
@pytest.mark.parametrize("seed", range(4))
def test_mutated_documents_are_read_or_refused(kind: str | None, seed: int) -> None:
    source = random.Random(f"{kind} {seed}")
    seeds = SEEDS[kind] if kind else [text for texts in SEEDS.values() for text in texts]
    for _ in range(100):
        text = mutated(source.choice(seeds), source)
        try:
            document = document_of(text, "notes", kind)  # type: ignore[arg-type]
        except InputError as error:
            assert kind in ("notebook", None), error
            continue
        for snippet in document.snippets:
            assert snippet.text.strip() and len(snippet.starts) == len(snippet.text)
            for line, column in snippet.starts:
                assert 1 <= line <= len(document.lines) and 1 <= column <= len(document.lines[line - 1]) + 1
            assert str(snippet.place(0, len(snippet.text)).excerpt())
        for error in document.errors:
            assert error.place is not None and error.remedy and str(error)


# Each of these is quadratic for a reader that looks to the end of the text from every opening mark.
@pytest.mark.parametrize("kind", ["markdown", "latex", "plain"])
@pytest.mark.parametrize(
    "piece",
    [
        *(
            "$",
            "$$",
            "$a",
            "$$\n",
            "\\(",
            "\\(a ",
            "\\[a\n",
            "\\begin{align}\n",
            "\\begin{align}\n\n",
            "`",
            "``` \n",
            "` `` ",
        ),
        *(
            "<!--\n",
            "<a ",
            "](",
            "| a |\n|---|\n",
            "> ",
            ">\n",
            "- ",
            "\\def\\a{",
            "\\newcommand{\\a}[1]{#1}\\a{",
            "{",
            "#1",
        ),
        *(
            "a = b ",
            "a = (\n",
            "a =\n",
            "a\n= b\n",
            " ",
            " \n",
            "\\",
            "%",
            "claim:",
            "\\begin{verbatim}",
            "<pre>\n",
            "a b c. ",
        ),
        *("word, ", "= ", "* ", "'", "\\verb|", "a = b, where ", "a = b and ", "so so: "),
    ],
)
def test_a_mark_thousands_of_times_is_read(piece: str, kind: str) -> None:
    document = document_of(piece * 3_000, "notes", kind)  # type: ignore[arg-type]
    assert sum(len(snippet.text) for snippet in document.snippets) <= 2 * 3_000 * len(piece)
