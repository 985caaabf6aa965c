"""Typst source in; PDF, SVG or PNG out: the only module that knows the compiler, which is the wheel `typst`.

    typesetting.pdf(source, fonts)         ->  bytes
    typesetting.drawings(source, fonts)    ->  one SVG text for each page
    typesetting.pictures(source, fonts)    ->  one PNG for each page
    typesetting.fonts_for(text, asked)     ->  fonts that have every character of the text, or an InputError

Nothing is read but the source and the files handed in with it; no package is fetched. Fonts of the system are
used for characters alone that the compiler's own fonts do not have, so that most documents are the same everywhere.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from derive.errors import InputError

if TYPE_CHECKING:
    import typst

REMEDY = "pip install 'chainscribe[pdf]'"
_FONT_REMEDY = "--font with a font that has them, or install one: apt-get install fonts-nanum (Korean), fonts-noto"
# Families that have letters beyond Latin, Greek and Cyrillic, those with serifs first; others of the system come last.
_KNOWN_FAMILIES = (
    "Noto Serif CJK KR",
    "Noto Serif KR",
    "NanumMyeongjo",
    "Noto Sans CJK KR",
    "Noto Sans KR",
    "NanumGothic",
    "AppleMyungjo",
    "Apple SD Gothic Neo",
    "Batang",
    "Malgun Gothic",
    "UnBatang",
    "UnDotum",
    "Noto Serif CJK JP",
    "Noto Serif CJK SC",
    "Noto Sans CJK JP",
    "Noto Sans CJK SC",
)
# No font has a sign for a code point that stands for nothing.
_NOTHING = 0x378


@dataclass(frozen=True)
class Fonts:
    """What may be set with: the compiler's own fonts and, behind them, others.

    families  to be named in the source after the compiler's own, in this order
    system    whether fonts of the system are looked at
    file      a font file that the user named
    """

    families: tuple[str, ...] = ()
    system: bool = False
    file: str = ""


OWN = Fonts()


def is_installed() -> bool:
    """Whether the compiler is there."""
    return importlib.util.find_spec("typst") is not None


def pdf(source: str, fonts: Fonts = OWN, files: Mapping[str, bytes] | None = None) -> bytes:
    """The source as PDF without a date; `files` are read by it under their names."""
    made: bytes = _compile(source, fonts, files, format="pdf", timestamp=0)
    return made


def drawings(source: str, fonts: Fonts = OWN, files: Mapping[str, bytes] | None = None) -> tuple[str, ...]:
    """Each page as SVG, letters as outlines."""
    return tuple(page.decode() for page in _pages(_compile(source, fonts, files, format="svg")))


def pictures(
    source: str, fonts: Fonts = OWN, files: Mapping[str, bytes] | None = None, per_inch: float = 144
) -> tuple[bytes, ...]:
    """Each page as PNG."""
    return tuple(_pages(_compile(source, fonts, files, format="png", ppi=per_inch)))


def fonts_for(text: str, asked: str = "", preferred: tuple[str, ...] = ()) -> Fonts:
    """Fonts that have every character of the text.

    asked       a font file or the name of a family, to be used for what the compiler's own fonts do not have
    preferred   families that are looked for first when nothing is asked for

    Raises InputError that names the characters for which there is no font.
    """
    if asked:
        fonts = _asked(asked)
        missing = uncovered(text, fonts)
    elif not (missing := uncovered(text, OWN)):
        return OWN
    else:
        present = set(_loaded(True, "").families())
        wanted = dict.fromkeys((*preferred, *_KNOWN_FAMILIES))
        fonts = Fonts(tuple(family for family in wanted if family in present), system=True)
        missing = uncovered(missing, fonts)
    if missing:
        named = ", ".join(f"{sign} (U+{ord(sign):04X})" for sign in missing[:8])
        more = f" and {len(missing) - 8} more" if len(missing) > 8 else ""
        raise InputError(f"no font here has the characters {named}{more}", remedy=_FONT_REMEDY)
    return fonts


def uncovered(text: str, fonts: Fonts = OWN) -> str:
    """The characters of the text that would be set as boxes, each once, in the order of their numbers."""
    signs = sorted({sign for sign in text if ord(sign) > 0x7E and sign.isprintable()})
    known = _covered(fonts)
    unknown = [sign for sign in signs if sign not in known]
    if unknown:
        known |= _asked_of_the_compiler(unknown, fonts)
    return "".join(sign for sign in signs if not known[sign])


def string(text: str) -> str:
    r"""The text as a string of Typst's, in which nothing is a command.

    >>> print(string('a "b" \\ #c'))
    "a \"b\" \\ #c"
    """
    return '"' + "".join(_escaped(sign) for sign in text) + '"'


def families(*own: str, fonts: Fonts = OWN) -> str:
    """The value of `font:` in the source: the compiler's own families and those behind them."""
    return "(" + "".join(f"{string(family)}, " for family in (*own, *fonts.families)) + ")"


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    return sign if sign.isprintable() else f"\\u{{{ord(sign):x}}}"


