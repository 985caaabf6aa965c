"""The languages of documents, one file each: a new one is a file here, with the same keys as `en.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from codegen.language import FORMS, Language, Message
from derive.facts import FACTS

ENGLISH = "en"
# Tables of a file that are no messages.
_APART = ("language", "rules", "facts", "reasons")


@cache
def codes() -> tuple[str, ...]:
    """The codes of all languages, English first."""
    found = sorted(item.name.removesuffix(".toml") for item in files(__name__).iterdir() if item.name.endswith(".toml"))
    return (ENGLISH, *(code for code in found if code != ENGLISH))


def read(code: str) -> dict[str, Any]:
    """The file of a language as it is written."""
    return tomllib.loads((files(__name__) / f"{code}.toml").read_text(encoding="utf-8"))


@cache
def language(code: str = ENGLISH) -> Language:
    """A language by its code; ValueError for one that there is no file for."""
    if code not in codes():
        raise ValueError(f"there are no documents in {code!r}; there are {', '.join(codes())}")
    content = read(code)
    own = content["language"]
    return Language(
        code,
        own["name"],
        own["plural"],
        _messages({section: table for section, table in content.items() if section not in _APART}),
        content.get("rules", {}),
        content.get("facts", {}),
        {} if code == ENGLISH else _reasons(content),
        (own.get("latex_preamble", ""), own.get("latex_characters", "")),
        tuple(own.get("fonts", ())),
    )


def _messages(table: Mapping[str, Any], before: str = "") -> dict[str, Message]:
    """The messages of nested tables by dotted keys; a table of plural forms is one message."""
    found: dict[str, Message] = {}
    for name, item in table.items():
        if isinstance(item, str) or item.keys() <= FORMS:
            found[before + name] = item
        else:
            found |= _messages(item, f"{before}{name}.")
    return found


def _reasons(content: Mapping[str, Any]) -> dict[str, str]:
    """What another language makes of each English reason, sentences about facts among them."""
    table, facts = content["reasons"], content["facts"]
    found = {english: table[key] for key, english in read(ENGLISH)["reasons"].items() if key in table}
    for fact in FACTS.values():
        told = facts.get(fact.name, {})
        found |= {fact.sentence: told["sentence"]} if "sentence" in told else {}
        found |= {fact.of_number: told["of_number"]} if "of_number" in told else {}
    return found
