"""The pencil: flat shapes, slightly tilted. Depth goes right and up; light comes from the left. Strings of SVG."""

from __future__ import annotations

from collections.abc import Iterable

Point = tuple[float, float]
DX, DY = 0.5, 0.32  # how far one unit of depth moves right and up


def n(value: float) -> str:
    """Return a number as SVG likes it short."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def poly(kind: str, *points: Point) -> str:
    """Draw a filled polygon in a colour class."""
    first, *rest = (f"{n(x)} {n(y)}" for x, y in points)
    return f'<path class="{kind}" d="M{first}L{" ".join(rest)}z"/>'


def path(kind: str, d: str) -> str:
    """Draw a path given as SVG data."""
    return f'<path class="{kind}" d="{d}"/>'


def oval(kind: str, x: float, y: float, rx: float, ry: float) -> str:
    """Draw an ellipse."""
    return f'<ellipse class="{kind}" cx="{n(x)}" cy="{n(y)}" rx="{n(rx)}" ry="{n(ry)}"/>'


def rect(kind: str, x: float, y: float, w: float, h: float, r: float = 0) -> str:
    """Draw a rectangle, y its top."""
    rounded = f' rx="{n(r)}"' if r else ""
    return f'<rect class="{kind}" x="{n(x)}" y="{n(y)}" width="{n(w)}" height="{n(h)}"{rounded}/>'


def line(kind: str, *points: Point) -> str:
    """Draw an open line."""
    first, *rest = (f"{n(x)} {n(y)}" for x, y in points)
    return f'<path class="{kind}" d="M{first}L{" ".join(rest)}"/>'


def join(*parts: str | Iterable[str]) -> str:
    """Put drawings over each other."""
    return "".join(part if isinstance(part, str) else "".join(part) for part in parts)


class Box:
    """A block standing on the ground: front at (x, y) bottom left, so wide, so high, so deep."""

    def __init__(self, x: float, y: float, w: float, h: float, d: float) -> None:
        self.x, self.y, self.w, self.h, self.d = x, y, w, h, d
        self.dx, self.dy = d * DX, d * DY

    def front(self, u: float, z: float) -> Point:
        """Return a point of the front: u from the left, z above the ground."""
        return self.x + u, self.y - z

    def side(self, v: float, z: float) -> Point:
        """Return a point of the right side: v of the depth (0 to 1), z above the ground."""
        return self.x + self.w + v * self.dx, self.y - v * self.dy - z

    def walls(self, front: str = "w", side: str = "ws") -> str:
        """Draw front and side."""
        return join(
            poly(front, self.front(0, 0), self.front(self.w, 0), self.front(self.w, self.h), self.front(0, self.h)),
            poly(side, self.side(0, 0), self.side(1, 0), self.side(1, self.h), self.side(0, self.h)),
        )

    def lid(self, kind: str, over: float = 0, thick: float = 0, edge: str = "", edge_side: str = "") -> str:
        """Draw a flat roof, with an edge when it is thick."""
        x0, x1, y = self.x - over, self.x + self.w + over, self.y - self.h
        top = poly(
            kind,
            (x0, y - thick),
            (x1, y - thick),
            (x1 + self.dx, y - thick - self.dy),
            (x0 + self.dx, y - thick - self.dy),
        )
        if not thick:
            return top
        front = poly(edge, (x0, y), (x1, y), (x1, y - thick), (x0, y - thick))
        side = poly(
            edge_side, (x1, y), (x1 + self.dx, y - self.dy), (x1 + self.dx, y - self.dy - thick), (x1, y - thick)
        )
        return join(front, side, top)

    def roof_along(self, kind: str, rise: float, over: float = 6, end: str = "ws") -> str:
        """Draw a roof whose ridge runs along the front."""
        ridge = (self.dx / 2, self.dy / 2 + rise)
        y = self.y - self.h
        gable = poly(
            end,
            (self.x + self.w, y),
            (self.x + self.w + self.dx, y - self.dy),
            (self.x + self.w + ridge[0], y - ridge[1]),
        )
        drop = over * 0.55
        slope = poly(
            kind,
            (self.x - over, y + drop), (self.x + self.w + over, y + drop),
            (self.x + self.w + over + ridge[0], y - ridge[1]), (self.x - over + ridge[0], y - ridge[1]),
        )  # fmt: skip
        return join(gable, slope)

    def roof_across(self, kind: str, rise: float, over: float = 6, gable: str = "w") -> str:
        """Draw a roof whose gable looks at us."""
        y, middle = self.y - self.h, self.x + self.w / 2
        front = poly(gable, (self.x, y), (self.x + self.w, y), (middle, y - rise))
        drop = over * rise / (self.w / 2)
        slope = poly(
            f"{kind}s",
            (self.x + self.w + over, y + drop), (self.x + self.w + over + self.dx, y + drop - self.dy),
            (middle + self.dx, y - rise - self.dy), (middle, y - rise),
        )  # fmt: skip
        board = poly(
            kind,
            (self.x - over, y + drop), (middle, y - rise), (self.x + self.w + over, y + drop),
            (self.x + self.w + over, y + drop - 9), (middle, y - rise - 9), (self.x - over, y + drop - 9),
        )  # fmt: skip
        return join(slope, front, board)

    def spire(self, kind: str, rise: float, over: float = 4) -> str:
        """Draw a pyramid roof."""
        y = self.y - self.h
        top = (self.x + self.w / 2 + self.dx / 2, y - self.dy / 2 - rise)
        left, right = (self.x - over, y + 2), (self.x + self.w + over, y + 2)
        return join(
            poly(kind, left, right, top),
            poly(f"{kind}s", right, (self.x + self.w + over + self.dx, y - self.dy + 2), top),
        )

    def window(
        self, u: float, z: float, w: float, h: float, kind: str = "g", bars: bool = True, arch: bool = False
    ) -> str:
        """Draw a window in the front; z is its sill."""
        x, y = self.front(u, z + h)
        if arch:
            r = w / 2
            glass = path(kind, f"M{n(x)} {n(y + h)}V{n(y + r)}a{n(r)} {n(r)} 0 0 1 {n(w)} 0V{n(y + h)}z")
        else:
            glass = rect(kind, x, y, w, h, 1.5)
        cross = (
            join(line("bar", (x + w / 2, y), (x + w / 2, y + h)), line("bar", (x, y + h * 0.45), (x + w, y + h * 0.45)))
            if bars
            else ""
        )
        return join(glass, cross)

    def side_window(self, v: float, z: float, width: float, h: float, kind: str = "gs") -> str:
        """Draw a window in the side: from v, so much of the depth wide."""
        return poly(kind, self.side(v, z), self.side(v + width, z), self.side(v + width, z + h), self.side(v, z + h))


def shadow(x: float, y: float, rx: float, ry: float) -> str:
    """Draw the soft shadow a thing throws on the ground."""
    return oval("sh", x, y, rx, ry)


def tree(x: float, y: float, size: float = 1, kind: str = "t") -> str:
    """Draw a round tree standing at (x, y)."""
    s = size
    return join(
        shadow(x + 10 * s, y, 26 * s, 7 * s),
        rect("tr", x - 3 * s, y - 26 * s, 6 * s, 26 * s, 2),
        oval(f"{kind}d", x + 3 * s, y - 44 * s, 24 * s, 26 * s),
        oval(kind, x - 3 * s, y - 48 * s, 20 * s, 21 * s),
    )


def poplar(x: float, y: float, size: float = 1) -> str:
    """Draw a tall narrow tree."""
    s = size
    return join(
        shadow(x + 8 * s, y, 18 * s, 5 * s),
        rect("tr", x - 2.5 * s, y - 16 * s, 5 * s, 16 * s),
        oval("td", x + 2 * s, y - 50 * s, 14 * s, 40 * s),
        oval("t", x - 2 * s, y - 52 * s, 10 * s, 36 * s),
    )


def bush(x: float, y: float, size: float = 1, kind: str = "t") -> str:
    """Draw a low bush."""
    s = size
    return join(oval(f"{kind}d", x + 4 * s, y - 6 * s, 15 * s, 9 * s), oval(kind, x - 3 * s, y - 8 * s, 12 * s, 8 * s))


def lamp(x: float, y: float) -> str:
    """Draw a street lamp, lit by night through its colour."""
    return join(line("post", (x, y), (x, y - 42)), oval("lamp", x, y - 46, 5, 6))


def bench(x: float, y: float) -> str:
    """Draw a bench."""
    return join(
        rect("bench", x, y - 22, 58, 5, 2), rect("bench", x, y - 14, 58, 4, 2),
        poly("bench", (x - 2, y - 7), (x + 60, y - 7), (x + 66, y - 2), (x + 4, y - 2)),
        line("post", (x + 6, y - 2), (x + 6, y + 8)), line("post", (x + 58, y - 2), (x + 58, y + 8)),
    )  # fmt: skip
