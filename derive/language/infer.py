"""A network from a single formula: every name that it uses gets a declaration, by the conventions of the field.

x[N, D]   y, t like what they are compared with   capitals are matrices   small letters are vectors
a formula without @, reductions and functions along an axis is one of single numbers
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from derive.errors import InputError, InputErrors, Place
from derive.language.grammar import parse_formula
from derive.language.guess import Axes, Misfit, Unifier
from derive.language.printer import text as written
from derive.language.reader import parse
from derive.language.tree import Call, Chain, Name, Node, Subscript, Transpose, walk
from derive.network import Network
from derive.vocabulary import ALONG_AN_AXIS, REDUCTIONS

TARGETS = ("y", "t")
SCALARS = ("eps", "ε", "alpha", "α", "beta", "β", "lam", "λ", "gamma", "γ", "delta", "δ", "tau", "τ", "c")
SIZES = ("N", "D", "H", "K", "M", "T", "L", "P", "Q", "R", "S", "A", "B", "C", "F", "G")
LETTER_SIZES = {"n": "N", "i": "D", "d": "D", "j": "H", "h": "H", "k": "K", "l": "K", "m": "M", "t": "T"}
MOST_NAMES = 9


def one_liner(text: str, wrt: Sequence[str] = ()) -> Network:
    """The network of a formula, with gradients by `wrt` (else by every name but x, y and t).

    A formula that is one number is a loss, any other an output. InputError when no shapes fit.
    """
    tree = parse_formula(text, "<formula>")
    if tree is None:
        raise InputError("there is no formula", None, "mean((sigmoid(x @ W + b) - y)**2)")
    letters, free = _letters(tree)
    sizes = _named_sizes(tree, wrt)
    names = [name for name in _names(tree, letters) if name not in sizes]
    for name in wrt:
        if name not in names:
            what = f"{name} does not stand in the formula"
            raise InputError(what, None, f"one of {', '.join(names)}" if names else "a formula with a name in it")
    if not names:
        raise InputError("there is no name in this formula, so nothing to differentiate by", tree.place, "x**2")
    if len(names) > MOST_NAMES:
        raise InputError(f"more than {MOST_NAMES} names without declarations", tree.place, "a .net file")
    params = list(wrt) or [name for name in names if name not in ("x", *TARGETS)] or names[:1]
    unifier, axes = _shapes(tree, names, letters, params)
    formula = text.strip()
    if "\n" in formula or "#" in formula:
        formula = written(tree)
    declared = _Declared(tree, names, params, unifier, axes, free, sizes).text(formula)
    try:
        return parse(declared, "<formula>")
    except InputErrors as mistakes:
        raise InputErrors([_replaced(mistake, declared, formula, text) for mistake in mistakes.errors]) from None
    except InputError as mistake:
        raise _replaced(mistake, declared, formula, text) from None


def _replaced(mistake: InputError, declared: str, formula: str, text: str) -> InputError:
    """A mistake in the declared formula as one in what the author wrote, who has never seen the declarations."""
    lines = declared.splitlines()
    place = None
    if mistake.place is not None and mistake.place.line == len(lines) and formula in text:
        column = mistake.place.column - (len(lines[-1]) - len(formula)) + text.index(formula)
        if column > text.index(formula):
            place = Place("<formula>", 1, column, mistake.place.length, text)
    return InputError(mistake.what, place, mistake.remedy)


def _letters(tree: Node) -> tuple[frozenset[str], tuple[str, ...]]:
    """All letters, and those that no `for` binds, in order of appearance."""
    bound = {letter.name for node in walk(tree) if isinstance(node, Call) for letter in node.letters or ()}
    whole = {node.of.name for node in walk(tree) if isinstance(node, Subscript) and isinstance(node.of, Name)}
    standing: dict[str, None] = {}
    for node in walk(tree):
        if isinstance(node, Subscript):
            for item in node.items:
                if isinstance(item, Name) and item.name not in bound and item.name not in whole:
                    standing[item.name] = None
    lower = tuple(name for name in standing if len(name) == 1)
    return frozenset({*bound, *lower}), lower


def _names(tree: Node, letters: frozenset[str]) -> list[str]:
    subscripted = {id(n.of): n.of.name for n in walk(tree) if isinstance(n, Subscript) and isinstance(n.of, Name)}
    over = {id(name) for n in walk(tree) if isinstance(n, Call) for name in n.over or ()}
    found: dict[str, None] = {}
    for node in walk(tree):
        if not isinstance(node, Name) or id(node) in over or node.name in ("pi", "inf"):
            continue
        if node.name not in letters or id(node) in subscripted:
            found[node.name] = None
    return list(found)


def _named_sizes(tree: Node, wrt: Sequence[str]) -> list[str]:
    """Names that can only be sizes: conventional ones that are no operand of @, .T or a subscript."""
    tensors = set(wrt)
    for node in walk(tree):
        if isinstance(node, Subscript | Transpose) and isinstance(node.of, Name):
            tensors.add(node.of.name)
        if isinstance(node, Chain) and "@" in node.signs:
            tensors |= {operand.name for operand in node.operands if isinstance(operand, Name)}
    over = {name.name for node in walk(tree) if isinstance(node, Call) for name in node.over or ()}
    bare = {node.name for node in walk(tree) if isinstance(node, Name)}
    within = {
        n.within.name
        for node in walk(tree)
        if isinstance(node, Call)
        for n in node.letters or ()
        if isinstance(n.within, Name)
    }
    return sorted(((bare & set(SIZES[:6])) | over | within) - tensors)


def _has_axes(tree: Node) -> bool:
    """True when something in the formula speaks of axes."""
    return any(
        isinstance(node, Subscript | Transpose)
        or (isinstance(node, Chain) and "@" in node.signs)
        or (isinstance(node, Call) and (node.function in ALONG_AN_AXIS or _reduces(node)))
        for node in walk(tree)
    )


def _reduces(node: Call) -> bool:
    return node.function in REDUCTIONS and not (node.function in ("max", "min") and len(node.arguments) == 2)


def _preferred(name: str, tree: Node) -> int:
    if not _has_axes(tree) or name in SCALARS:
        return 0
    return 2 if name[0].isupper() or name.rstrip("'0123456789") in ("x", "z", "a", "h", *TARGETS) else 1


def _shapes(tree: Node, names: list[str], letters: frozenset[str], params: list[str]) -> tuple[Unifier, Axes]:
    """The fitting ranks nearest to the conventional ones."""
    given = {
        node.of.name: len(node.items)
        for node in walk(tree)
        if isinstance(node, Subscript) and isinstance(node.of, Name) and node.of.name in names
    }
    preferred = {name: given.get(name, _preferred(name, tree)) for name in names}
    choices = [(given[name],) if name in given else (0, 1, 2) for name in names]

    def cost(ranks: tuple[int, ...]) -> int:
        # A target takes the shape of what it meets, and a bias that of what it is added to: they yield first.
        weights = {name: 1 if name in TARGETS or name.startswith("b") else 3 for name in names}
        return sum(weights[name] * abs(rank - preferred[name]) for name, rank in zip(names, ranks, strict=True))

    best: tuple[int, Unifier, Axes] | None = None
    for ranks in sorted(product(*choices), key=cost):
        if best is not None and best[0] <= cost(ranks):
            break
        unifier = Unifier(dict(zip(names, ranks, strict=True)), letters)
        try:
            axes = unifier.axes(tree)
        except Misfit:
            continue
        total = cost(ranks) + 5 * _along_the_batch(unifier)
        if not _target_broadcasts(tree, unifier) and (best is None or total < best[0]):
            best = total, unifier, axes
    if best is None:
        raise InputError("no shapes fit this formula", tree.place, "a .net file, in which the shapes are declared")
    return best[1:]


def _along_the_batch(unifier: Unifier) -> int:
    """How many axes of other tensors than x and the targets run over the batch: weights and biases do not."""
    if unifier.ranks.get("x") != 2:
        return 0
    batch = unifier.find("x.0")
    others = [name for name in unifier.ranks if name not in ("x", *TARGETS)]
    return sum(unifier.find(axis) == batch for name in others for axis in unifier.tensor(name))


def _target_broadcasts(tree: Node, unifier: Unifier) -> bool:
    """True when a target meets something of another rank: then it is not like what it is compared with."""
    for node in walk(tree):
        if isinstance(node, Chain) and "@" not in node.signs:
            targets = [o for o in node.operands if isinstance(o, Name) and o.name in TARGETS]
            others = [len(unifier.axes(o)) for o in node.operands if o not in targets]
            if others and any(unifier.ranks[target.name] != max(others) for target in targets):
                return True
    return False


class _Declared:
    """The text of the network: declarations that follow from the shapes, and the formula."""

    def __init__(
        self,
        tree: Node,
        names: list[str],
        params: list[str],
        unifier: Unifier,
        axes: Axes,
        free: tuple[str, ...],
        sizes: list[str],
    ) -> None:
        self.tree, self.names, self.params = tree, names, params
        self.unifier, self.axes, self.free, self.sizes = unifier, axes, free, sizes
        self.named: dict[str, str] = {}
        for size in sizes:
            root = unifier.find(f"={size}")
            if root != f"={size}":
                self.named[root] = size
        for letter in sorted(unifier.letters):
            self._give(letter, LETTER_SIZES.get(letter, letter.upper()))
        for axis, size in (("x.0", "N"), ("x.1", "D")):
            if axis in unifier.tensor("x" if "x" in names else names[0]) and unifier.ranks.get("x") == 2:
                self._give(axis, size)
        for size in unifier.within.values():
            self._give(size, "K")

    def _give(self, size: str, wish: str) -> None:
        root = self.unifier.find(size)
        if root in self.named:
            return
        taken = {*self.named.values(), *self.names, *self.unifier.letters}
        free = [
            name for name in (wish, *(name for name in SIZES if name not in "ND" or wish == "N")) if name not in taken
        ]
        self.named[root] = free[0]

    def _size(self, size: str, wish: str = "H") -> str:
        self._give(size, wish)
        return self.named[self.unifier.find(size)]

    def _tensor(self, name: str) -> str:
        rank = self.unifier.ranks[name]
        wishes = ("N", "K") if rank == 2 and name[0].islower() else ("D", "H")
        shape = ", ".join(self._size(axis, wishes[min(i, 1)]) for i, axis in enumerate(self.unifier.tensor(name)))
        labels = f" in {self._size(self.unifier.within[name], 'K')}" if name in self.unifier.within else ""
        return f"{name}[{shape}]{labels}" if shape else f"{name}{labels}"

    def text(self, formula: str) -> str:
        """Declarations and one equation, with the formula as it is given here."""
        roles: dict[str, list[str]] = {"input": [], "target": [], "param": []}
        for name in self.names:
            role = "param" if name in self.params else "target" if name in TARGETS else "input"
            roles[role].append(self._tensor(name))
        scalar = not self.axes and not self.free
        wishes = ("E", "C", "L", "J", "loss1") if scalar else ("out", "f", "g", "result")
        result = next(name for name in wishes if name not in {*self.names, *self.named.values(), *self.sizes})
        left = f"{result}[{','.join(self.free)}]" if self.free else result
        dims = sorted({*self.named.values(), *self.sizes}, key=lambda s: SIZES.index(s) if s in SIZES else len(SIZES))
        escaped = written(self.tree).replace("\\", "\\\\").replace('"', '\\"')
        lines = [f'network formula "{escaped}"']
        lines += [f"dim {', '.join(dims)}"] if dims else []
        lines += [f"{role} {', '.join(tensors)}" for role, tensors in roles.items() if tensors]
        lines += ["", f"{'loss' if scalar else 'output'} {left} = {formula}"]
        return "\n".join(lines) + "\n"
