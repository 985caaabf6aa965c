"""What the README promises happens: its commands run, its Python runs, and what it quotes stands where it says.

sh        the two commands of the first block are run by .ci/run; here only their form is tested
console   a command after `$`, then its output; a line `...` stands for any lines
python    runs, all blocks in one namespace, in a folder where `mlp.net` lies
net       the text of a network of the gallery
a block after <!-- excerpt: FILE --> is quoted from that file, line by line
"""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import derive
from derive.errors import InputError
from derive.language import gallery, gallery_path

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
Command = Callable[..., "subprocess.CompletedProcess[str]"]


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, and the file that it is quoted from."""

    language: str
    text: str
    excerpt_of: str


def blocks() -> list[Block]:
    fence = re.compile(r"(?:^<!-- excerpt: (\S+) -->\n+)?^(`{3,})(\w*)\n(.*?)^\2$", re.MULTILINE | re.DOTALL)
    prose = re.compile(r"^<!-- excerpt: (\S+) -->\n\n(.*?)\n<!-- end of excerpt -->", re.MULTILINE | re.DOTALL)
    fenced = [Block(found[3], found[4], found[1] or "") for found in fence.finditer(README)]
    return fenced + [Block("", found[2], found[1]) for found in prose.finditer(README)]


def test_the_readme_opens_with_the_two_commands() -> None:
    first = blocks()[0]
    assert first.language == "sh"
    assert first.text.splitlines() == [
        "python -m pip install '.[pdf]' && chainscribe build mlp",
        "python -m pip install '.[test]' && python -m pytest -n auto",
    ]
    assert len(README[: README.index("```sh")].splitlines()) <= 6


def sessions() -> list[tuple[str, str]]:
    """Every command of the console blocks, with the output that the README shows below it."""
    found = []
    for block in blocks():
        if block.language == "console":
            for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                found.append((command, output))
    return found


def test_every_command_prints_what_the_readme_shows(chainscribe: Command) -> None:
    for line, expected in sessions():
        words = shlex.split(line)
        assert words[0] == "chainscribe", line
        run = chainscribe(*words[1:])
        assert run.returncode == (1 if "✗" in expected else 0), run.stderr
        pattern = ".*?".join(re.escape(piece) for piece in re.split(r"^\.\.\.\n", expected, flags=re.MULTILINE))
        assert re.fullmatch(pattern, run.stdout, flags=re.DOTALL), f"{line}\n{run.stdout}"


def test_the_python_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mlp.net").write_bytes(Path(gallery_path("mlp")).read_bytes())
    texts = [block.text for block in blocks() if block.language == "python" and not block.excerpt_of]
    assert texts
    namespace: dict[str, object] = {}
    for text in texts:
        exec(compile(text, "README.md", "exec"), namespace)
        for expression, shown in re.findall(r"^print\((.+)\)  # (.+)$", text, flags=re.MULTILINE):
            assert str(eval(expression, namespace)) == shown


def test_the_networks_of_the_readme_are_those_of_the_gallery() -> None:
    networks = [derive.parse(block.text) for block in blocks() if block.language == "net"]
    assert networks
    for network in networks:
        assert network == derive.read(gallery_path(network.name))


def test_the_message_of_the_readme_is_the_message() -> None:
    found = re.search(r"^<!-- mlp.net with (.+) for (.+) -->\n```text\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert found is not None
    new, old, message = found.groups()
    text = Path(gallery_path("mlp")).read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(InputError) as caught:
        derive.parse(text.replace(old, new), "mlp.net")
    assert str(caught.value) == message.rstrip("\n")


@pytest.mark.parametrize("block", [block for block in blocks() if block.excerpt_of], ids=lambda block: block.excerpt_of)
def test_what_the_readme_quotes_stands_in_the_file(block: Block) -> None:
    quoted = (ROOT / block.excerpt_of).read_text(encoding="utf-8")
    for piece in re.split(r"^ *(?:\.\.\.|# \.\.\.)\n", block.text, flags=re.MULTILINE):
        assert piece in quoted, piece


def test_the_gallery_table_is_complete() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+?) \|$", README, flags=re.MULTILINE))
    assert {name: rows.get(name) for name in gallery()} == {
        name: derive.read(gallery_path(name)).title for name in gallery()
    }


def test_every_command_has_its_line_in_the_reference() -> None:
    from codegen.cli.command import chainscribe

    for name, command in chainscribe.commands.items():
        assert f"chainscribe {name}" in README
        for parameter in command.params:
            for option in parameter.opts:
                if option.startswith("--"):
                    assert f"`{option}" in README, f"{name} {option}"


def test_every_link_inside_the_repository_leads_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
