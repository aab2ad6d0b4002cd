"""Small charts drawn as SVG by hand: bars, stacked bars, a curve. Each stands beside a table with the same figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, LEFT, RIGHT, TOP, ROW = 760, 330, 90, 44, 30
COLOURS = ("#1f5f8b", "#d98032", "#5b8c3e", "#8a4f9e", "#a33b3b", "#5f6b73")
_INK, _PAPER, _LINE = "#1d2a33", "#ffffff", "#c9d2d8"
_FONT = "font-family='system-ui, sans-serif' font-size='13'"


@dataclass(frozen=True)
class Bar:
    """Hold one bar: its label, its value, and the lowest and highest round where there are several."""

    label: str
    value: float
    lowest: float | None = None
    highest: float | None = None


def bars(title: str, rows: Sequence[Bar], *, unit: str = "", goal: float | None = None) -> str:
    """Draw horizontal bars with a whisker from the lowest to the highest round, and a dashed line at the goal."""
    most = max([row.highest or row.value for row in rows] + [goal or 0]) or 1
    height = TOP + ROW * len(rows) + 24
    parts = [_bar(place, row, most, unit) for place, row in enumerate(rows)]
    if goal is not None:
        parts.append(_goal(_x(goal, most), height, goal, unit))
    said = ", ".join(f"{row.label} {_number(row.value)}{unit}" for row in rows)
    return _svg(title, said, height, parts)


def stacked(title: str, rows: Sequence[tuple[str, Mapping[str, float]]], *, unit: str = "") -> str:
    """Draw horizontal bars made of parts, with a legend."""
    names = list(dict.fromkeys(name for _, parts in rows for name in parts))
    colours = dict(zip(names, COLOURS, strict=False))
    most = max(sum(parts.values()) for _, parts in rows) or 1
    height = TOP + ROW * (len(rows) + 1) + 12
    drawn = [_stack(place, label, parts, most, colours, unit) for place, (label, parts) in enumerate(rows)]
    drawn.append(_legend(colours, TOP + ROW * len(rows) + 22))
    said = "; ".join(f"{label}: " + ", ".join(f"{n} {_number(v)}" for n, v in parts.items()) for label, parts in rows)
    return _svg(title, said, height, drawn)


def curve(title: str, values: Sequence[float], marks: Mapping[str, float], *, unit: str = "") -> str:
    """Draw how many of the sorted values stay below each height, with lines at the marks."""
    ordered, height, left, right = sorted(values), 260, 60, WIDTH - 30
    most = max(ordered[-1], *marks.values()) * 1.05 or 1
    across = [left + (right - left) * place / max(1, len(ordered) - 1) for place in range(len(ordered))]
    points = " ".join(f"{x:.1f},{_y(v, most, height):.1f}" for x, v in zip(across, ordered, strict=True))
    parts = [f"<polyline points='{points}' fill='none' stroke='{COLOURS[0]}' stroke-width='2'/>"]
    parts += [_mark(name, value, most, height, left, right, unit) for name, value in marks.items()]
    parts.append(_text(left, height - 8, "fastest", "start") + _text(right, height - 8, "slowest", "end"))
    return _svg(title, ", ".join(f"{name} {_number(value)}{unit}" for name, value in marks.items()), height, parts)


def _bar(place: int, row: Bar, most: float, unit: str) -> str:
    y, end = TOP + ROW * place, _x(row.value, most)
    parts = [_text(LEFT - 10, y + 17, row.label, "end")]
    parts.append(f"<rect x='{LEFT}' y='{y + 4}' width='{end - LEFT:.1f}' height='18' fill='{COLOURS[place % 6]}'/>")
    furthest = end
    if row.lowest is not None and row.highest is not None:
        low, furthest = _x(row.lowest, most), max(end, _x(row.highest, most))
        parts.append(f"<path d='M{low:.1f} {y + 13}H{furthest:.1f}' stroke='{_INK}' stroke-width='2'/>")
    parts.append(_text(furthest + 8, y + 17, f"{_number(row.value)}{unit}", "start"))
    return "".join(parts)


def _stack(
    place: int, label: str, parts: Mapping[str, float], most: float, colours: Mapping[str, str], unit: str
) -> str:
    y, x = TOP + ROW * place, float(LEFT)
    drawn = [_text(LEFT - 10, y + 17, label, "end")]
    for name, value in parts.items():
        width = _x(value, most) - LEFT
        drawn.append(f"<rect x='{x:.1f}' y='{y + 4}' width='{width:.1f}' height='18' fill='{colours[name]}'/>")
        x += width
    drawn.append(_text(x + 8, y + 17, f"{_number(sum(parts.values()))}{unit}", "start"))
    return "".join(drawn)


def _legend(colours: Mapping[str, str], y: float) -> str:
    def entries() -> Iterator[str]:
        x = 24
        for name, colour in colours.items():
            yield f"<rect x='{x}' y='{y - 11}' width='12' height='12' fill='{colour}'/>{_text(x + 18, y, name, 'start')}"
            x += 46 + 8 * len(name)

    return "".join(entries())


def _goal(x: float, height: float, goal: float, unit: str) -> str:
    line = f"<path d='M{x:.1f} {TOP - 6}V{height - 22}' stroke='{_INK}' stroke-dasharray='4 3'/>"
    return line + _text(x, height - 8, f"goal {_number(goal)}{unit}", "middle")


def _mark(name: str, value: float, most: float, height: float, left: float, right: float, unit: str) -> str:
    y = _y(value, most, height)
    line = f"<path d='M{left} {y:.1f}H{right}' stroke='{_LINE}' stroke-dasharray='4 3'/>"
    return line + _text(left + 6, y - 4, f"{name} {_number(value)}{unit}", "start")


def _x(value: float, most: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * value / most


def _y(value: float, most: float, height: float) -> float:
    return TOP + (height - TOP - 30) * (1 - value / most)


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f"<text x='{x:.1f}' y='{y:.1f}' text-anchor='{anchor}' fill='{_INK}' {_FONT}>{escape(text)}</text>"


def _number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _svg(title: str, said: str, height: float, parts: Sequence[str]) -> str:
    head = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {height:.0f}' role='img' "
        f"aria-labelledby='t d'>\n<title id='t'>{escape(title)}</title>\n<desc id='d'>{escape(said)}</desc>\n"
        f"<rect width='{WIDTH}' height='{height:.0f}' fill='{_PAPER}'/>\n"
        f"<text x='24' y='26' fill='{_INK}' {_FONT} font-weight='bold'>{escape(title)}</text>\n"
    )
    return head + "\n".join(parts) + "\n</svg>\n"
