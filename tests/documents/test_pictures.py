"""Pictures of graphs: nothing overlaps, no line runs through a node, what is given stands beside its reader."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen import typesetting
from codegen.block import Graph, Group, Math, Node
from codegen.figure.chosen import chosen
from codegen.figure.estimate import estimated
from codegen.figure.geometry import Box, Size
from codegen.figure.geometry import Path as Curve
from codegen.figure.label import labels, said
from codegen.figure.layout import Layout, layout
from codegen.figure.parts import parts
from codegen.figure.sides import Measured
from codegen.figure.svg import draw, png
from codegen.formats.latex.graph import picture as tikz
from codegen.formats.markdown.graph import picture as mermaid
from codegen.notation.formula import Name
from codegen.picture import graph_of, picture
from codegen.seal import is_sealed
from derive.backward import differentiate
from derive.hessian import hvp
from derive.language import gallery, gallery_path, read
from tests import profiles  # noqa: F401  (registers them)
from tests.conftest import Command
from tests.documents.gallery import derived

ROOT = Path(__file__).resolve().parents[2]
SVG = "{http://www.w3.org/2000/svg}"
# From what is given to the nearest of its readers, in units of which a letter has twelve.
FAR = 140.0
needs_typst = pytest.mark.skipif(not typesetting.is_installed(), reason="typst is not installed")


def both(name: str) -> list[Graph]:
    forward = graph_of(derived(name))
    assert forward.flow is not None
    return [forward, forward.flow]


def shrunk(box: Box, by: float = 0.4) -> Box:
    return Box(box.left + by, box.top + by, box.width - 2 * by, box.height - 2 * by)


def inside(point: tuple[float, float], box: Box) -> bool:
    return box.left < point[0] < box.right and box.top < point[1] < box.bottom


def touches(point: tuple[float, float], box: Box) -> bool:
    """Whether the point lies on the edge of the box."""
    near = Box(box.left - 0.1, box.top - 0.1, box.width + 0.2, box.height + 0.2)
    return inside(point, near) and not inside(point, shrunk(box, 0.1))


def gap(first: Box, second: Box) -> float:
    """The distance of two boxes."""
    across = max(first.left - second.right, second.left - first.right, 0.0)
    down = max(first.top - second.bottom, second.top - first.bottom, 0.0)
    return float((across**2 + down**2) ** 0.5)


def faults(graph: Graph, placed: Layout, steps: int = 24) -> list[str]:
    """What is wrong with the picture; empty for a sound one."""
    found: list[str] = []
    nodes = placed.nodes
    whole = Box(0.0, 0.0, placed.size.width, placed.size.height)
    names = {f"label of {line.edge}": line.label for line in placed.lines if line.label}
    names |= {f"title {number}": frame.title for number, frame in enumerate(placed.frames) if frame.title.width}
    boxes = {**{f"node {key}": box for key, box in nodes.items()}, **names}
    for (one, first), (other, second) in combinations(boxes.items(), 2):
        if shrunk(first).overlaps(shrunk(second)):
            found.append(f"{one} overlaps {other}")
    found += [f"{name} lies outside" for name, box in boxes.items() if not _holds(whole, box)]
    for line in placed.lines:
        before, after = line.edge
        if not touches(line.path.start, nodes[before]) or not touches(line.path.end, nodes[after]):
            found.append(f"the line of {line.edge} does not lead from node to node")
        points = list(line.path.samples(steps))
        found += [f"the line of {line.edge} lies outside" for point in points if not inside(point, whole)][:1]
        for name, box in boxes.items():
            own = name in (f"node {before}", f"node {after}", f"label of {line.edge}")
            if not own and any(inside(point, shrunk(box)) for point in points):
                found.append(f"the line of {line.edge} runs through {name}")
        for key in {before, after}:
            if any(inside(point, shrunk(nodes[key])) for point in points):
                found.append(f"the line of {line.edge} runs through its own end {key}")
    for frame in placed.frames:
        for key, box in nodes.items():
            if key in frame.group.members and not _holds(frame.box, box):
                found.append(f"{key} lies outside its frame")
        readers = {before: {b for a, b in graph.edges if a == before} for before in nodes}
        foreign = [
            key for key in nodes if key not in frame.group.members and not readers[key] <= set(frame.group.members)
        ]
        found += [f"{key} lies in a foreign frame" for key in foreign if frame.box.overlaps(nodes[key])]
    if Counter(line.edge for line in placed.lines) != Counter(dict.fromkeys([*graph.edges, *graph.returning], 1)):
        found.append("not every edge has one line")
    return found


def _holds(outer: Box, inner: Box) -> bool:
    return (
        outer.left <= inner.left
        and inner.right <= outer.right
        and outer.top <= inner.top
        and inner.bottom <= outer.bottom
    )


def lonely(graph: Graph, placed: Layout) -> list[str]:
    """What is given and stands far from everything that reads it."""
    computed = {after for _, after in (*graph.edges, *graph.returning)}
    far = []
    for node in graph.nodes:
        readers = [after for before, after in graph.edges if before == node.key]
        away = [gap(placed.nodes[node.key], placed.nodes[after]) for after in readers]
        if node.key not in computed and away and min(away) > FAR:
            far.append(node.key)
    return far


@pytest.mark.parametrize("name", gallery())
def test_pictures_of_the_gallery_are_sound_with_estimated_sizes(name: str) -> None:
    for graph in both(name):
        placed = layout(graph, chosen(graph, estimated).measured)
        assert faults(graph, placed) == []
        assert lonely(graph, placed) == []


@needs_typst
@pytest.mark.parametrize("name", gallery())
def test_pictures_of_the_gallery_are_sound_as_they_are_drawn(name: str) -> None:
    for graph in both(name):
        written = chosen(graph, lambda texts: [label.size for label in labels(texts).labels])
        placed = layout(graph, written.measured)
        assert faults(graph, placed) == []
        assert lonely(graph, placed) == []


@st.composite
def pictures(draw_: st.DrawFn) -> tuple[Graph, Measured]:
    """A graph of any shape, with groups, edges back and labels, and sizes of any kind."""
    count = draw_(st.integers(1, 14))
    keys = [f"v{number}" for number in range(count)]
    pairs = [(a, b) for a, b in combinations(keys, 2)]
    edges = draw_(st.lists(st.sampled_from(pairs), unique=True, max_size=26)) if pairs else []
    cuts = sorted(draw_(st.lists(st.integers(0, count), min_size=0, max_size=4, unique=True)))
    groups = tuple(Group((f"group {start}",), tuple(keys[start:stop])) for start, stop in list(pairwise(cuts))[::2])
    back = [
        (late, early)
        for group in groups
        for place, early in enumerate(group.members)
        for late in group.members[place:]
        if (early, late) not in edges or early != late
    ]
    returning = draw_(st.lists(st.sampled_from(back), unique=True, max_size=5)) if back else []
    # Weights, each of them read once.
    weights = [(f"w{number}", key) for number, key in enumerate(draw_(st.lists(st.sampled_from(keys), max_size=8)))]
    keys, edges = [*(key for key, _ in weights), *keys], [*weights, *edges]
    kinds = st.sampled_from(("input", "target", "param", "value", "result"))
    nodes = tuple(Node(key, key, draw_(kinds)) for key in keys)
    size = st.builds(Size, st.floats(20, 240), st.floats(16, 60))
    labelled = draw_(st.booleans())
    marks = {edge: Size(draw_(st.floats(10, 60)), draw_(st.floats(8, 30))) for edge in [*edges, *returning]}
    graph = Graph(nodes, tuple(edges), (), tuple(returning), groups)
    titles = tuple(Size(60.0, 12.0) for _ in groups)
    return graph, Measured({key: draw_(size) for key in keys}, marks if labelled else {}, titles)


@settings(settings.get_profile("default"), deadline=None)
@given(pictures())
def test_any_graph_has_a_sound_picture(case: tuple[Graph, Measured]) -> None:
    graph, measured = case
    assert faults(graph, layout(graph, measured)) == []


def test_a_frame_that_would_close_a_circle_is_left_out() -> None:
    nodes = tuple(Node(key, key, "value") for key in "abc")
    graph = Graph(nodes, (("a", "b"), ("b", "c")), groups=(Group(("odd",), ("a", "c")),))
    placed = layout(graph, chosen(graph, estimated).measured)
    assert placed.frames == ()
    assert faults(graph, placed) == []
    assert "odd" not in tikz(graph)


def test_two_thousand_nodes_have_a_picture() -> None:
    keys = [f"v{number}" for number in range(2000)]
    edges = [(keys[number], keys[number + 1]) for number in range(1999)]
    edges += [(keys[number], keys[min(number + 7 + number % 40, 1999)]) for number in range(0, 1990, 9)]
    graph = Graph(tuple(Node(key, key, "value") for key in keys), tuple(dict.fromkeys(edges)))
    placed = layout(graph, chosen(graph, estimated).measured)
    assert len(placed.nodes) == 2000
    boxes = sorted(placed.nodes.values(), key=lambda box: box.top)
    assert all(first.bottom <= second.top for first, second in pairwise(boxes))


def test_a_picture_that_is_too_high_comes_in_parts_that_show_everything() -> None:
    whole = graph_of(derived("gpt"))
    high = layout(whole, chosen(whole, estimated).measured).size.height
    pieces = parts(whole, estimated, high / 1.3)
    assert len(pieces) == 2
    assert {node.key for node in whole.nodes} <= {node.key for piece in pieces for node in piece.nodes}
    for piece in pieces:
        placed = layout(piece, chosen(piece, estimated).measured)
        assert faults(piece, placed) == []
        assert placed.size.height < high / 1.3
    assert [bool(piece.caption) for piece in pieces] == [False, True]
    assert parts(whole, estimated, high + 1) == (whole,)


@needs_typst
@pytest.mark.parametrize("name", ["mlp", "lstm", "attention", "gpt"])
def test_a_drawing_names_its_nodes_and_edges_and_needs_nothing_else(name: str) -> None:
    for graph in both(name):
        root = ElementTree.fromstring(draw(graph, prefix="p-", alone=False))
        ids = [item.get("id", "") for item in root.iter() if item.get("id")]
        assert len(ids) == len(set(ids)) and all(found.startswith("p-") for found in ids)
        assert {f"p-node-{node.key}" for node in graph.nodes} <= set(ids)
        used = [item.get("href", "") for item in root.iter(f"{SVG}use")]
        assert used and all(found.removeprefix("#") in ids for found in used)
        assert not list(root.iter(f"{SVG}style"))
        drawn = [(item.get("data-from"), item.get("data-to")) for item in root.iter() if item.get("data-from")]
        edges = [*graph.edges, *graph.returning]
        assert sorted(drawn) == sorted((b, a) if graph.backwards else (a, b) for a, b in edges)
        assert root.get("role") == "img" and len(root.findall(f"{SVG}title")) == len(root.findall(f"{SVG}desc")) == 1


@needs_typst
def test_names_that_look_like_markup_stay_names() -> None:
    hostile = ['"><script>alert(1)</script>', "a&b", "]]>", "x'\" onload='y", "#import", "\\end{tikzpicture}", "a\x07b"]
    nodes = tuple(Node(name, name, "value", (Name(name),)) for name in hostile)
    edges = tuple(pairwise(hostile))
    graph = Graph(nodes, edges, groups=(Group(("<b>&", Math(Name("<i>"))), tuple(hostile[:2])),))
    root = ElementTree.fromstring(draw(graph, title="<title>"))
    assert {item.tag.removeprefix(SVG) for item in root.iter()} <= {
        "svg", "title", "desc", "style", "defs", "path", "rect", "g", "use",
    }  # fmt: skip
    keys = [item.get("data-key") for item in root.iter() if item.get("data-key")]
    assert keys == [name.replace("\x07", "") for name in hostile]
    assert not any(name.startswith("on") for item in root.iter() for name in item.attrib)


def test_a_second_derivation_has_a_frame_for_each_direction() -> None:
    """In that of an LSTM, one gradient of a step has no equation of its own."""
    forward = graph_of(differentiate(hvp(read(gallery_path("lstm")))))
    assert forward.flow is not None
    assert [said(group.label) for group in forward.groups] == ["for t = 1, …, T", "for t = T, …, 1"]
    for graph in (forward, forward.flow):
        assert faults(graph, layout(graph, chosen(graph, estimated).measured)) == []


def test_markdown_shows_equations_and_no_name_becomes_markup() -> None:
    hostile = ['"]; click n0 "x', "%%{init}%%", "<img src=x>", "`a`", "a#b", "end"]
    nodes = tuple(Node(name, name, "value") for name in hostile)
    source = mermaid(Graph(nodes, tuple(pairwise(hostile)), groups=(Group(("<b>", Math(Name('"'))), ("end",)),)))
    quoted = re.findall(r'"([^"]*)"', source)
    assert len(quoted) == len(hostile) + 1
    assert not any(sign in text for text in quoted for sign in "<>{}%`&")
    assert re.sub(r"#(\d+);", lambda found: chr(int(found[1])), quoted[0]) == hostile[0]
    rnn = mermaid(graph_of(derived("rnn")))
    assert 'subgraph g0["for t = 1, …, T"]' in rnn and "h[t] = tanh(z1[t])" in rnn and "-.->" in rnn
    known = set(re.findall(r"^ +(n\d+)\W", rnn, re.MULTILINE))
    assert set(re.findall(r"\bn\d+\b", rnn)) <= known


def test_without_the_compiler_a_picture_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['typst'] = None\n"
        "from codegen.block import Graph, Node; from codegen.figure.svg import draw\n"
        "from derive.errors import InputError\n"
        "try: draw(Graph((Node('x', 'x', 'input'),), ()))\n"
        "except InputError as error: print(error)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, encoding="utf-8")
    assert "chainscribe[pdf]" in done.stdout, done.stderr


@needs_typst
def test_a_drawing_for_paper_has_no_style_sheet_and_one_alone_follows_the_scheme() -> None:
    graph = graph_of(derived("mlp"))
    fixed, alone = draw(graph, fixed=True), draw(graph)
    assert "<style" not in fixed and "var(" not in fixed
    assert "prefers-color-scheme:dark" in alone
    assert "http" not in alone.replace("http://www.w3.org/2000/svg", "")


@needs_typst
def test_png_is_twice_as_large_as_the_drawing() -> None:
    graph = graph_of(derived("mlp"))
    image = png(graph)
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = (int.from_bytes(image[start : start + 4], "big") for start in (16, 20))
    root = ElementTree.fromstring(draw(graph, fixed=True))
    # Around the drawing there is a margin of six points, which are eight units, on every side.
    assert abs(width - 2 * (float(root.get("width", "0")) + 16)) <= 2
    assert abs(height - 2 * (float(root.get("height", "0")) + 16)) <= 2


@needs_typst
def test_the_same_picture_has_the_same_bytes_in_every_process() -> None:
    program = (
        "import derive, hashlib; from codegen.picture import picture; from derive.language import gallery_path\n"
        "d = derive.differentiate(derive.read(gallery_path('rnn')))\n"
        "for back in (False, True): print(hashlib.sha256(picture(d, 'svg', back).encode()).hexdigest())\n"
        "print(hashlib.sha256(picture(d, 'png')).hexdigest())\n"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed},
            capture_output=True, encoding="utf-8", check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(found) == 1 and len(found.pop().split()) == 3


@needs_typst
def test_the_command_writes_both_pictures_in_both_kinds(chainscribe: Command, tmp_path: Path) -> None:
    done = chainscribe("build", "neuron", "-o", str(tmp_path), "--only", "svg,png")
    assert done.returncode == 0, done.stderr
    names = sorted(path.name for path in (tmp_path / "neuron").iterdir())
    assert names == ["backward.png", "backward.svg", "graph.png", "graph.svg"]
    for path in (tmp_path / "neuron").iterdir():
        assert is_sealed(path.read_bytes())
    ElementTree.parse(tmp_path / "neuron" / "graph.svg")


@needs_typst
def test_the_title_of_a_picture_is_in_its_language() -> None:
    assert "역전파" in str(picture(derived("neuron"), "svg", backward=True, lang="ko"))
    assert "Backward pass" in str(picture(derived("neuron"), "svg", backward=True))


def test_a_curve_keeps_between_the_heights_of_its_ends() -> None:
    from codegen.figure.geometry import swing

    curve: Curve = swing((0.0, 10.0), (200.0, 30.0))
    assert all(10.0 <= y <= 30.0 for _, y in curve.samples(50))
    assert curve.reversed().start == curve.end and curve.reversed().end == curve.start
