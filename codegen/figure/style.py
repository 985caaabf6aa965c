"""The colours of pictures: variables that a page may set, with values for light and for dark paper."""

from __future__ import annotations

LIGHT = {
    "paper": "#ffffff",
    "ink": "#1f2430",
    "line": "#667085",
    "input": "#e6effd",
    "input-edge": "#6c95d8",
    "target": "#e5f5ec",
    "target-edge": "#5aa57c",
    "param": "#fff3d6",
    "param-edge": "#cf9a35",
    "value": "#f7f8fa",
    "value-edge": "#98a2b3",
    "result": "#f0e7fc",
    "result-edge": "#9b7bd4",
    "frame": "#f4f6f9",
    "frame-edge": "#c3cad6",
}
DARK = {
    "paper": "#14161b",
    "ink": "#e6e8ee",
    "line": "#98a2b3",
    "input": "#1d2b45",
    "input-edge": "#6c95d8",
    "target": "#18352a",
    "target-edge": "#5aa57c",
    "param": "#3a2f17",
    "param-edge": "#cf9a35",
    "value": "#262a33",
    "value-edge": "#6b7484",
    "result": "#31264a",
    "result-edge": "#9b7bd4",
    "frame": "#1b1e25",
    "frame-edge": "#454c59",
}
KINDS = ("input", "target", "param", "value", "result")


def _values(colours: dict[str, str]) -> str:
    return "".join(f"--graph-{name}:{value};" for name, value in colours.items())


def _rules() -> str:
    kinds = "".join(
        f".graph .{kind}>.box{{fill:var(--graph-{kind});stroke:var(--graph-{kind}-edge)}}\n" for kind in KINDS
    )
    return (
        ".graph{color:var(--graph-ink)}\n.graph>.paper{fill:var(--graph-paper)}\n"
        f"{kinds}"
        ".graph .frame>.box{fill:var(--graph-frame);stroke:var(--graph-frame-edge)}\n"
        ".graph .edge>.line{stroke:var(--graph-line)}\n"
        ".graph .edge>.head{fill:var(--graph-line)}\n"
    )


# For a page: the values may be set anew on any element around the picture, for instance where the page is dark.
LIGHT_VALUES, DARK_VALUES, RULES = _values(LIGHT), _values(DARK), _rules()
STYLE = f".graph{{{LIGHT_VALUES}}}\n@media (prefers-color-scheme:dark){{.graph{{{DARK_VALUES}}}}}\n{RULES}"
