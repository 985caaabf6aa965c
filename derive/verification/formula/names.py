"""Names that people write out: functions, words for quantities, Greek letters, and the words of sentences."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


# Functions that people write before their argument without brackets: log p, tanh z.
PREFIX = words(
    "log ln lg exp sin cos tan cot sinh cosh tanh arcsin arccos arctan sqrt erf sign sgn sigmoid softmax softplus relu "
    "ReLU gelu GELU silu SiLU elu ELU selu SELU swish mish softsign logistic diag tr trace det vec rank"
)
# What is a large operator as soon as something stands below it.
LARGE = {"sum": "sum", "prod": "prod", "max": "max", "min": "min", "mean": "mean", "argmax": "argmax"}
FUNCTIONS = PREFIX | words(
    "leaky_relu LeakyReLU hardtanh max min sum mean argmax prod norm abs clip logsumexp logit Softmax Sigmoid Tanh "
    "Softplus MSE BCE NLL RMSE MAE SSE LayerNorm BatchNorm dropout cov var std concat conv pool"
)
# Words that stand for a quantity although their letters are written side by side, as in target - output.
WORDS = words(
    "target output input loss Loss net out error Error cost Cost total true pred label logits logit score scores size "
    "bias weight weights hidden batch mask step rate grad target targets outputs inputs labels actual predicted ideal "
    "desired result value data time new old prev next sum avg lr"
)
GREEK = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "epsilon": "ε",
    "varepsilon": "ε",
    "zeta": "ζ",
    "eta": "η",
    "theta": "θ",
    "vartheta": "θ",
    "iota": "ι",
    "kappa": "κ",
    "lambda": "λ",
    "mu": "μ",
    "nu": "ν",
    "xi": "ξ",
    "pi": "π",
    "rho": "ρ",
    "varrho": "ρ",
    "sigma": "σ",
    "tau": "τ",
    "upsilon": "υ",
    "phi": "φ",
    "varphi": "φ",
    "chi": "χ",
    "psi": "ψ",
    "omega": "ω",
    "Gamma": "Γ",
    "Delta": "Δ",
    "Theta": "Θ",
    "Lambda": "Λ",
    "Xi": "Ξ",
    "Pi": "Π",
    "Sigma": "Σ",
    "Upsilon": "Υ",
    "Phi": "Φ",
    "Psi": "Ψ",
    "Omega": "Ω",
}
# Words of sentences, by what they do: they give a case, or join two statements, or begin another one.
SENTENCE = {
    **dict.fromkeys(("if", "when", "wenn", "falls", "si", "若", "当"), "if"),
    **dict.fromkeys(("for", "für", "fuer", "forall", "pour"), "for"),
    **dict.fromkeys(("otherwise", "else", "sonst", "sinon"), "otherwise"),
    **dict.fromkeys(("and", "und", "et"), "and"),
    **dict.fromkeys(("where", "with", "wobei", "mit", "so", "thus", "hence", "then", "therefore", "also"), "then"),
}
ACCENTS = {
    "hat": "hat",
    "widehat": "hat",
    "bar": "bar",
    "overline": "bar",
    "tilde": "tilde",
    "widetilde": "tilde",
    "vec": "vec",
    "overrightarrow": "vec",
    "dot": "dot",
}
COMBINING = {"\u0302": "hat", "\u0304": "bar", "\u0305": "bar", "\u0303": "tilde", "\u20d7": "vec", "\u0307": "dot"}


def sentence_word(text: str) -> str | None:
    """What a word, or words such as "for all", do in a sentence around formulas; None for any other."""
    return SENTENCE.get(" ".join(text.lower().split()).strip(" :,").removesuffix(" all").removesuffix(" each"))
