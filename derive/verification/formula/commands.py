"""LaTeX commands by what they are: letters, signs, relations, fonts, layout, and what is not read with its reason."""

from __future__ import annotations

from derive.verification.formula.names import ACCENTS, GREEK, words

LETTERS = {
    **GREEK,
    "ell": "ℓ",
    "infty": "∞",
    "top": "T",
    "intercal": "T",
    "imath": "i",
    "jmath": "j",
    "hbar": "ħ",
}
FUNCTIONS = {
    **{
        name: name
        for name in words(
            "log ln lg exp sin cos tan cot sinh cosh tanh arcsin arccos arctan det max min tr diag sigmoid "
            "softmax relu ReLU sgn sign rank"
        )
    },
    "argmax": "argmax",
}
SIGNS = {
    "cdot": "·",
    "cdotp": "·",
    "bullet": "·",
    "times": "×",
    "odot": "⊙",
    "circ": "⊙",
    "otimes": "⊗",
    "ast": "*",
    "star": "*",
    "div": "/",
    "oslash": "/",
    "prime": "'",
    "lbrace": "⦃",
    "{": "⦃",
    "rbrace": "⦄",
    "}": "⦄",
    "lbrack": "[",
    "rbrack": "]",
    "vert": "|",
    "lvert": "⟦",
    "rvert": "⟧",
    "Vert": "‖",
    "|": "‖",
    "lVert": "⟪",
    "rVert": "⟫",
    "colon": ":",
    "_": "_",
}
RELATIONS = {
    "coloneqq": ":=",
    "coloneq": ":=",
    "triangleq": ":=",
    "equiv": "≡",
    "approx": "≈",
    "simeq": "≈",
    "cong": "≈",
    "doteq": "≈",
    "to": "→",
    "rightarrow": "→",
    "longrightarrow": "→",
    "leftarrow": "←",
    "longleftarrow": "←",
    "gets": "←",
    "Rightarrow": "⇒",
    "Longrightarrow": "⇒",
    "implies": "⇒",
    "Leftrightarrow": "⇔",
    "Longleftrightarrow": "⇔",
    "iff": "⇔",
    "propto": "∝",
    "lt": "<",
    "gt": ">",
    "le": "≤",
    "leq": "≤",
    "leqslant": "≤",
    "ge": "≥",
    "geq": "≥",
    "geqslant": "≥",
    "ne": "≠",
    "neq": "≠",
    "in": "∈",
    "sim": "∼",
}
FLOORS = {"lfloor": "floor", "lceil": "ceil", "rfloor": "", "rceil": ""}
LARGE = {"sum": "sum", "prod": "prod"}
MACROS = {
    "frac": "frac",
    "dfrac": "frac",
    "tfrac": "frac",
    "cfrac": "frac",
    "sqrt": "sqrt",
    **{name: f"accent {accent}" for name, accent in ACCENTS.items()},
}
# Fonts of letters, whose braces only group; and fonts of words, whose braces make one name.
FONTS = words("mathbf boldsymbol bm mathcal mathscr mathfrak mathbb mathit bold symbf pmb mathnormal bf cal rm it")
NAMES = words("mathrm operatorname mathsf mathtt mathop")
TEXTS = words("text textrm textbf textit textsf texttt textnormal mbox hbox intertext")
BLANKS = words(
    "limits nolimits displaystyle textstyle scriptstyle scriptscriptstyle nonumber notag hfill hline allowbreak "
    "mathstrut strut centering small large normalsize , ; : ! > thinspace medspace thickspace negthinspace enspace "
    "nobreak break hfil relax noindent"
) | {" ", "\n"}
WIDE = frozenset(("quad", "qquad"))
# Layout with an argument that is no mathematics.
DROPPED = words("color label tag vspace hspace phantom hphantom vphantom eqref ref mspace kern")
KEPT = words("boxed fbox ensuremath mathrel mathbin mathord underline cancel")
BRACES = {"underbrace": "_", "overbrace": "^", "underbracket": "_", "overbracket": "^"}
SIZES = frozenset([f"{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")])
ROWS = frozenset(("\\", "cr", "newline", "tabularnewline"))
MATRICES = words("matrix pmatrix bmatrix Bmatrix smallmatrix vmatrix Vmatrix")
CASES = frozenset(("cases", "dcases", "rcases"))
ALIGNED = words(
    "aligned align align* alignedat split gathered gather gather* equation equation* eqnarray eqnarray* multline "
    "multline* displaymath flalign flalign* alignat alignat*"
)
DOTS = words("cdots dots ldots vdots ddots dotsc dotsb")
REFUSED = {
    **dict.fromkeys(
        ("lim", "limsup", "liminf"),
        ("limits are not read", "state the derivative itself: the rule is checked, not its definition"),
    ),
    **dict.fromkeys(("pm", "mp"), ("a sign that is + or - at once is not read", "write two formulas")),
    **dict.fromkeys(("int", "iint", "oint"), ("integrals are not read", "only derivatives, sums and products are")),
    "binom": ("binomial coefficients are not read", "write it as a fraction"),
    "mid": ("conditional probabilities are not read", "give the value a name of its own"),
    "dagger": ("† is not read", r"^T or ^{\top} for a transpose"),
}
