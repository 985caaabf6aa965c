"""Every language says everything that English says, and a document in it says nothing in another one."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from codegen import languages
from codegen.block import Code, Math, Strong
from codegen.emit import listing
from codegen.formats import FORMATS
from codegen.language import FORMS, PLURALS, Language, Message, UnknownMessage, filled, places_of
from codegen.languages import ENGLISH, codes, language, read
from codegen.notation.formula import Cases, Logic, Name
from codegen.notation.latex import latex
from codegen.outline import outline
from codegen.outline.chain import SLOPE
from codegen.outline.worded import worded
from derive.derivation import Derivation
from derive.facts import FACTS
from derive.language import gallery
from derive.rules.derivatives import DERIVATIVE_RULES
from derive.step import Step
from tests.conftest import Command
from tests.documents.gallery import derived
from tests.engine.test_rules import RULES

ROOT = Path(__file__).resolve().parents[2]
OTHERS = [code for code in codes() if code != ENGLISH]
# Names of rules that are applied by other means than a record in the folder of rules.
APPLIED = ("local derivatives", "substitute", "use a fact", "fold into forward values", "chain rule")
# Between them these networks need nearly every sentence: a table, a page and a reason of every kind.
NEEDED = ("mlp", "worked_example", "rnn", "elastic_net", "gaussian_nll", "max_pool")
# In a document of another language only names are Latin words: of functions, formats, types and of us.
NAMES = {"NumPy", "float", "chainscribe", "stop"}


def forms(message: Message) -> dict[str, str]:
    return {"other": message} if isinstance(message, str) else dict(message)


@pytest.mark.parametrize("code", OTHERS)
def test_every_sentence_is_there_with_its_places(code: str) -> None:
    own, english = language(code).messages, language().messages
    assert own.keys() == english.keys()
    for key, message in own.items():
        wanted = set(places_of(forms(english[key])["other"]))
        assert all(set(places_of(form)) == wanted for form in forms(message).values()), key


@pytest.mark.parametrize("code", codes())
def test_every_number_finds_its_form(code: str) -> None:
    own = language(code)
    asked = {PLURALS[own.plural](count) for count in range(120)}
    assert asked <= FORMS
    assert all(isinstance(message, str) or message.keys() >= asked for message in own.messages.values())


@pytest.mark.parametrize("code", codes())
def test_the_forms_of_a_message_have_the_same_places(code: str) -> None:
    for key, message in language(code).messages.items():
        assert len({frozenset(places_of(form)) for form in forms(message).values()}) == 1, key


@pytest.mark.parametrize("code", OTHERS)
def test_every_rule_fact_and_reason_has_words(code: str) -> None:
    content = read(code)
    names = {rule.name for rule in RULES.values()} | {rule.name for rule in DERIVATIVE_RULES} | set(APPLIED)
    assert names <= content["rules"].keys()
    for name, fact in FACTS.items():
        said = content["facts"][name]
        assert said.keys() == {"sentence", "phrase"} | ({"of_number"} if fact.of_number else set())
        assert all("{tensor}" in said[key] for key in said if key != "phrase")
    english = read(ENGLISH)["reasons"]
    assert content["reasons"].keys() == english.keys()
    assert all(set(places_of(content["reasons"][key])) == set(places_of(form)) for key, form in english.items())


# What stands in the code


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call in codegen that asks for a message, with the name of its module."""
    for path in sorted((ROOT / "codegen").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            asks = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if asks and node.func.attr in ("say", "phrase") and node.args:
                yield path.stem, node


def literals(node: ast.expr) -> list[str]:
    """The keys that an expression may stand for; none where that is not written there."""
    if isinstance(node, ast.IfExp):
        return [*literals(node.body), *literals(node.orelse)]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def test_what_the_code_asks_for_is_there_with_these_places() -> None:
    messages = language().messages
    seen = 0
    for module, call in calls():
        for key in literals(call.args[0]):
            seen += 1
            assert key in messages, f"{module}: {key}"
            named = {word.arg for word in call.keywords}
            if None not in named:
                assert named - {"count"} == set(places_of(forms(messages[key])["other"])), f"{module}: {key}"
            counted = len(call.args) > 1 or "count" in named
            assert isinstance(messages[key], str) or counted, f"{module}: {key} has one form for each number"
    assert seen > 100


def test_no_sentence_is_left_that_nothing_says() -> None:
    strings: set[str] = set()
    for path in (ROOT / "codegen").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        strings |= {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    computed = {f"symbols.{role}" for role in ("input", "target", "param")}
    assert sorted(language().messages.keys() - strings - computed) == []


# What stands in documents


def steps(item: Derivation) -> Iterator[Step]:
    for lemma in item.lemmas:
        yield from lemma.steps
    for restated in item.restatements:
        yield from restated.steps
    for adjoint in item.adjoints:
        yield from adjoint.steps
        for local in adjoint.locals:
            yield from local.steps


def names_of(item: Derivation) -> set[str]:
    return {*item.network.tensors, *item.source.tensors, *(adjoint.tensor.name for adjoint in item.adjoints)}


@pytest.mark.parametrize("code", OTHERS)
def test_every_reason_in_the_gallery_is_translated(code: str) -> None:
    own = language(code)
    formulas = {rule.formula for rule in DERIVATIVE_RULES}
    open_reasons: set[str] = set()
    for name in gallery():
        item = derived(name)
        for step in steps(item):
            if not step.rule.startswith(SLOPE) and step.rule not in own.rules:
                open_reasons.add(step.rule)
            listed = set(step.because.split(", ")) <= names_of(item)
            if step.because and step.because not in formulas and not listed and own.reason(step.because) is None:
                open_reasons.add(step.because)
        for sentence in (sentence for restated in item.restatements for sentence in restated.assumed):
            open_reasons |= set() if own.reason(sentence) else {sentence}
    assert not open_reasons


def texts(markdown: str) -> str:
    """The words of a document: no formulas, no code, and not what the author of the network wrote above the rest."""
    without_code = re.sub(r"^(`{3,}).*?^\1$", "", markdown, flags=re.MULTILINE | re.DOTALL)
    displays = re.findall(r"^\$\$\n(.*?)\n\$\$$", without_code, flags=re.MULTILINE | re.DOTALL)
    beside = [words for display in displays for words in re.findall(r"\\text\{([^}]*)\}", display)]
    lines = re.sub(r"^\$\$\n.*?\n\$\$$", "", without_code, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`]*`|\$[^$\n]+\$", "", lines.partition("\n## ")[2]) + "\n".join(beside)


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize("name", NEEDED)
def test_documents_of_a_language_are_sound_and_wholly_in_it(name: str, code: str) -> None:
    item = derived(name)
    document = outline(item, listing(item), lang=code)
    assert document.language == code
    for format in ("md", "tex"):
        assert FORMATS[format].violations(FORMATS[format].render(document)) == []
    functions = {lemma.function.name for lemma in item.lemmas} | {"max", "min"}
    words = set(re.findall(r"[A-Za-z]{2,}", texts(FORMATS["md"].render(document))))
    assert not words - NAMES - functions


def test_the_words_of_an_english_document_are_found() -> None:
    item = derived("mlp")
    assert {"chain", "rule", "gradient"} <= set(texts(FORMATS["md"].render(outline(item, listing(item)))).split())


def test_a_language_with_letters_of_its_own_says_what_latex_needs() -> None:
    item = derived("mlp")
    source = FORMATS["tex"].render(outline(item, listing(item), lang="ko"))
    assert r"\usepackage{kotex}" in source.split(r"\begin{document}")[0]
    assert "순전파" in source
    assert "DeclareUnicodeCharacter{C21C}" not in source
    without = source.replace(r"\usepackage{kotex}", "")
    assert "the character 순 is not declared" in FORMATS["tex"].violations(without)
    assert r"\usepackage{kotex}" not in FORMATS["tex"].render(outline(item, listing(item)))


# The mechanism


TOY = Language(
    "toy",
    "Toy",
    "one",
    {
        "list.and": "{most} & {last}",
        "list.or": "{most} | {last}",
        "list.between": "; ",
        "rows": {"one": "a row", "other": "{number} rows"},
        "plain": "**no** {x}.",
    },
)


def test_a_place_takes_texts_formulas_and_numbers() -> None:
    x = Math(Name("x"))
    assert TOY.say("plain", x=x) == (Strong("no"), " ", x, ".")
    assert TOY.say("plain", x=("a ", Code("b"), " c")) == (Strong("no"), " a ", Code("b"), " c.")
    assert TOY.say("plain", x=3) == (Strong("no"), " 3.")


def test_a_hostile_name_stays_text() -> None:
    assert TOY.say("plain", x="{x} **b** `c`") == (Strong("no"), " {x} **b** `c`.")


@pytest.mark.parametrize("places", [{}, {"y": "b"}, {"x": "a", "y": "b"}])
def test_places_that_do_not_fit_are_a_bug_of_ours(places: dict[str, str]) -> None:
    with pytest.raises(UnknownMessage):
        filled("{x}", places)
    with pytest.raises(UnknownMessage):
        TOY.say("nothing")
    with pytest.raises(UnknownMessage):
        TOY.say("rows")


def test_lists_are_those_of_the_language() -> None:
    items = [("a",), ("b",), ("c",)]
    assert TOY.listed(items) == ("a; b & c",)
    assert TOY.listed(items[:2], "or") == ("a | b",)
    assert TOY.listed(items[:1]) == ("a",)
    assert TOY.listed([]) == ()


def test_a_reason_inside_another_is_found() -> None:
    korean = language("ko")
    message, inside = korean.reason("the rows of y sum to one (the rows of y are one-hot)") or ("", {})
    assert inside == {"x": "the rows of y sum to one", "reason": "the rows of y are one-hot"}
    assert message == "{x} ({reason})"
    assert korean.reason("the rows of y are one-hot") == ("{tensor}의 각 행이 원-핫", {"tensor": "y"})
    assert korean.reason("nothing of the kind") is None


def test_there_are_no_documents_in_a_language_without_a_file() -> None:
    with pytest.raises(ValueError, match="'tlh'; there are en"):
        language("tlh")


def test_the_command_writes_documents_of_a_language_beside_the_others(chainscribe: Command) -> None:
    run = chainscribe("build", "neuron", "--lang", "ko", "--detail", "result", "--only", "md")
    assert run.returncode == 0, run.stderr
    text = Path("generated/neuron/derivation.result.ko.md").read_text(encoding="utf-8")
    assert "모든 기울기" in text
    run = chainscribe("build", "neuron", "--lang", "tlh")
    assert run.returncode == 2
    assert "there are no documents in 'tlh'; there are en" in run.stderr


def test_words_inside_formulas_are_in_the_language_too() -> None:
    item = derived("elastic_net")
    written = FORMATS["md"].render(outline(item, listing(item), lang="ko"))
    assert r"\text{직접}" in written
    assert "direct" not in written
    own = language("ko")
    here = worded((Cases(Name("a"), Name("c"), Name("b")), Logic("and", (Name("c"), Name("d")))), own)
    printed = " ".join(latex(formula) for formula in here)
    assert own.phrase("formula.otherwise") in printed
    assert own.phrase("formula.and") in printed


def test_a_language_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for item in (ROOT / "codegen" / "languages").glob("*.toml"):
        shutil.copy(item, tmp_path)
    shutil.copy(tmp_path / "ko.toml", tmp_path / "xx.toml")
    monkeypatch.setattr(languages, "files", lambda package: tmp_path)
    languages.codes.cache_clear()
    try:
        assert "xx" in codes()
        item = derived("neuron")
        assert "순전파" in FORMATS["md"].render(outline(item, listing(item), lang="xx"))
    finally:
        monkeypatch.undo()
        languages.codes.cache_clear()
        languages.language.cache_clear()
