"""What shows itself in a notebook, though this package knows no notation: whoever can write mathematics says so here.

    shown.by(renderer)     from now on, records show themselves through `renderer`

An installed package offers its renderer by an entry point of the group `chainscribe.notebook`; then nobody has to
import it.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Any

GROUP = "chainscribe.notebook"
Bundle = dict[str, str]
Renderer = Callable[[Any], Bundle]

_known: list[Renderer] = []


def by(renderer: Renderer) -> None:
    """Let records show themselves through the renderer: a record in, its forms by MIME type out."""
    _known[:] = [renderer]


class Shown:
    """A record that notebooks show as mathematics; without a renderer, as its `repr`."""

    def _repr_mimebundle_(self, **_: Any) -> Bundle:
        if not _known:
            _known.extend(point.load() for point in entry_points(group=GROUP))
        return _known[0](self) if _known else {}