def _asked(name: str) -> Fonts:
    """A font file, or a family by its name."""
    if Path(name).is_file():
        own = set(_loaded(False, "").families())
        found = tuple(family for family in _loaded(False, name).families() if family not in own)
        if not found:
            raise InputError(f"{name}: is not a font that can be used", remedy="a file that ends in .ttf, .otf or .ttc")
        return Fonts(found, file=name)
    by_name = {family.casefold(): family for family in _loaded(True, "").families()}
    if name.casefold() not in by_name:
        raise InputError(f"--font {name}: no font file and no font of this system is called so", remedy="fc-list")
    return Fonts((by_name[name.casefold()],), system=True)


@cache
def _covered(fonts: Fonts) -> dict[str, bool]:
    """What is known so far of the characters that these fonts have."""
    return {}


def _asked_of_the_compiler(signs: Iterable[str], fonts: Fonts) -> dict[str, bool]:
    """Whether each sign is set as something else than the box for a missing one."""
    head = f"#set page(width: auto, height: auto, margin: 0pt)\n#set text(font: {families(_SERIF, fonts=fonts)})\n"
    codes = [_NOTHING, *(ord(sign) for sign in signs)]
    pages = drawings(head + "#pagebreak()\n".join(f'#text("\\u{{{code:x}}}")\n' for code in codes), fonts)
    box, *outlines = (re.findall(r'href="#(\w+)"', page) for page in pages)
    return {sign: outline != box for sign, outline in zip(signs, outlines, strict=True)}


_SERIF = "New Computer Modern"


def _compile(source: str, fonts: Fonts, files: Mapping[str, bytes] | None, **options: Any) -> Any:
    content = {"main.typ": source.encode(), **(files or {})}
    return _compiler(fonts.system, fonts.file).compile(content, **options)


def _pages(made: Any) -> list[bytes]:
    return made if isinstance(made, list) else [made]


@cache
def _compiler(system: bool, file: str) -> typst.Compiler:
    """One compiler for all documents with the same fonts: it keeps them, and what it has set before."""
    compiler: typst.Compiler = _wheel().Compiler(font_paths=_loaded(system, file))
    return compiler


@cache
def _loaded(system: bool, file: str) -> typst.Fonts:
    folders = [_folder_with(file)] if file else []
    fonts: typst.Fonts = _wheel().Fonts(include_system_fonts=system, font_paths=folders)
    return fonts


def _wheel() -> Any:
    try:
        return importlib.import_module("typst")
    except ImportError:
        raise InputError("PDF, SVG and PNG need the Typst compiler, which is not installed", remedy=REMEDY) from None


@cache
def _folder_with(file: str) -> str:
    """A folder with this file alone: the compiler takes folders. It lives as long as the process."""
    folder = tempfile.TemporaryDirectory(prefix="chainscribe-font-")
    shutil.copy(file, folder.name)
    _FOLDERS.append(folder)
    return folder.name


_FOLDERS: list[tempfile.TemporaryDirectory[str]] = []
