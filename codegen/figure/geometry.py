"""Points, boxes and paths; x runs to the right, y runs down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

Point = tuple[float, float]


@dataclass(frozen=True)
class Size:
    width: float
    height: float


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def centre(self) -> Point:
        return self.left + self.width / 2, self.top + self.height / 2

    def moved(self, x: float, y: float) -> Box:
        return replace(self, left=self.left + x, top=self.top + y)

    def overlaps(self, other: Box) -> bool:
        """Whether the boxes have an inner point in common."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


def near(first: Point, second: Point) -> bool:
    """Whether nobody could tell the points apart."""
    return abs(first[0] - second[0]) < 0.01 and abs(first[1] - second[1]) < 0.01


def around(point: Point, size: Size) -> Box:
    """The box of this size with its centre at the point."""
    return Box(point[0] - size.width / 2, point[1] - size.height / 2, size.width, size.height)


@dataclass(frozen=True)
class Segment:
    """To `end`, straight, or as a cubic Bézier curve with these two control points."""

    end: Point
    controls: tuple[Point, Point] | None = None


@dataclass(frozen=True)
class Path:
    start: Point
    segments: tuple[Segment, ...]

    @property
    def end(self) -> Point:
        return self.segments[-1].end if self.segments else self.start

    def moved(self, x: float, y: float) -> Path:
        def move(point: Point) -> Point:
            return point[0] + x, point[1] + y

        segments = (
            Segment(move(part.end), part.controls and (move(part.controls[0]), move(part.controls[1])))
            for part in self.segments
        )
        return Path(move(self.start), tuple(segments))

    def then(self, other: Path) -> Path:
        """This path and, from its end on, the other."""
        gap = () if near(self.end, other.start) else (Segment(other.start),)
        return Path(self.start, (*self.segments, *gap, *other.segments))

    def reversed(self) -> Path:
        points = [self.start, *(part.end for part in self.segments)]
        back = [
            Segment(points[place], part.controls and (part.controls[1], part.controls[0]))
            for place, part in enumerate(self.segments)
        ]
        return Path(self.end, tuple(reversed(back)))

    def samples(self, steps: int = 16) -> Iterator[Point]:
        """Points along the path, `steps` in every segment."""
        here = self.start
        yield here
        for part in self.segments:
            for step in range(1, steps + 1):
                yield _at(here, part, step / steps)
            here = part.end


def _at(start: Point, part: Segment, t: float) -> Point:
    s = 1 - t
    if part.controls is None:
        return s * start[0] + t * part.end[0], s * start[1] + t * part.end[1]
    (ax, ay), (bx, by) = part.controls
    weights = s**3, 3 * s * s * t, 3 * s * t * t, t**3
    x = weights[0] * start[0] + weights[1] * ax + weights[2] * bx + weights[3] * part.end[0]
    y = weights[0] * start[1] + weights[1] * ay + weights[2] * by + weights[3] * part.end[1]
    return x, y


def polyline(points: Iterable[Point]) -> Path:
    """Straight from point to point; a point that is reached twice in a row counts once."""
    start, *others = points
    segments: list[Segment] = []
    here = start
    for point in others:
        if not near(point, here):
            segments.append(Segment(point))
            here = point
    return Path(start, tuple(segments))


def swing(start: Point, end: Point) -> Path:
    """From one row to another: upright at both ends, so that it stays between their heights."""
    if abs(start[0] - end[0]) < 0.01:
        return polyline((start, end))
    middle = (start[1] + end[1]) / 2
    return Path(start, (Segment(end, ((start[0], middle), (end[0], middle))),))


def sweep(start: Point, end: Point) -> Path:
    """From one column to another: level at both ends."""
    if abs(start[1] - end[1]) < 0.01:
        return polyline((start, end))
    middle = (start[0] + end[0]) / 2
    return Path(start, (Segment(end, ((middle, start[1]), (middle, end[1]))),))


def turn(start: Point, end: Point, reach: float) -> Path:
    """From a point around to another one at the same height; `reach` is how far the curve leaves it, up or down."""
    high = start[1] + reach * 4 / 3
    return Path(start, (Segment(end, ((start[0], high), (end[0], high))),))
