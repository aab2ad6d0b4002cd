"""Draws Pijnstad: `python web/art/draw_town.py` writes templates/parts/town.svg. A test holds that the file is this drawing.

A flat, slightly tilted town in morning light: the town hall in the middle, four districts around a square, the gate, a tram
line from one to the other, trees, a bench in the sun. Colours are classes (styles/town.css), so night is a palette, not a
second drawing. Every place is a link; names and sentences come from the text catalogue when the page is made.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from pencil import Box, bench, bush, join, lamp, line, n, oval, path, poly, poplar, rect, shadow, tree

TARGET = Path(__file__).parents[1] / "web" / "templates" / "parts" / "town.svg"
WIDTH, HEIGHT = 1000, 760


def place(key: str, label: tuple[float, float], *drawing: str) -> str:
    """Make a drawing a link to a place, with its name written at a point."""
    x, y = label
    name, sentence = f"{{{{ t('place.{key}.name') }}}}", f"{{{{ t('place.{key}.sentence') }}}}"
    return (
        f'<a class="place place-{key}" href="{{{{ hrefs.{key} }}}}" aria-label="{name}: {sentence}">'
        f'<title>{sentence}</title>{join(drawing)}<text x="{n(x)}" y="{n(y)}">{name}</text></a>\n'
    )


def lit(key: str) -> str:
    """Return a colour class that is lit when something waits at a place."""
    return f"g{{{{ ' lit' if '{key}' in waiting }}}}"


def ground() -> str:
    """Draw sky, sun, hills, meadow, square, paths and the tram line."""
    return join(
        oval("sun-glow", 330, 196, 96, 96), oval("sun", 330, 196, 48, 48),
        path("hf", "M0 262C90 205 190 200 300 236C410 190 520 178 640 222C760 176 880 190 1000 240V420H0z"),
        path("hn", "M0 300C140 244 260 262 390 272C520 232 700 236 800 262C880 246 950 262 1000 276V460H0z"),
        path("gr", "M0 330C160 282 300 300 500 290C700 296 850 280 1000 318V760H0z"),
        # paths from the square to the districts and to the gate
        path("pa", "M500 470C430 440 330 400 232 372"), path("pa", "M520 470C600 430 690 396 782 368"),
        path("pa", "M430 500C360 530 300 556 226 590"), path("pa", "M570 500C650 530 710 560 790 592"),
        path("pa wide", "M500 480V770"),
        oval("pe", 500, 474, 248, 92), oval("pl", 500, 470, 244, 88), oval("pi", 500, 470, 150, 53),
        # the tram line: one loop past every district
        path("bed", TRAM), path("ties", TRAM), path("rail", TRAM),
    )  # fmt: skip


TRAM = "M500 596C330 596 168 556 168 480C168 404 318 352 500 352C682 352 832 404 832 480C832 556 670 596 500 596z"


def town_hall() -> str:
    """Draw the town hall: wings, columns, a clock tower with a flag."""
    left, right = Box(382, 462, 76, 74, 70), Box(542, 462, 76, 74, 70)
    hall, tower = Box(452, 470, 96, 104, 60), Box(478, 372, 44, 92, 36)
    return join(
        shadow(520, 468, 170, 24),
        poly("sh", (618, 462), (653, 440), (700, 450), (640, 472)),
        left.walls(), right.walls(),
        (left.window(u, 12, 15, 42, arch=True) for u in (9, 31, 53)),
        (right.window(u, 12, 15, 42, arch=True) for u in (9, 31, 53)),
        right.side_window(0.2, 14, 0.22, 36), right.side_window(0.58, 14, 0.22, 36),
        left.roof_along("rt", 26), right.roof_along("rt", 26),
        tower.walls(), tower.window(12, 8, 20, 30, arch=True), tower.side_window(0.3, 10, 0.4, 26),
        oval("cl", 500, 302, 14, 14), oval("cf", 500, 302, 11, 11), line("hand", (500, 302), (500, 294)),
        line("hand", (500, 302), (506, 305)),
        tower.spire("rt", 62, 7),
        line("post", (509, 214), (509, 186)), path("flag", "M509 187c10-6 16 5 28-1v17c-12 6-18-5-28 1z"),
        hall.walls(), hall.roof_across("rt", 38, 10),
        oval("cf", 500, 352, 9, 9),
        poly("st", (446, 370), (554, 370), (554, 376), (446, 376)),
        (rect("st", x, 376, 9, 84, 3) for x in (456, 476, 515, 535)),
        path("door", "M490 460v-48a10 10 0 0 1 20 0v48z"),
        hall.side_window(0.3, 24, 0.4, 50),
        poly("st", (444, 460), (556, 460), (560, 466), (440, 466)),
        poly("sts", (440, 466), (560, 466), (566, 473), (434, 473)),
        poly("st", (434, 473), (566, 473), (572, 479), (428, 479)),
    )  # fmt: skip


def information() -> str:
    """Draw the Informatiecentrum: a reading house with large windows and an open book over the door."""
    long, porch = Box(92, 360, 196, 92, 90), Box(158, 366, 62, 118, 30)
    glow = lit("content")
    return join(
        shadow(215, 362, 140, 16), poplar(74, 352, 0.9),
        long.walls(), long.roof_along("ro", 46, 8),
        (long.window(u, 18, 24, 52, glow) for u in (10, 38)), (long.window(u, 18, 24, 52, glow) for u in (136, 164)),
        long.side_window(0.16, 20, 0.24, 46), long.side_window(0.58, 20, 0.24, 46),
        (poly("ros", (x, 240), (x + 26, 240), (x + 30, 225), (x + 4, 225)) for x in (122, 240)),
        (rect(glow, x + 5, 242, 16, 12, 1) for x in (118, 236)),
        porch.walls(), porch.roof_across("ro", 34, 7),
        path("door", "M176 366v-42a13 13 0 0 1 26 0v42z"), line("bar", (189, 312), (189, 366)),
        # the sign: an open book
        path("sign-o", "M164 262c9-4 18-3 25 3c7-6 16-7 25-3v25c-9-3-18-2-25 4c-7-6-16-7-25-4z"),
        line("bar", (189, 265), (189, 290)),
        poly("st", (152, 366), (226, 366), (232, 373), (146, 373)),
        bush(112, 366, 0.9), bush(268, 366, 0.9), bush(290, 362, 0.7, "bl"),
    )  # fmt: skip


def choices() -> str:
    """Draw the Keuzewijzer: a corner house with a lookout tower, and a signpost with arms to all sides before it."""
    house, tower = Box(716, 352, 120, 80, 84), Box(800, 356, 58, 138, 56)
    post = join(
        line("post thick", (690, 374), (690, 286)),
        poly("sign-p", (654, 294), (684, 294), (684, 310), (654, 310), (644, 302)),
        poly("sign-p", (696, 300), (728, 300), (738, 308), (728, 316), (696, 316)),
        poly("sign-p", (660, 318), (684, 318), (684, 334), (660, 334), (650, 326)),
    )
    return join(
        shadow(815, 356, 130, 15), tree(920, 352, 0.95),
        house.walls(), house.roof_along("rp", 44, 8),
        house.window(12, 22, 22, 38), house.window(46, 22, 22, 38),
        poly("rps", (742, 262), (764, 262), (768, 250), (746, 250)), rect("g", 745, 264, 15, 12, 1),
        tower.walls(), tower.window(18, 20, 22, 40, arch=True), tower.window(18, 86, 22, 34, arch=True),
        tower.side_window(0.28, 24, 0.44, 36), tower.side_window(0.28, 88, 0.44, 30),
        tower.spire("rp", 66, 9), line("post", (843, 143), (843, 120)),
        path("sign-p", "M829 122h14v-9l15 11l-15 11v-9h-14z"),
        path("door", "M779 352v-38a9 9 0 0 1 18 0v38z"), post, bush(722, 360, 0.9), bush(880, 362, 0.8, "bl"),
    )  # fmt: skip


def self_care() -> str:
    """Draw the Zelfmanagement-plein: a glass garden house, beds to tend, a writing table in the sun."""
    glass = Box(120, 596, 150, 74, 80)
    beds = join(
        join(
            poly("bed-e", (x, 628), (x + 52, 628), (x + 64, 616), (x + 12, 616)),
            (bush(x + 18, 624, 0.7), bush(x + 36, 622, 0.7, kind), bush(x + 50, 622, 0.55)),
        )
        for x, kind in ((74, "bl"), (142, "t"), (210, "bl"))
    )
    return join(
        shadow(205, 598, 130, 15), tree(82, 588, 1.15), tree(346, 592, 0.75, "bl"),
        glass.walls(), glass.roof_along("rm", 44, 8),
        (glass.window(u, 8, 25, 54, "lw" if u == 64 else "g") for u in (8, 36, 64, 92, 120)),
        glass.side_window(0.14, 10, 0.3, 50), glass.side_window(0.54, 10, 0.3, 50),
        # the sign: a young plant
        oval("sign-m", 196, 500, 21, 21),
        path("leaf", "M194.500 514v-12c-8 0-12-5-12-12c8-1 12 2 13.500 8c0-8 5-12 13-12c1 9-4 14-11.500 14v14z"),
        beds,
    )  # fmt: skip


def community() -> str:
    """Draw the Pijncommunity: a bandstand in a park, with seats turned to each other."""
    posts = (736, 768, 812, 844)
    seats = join(
        oval("seat", 706, 618, 15, 6),
        oval("seat", 742, 632, 15, 6),
        oval("seat", 790, 637, 15, 6),
        oval("seat", 838, 632, 15, 6),
        oval("seat", 876, 618, 15, 6),
    )
    return join(
        oval("pa-d", 790, 612, 130, 36), shadow(800, 600, 84, 16), tree(902, 586, 1.2), tree(936, 612, 0.8, "bl"),
        oval("sts", 790, 602, 72, 20), oval("st", 790, 596, 72, 20),
        (rect("post-w", x - 3, 530 + (6 if x in (768, 812) else 0), 6, 60 + (12 if x in (768, 812) else 0)) for x in posts),
        path("rcs", "M712 534c20 12 136 12 156 0l-8 10c-30 10-110 10-140 0z"),
        path("rc", "M706 534c24-14 58-26 84-56v70c-38 0-70-4-84-14z"),
        path("rcs", "M874 534c-24-14-58-26-84-56v70c38 0 70-4 84-14z"),
        path("rc", "M750 514c14-8 29-20 40-36l14 18c6 8 18 15 26 18c-14 12-62 14-80 0z"),
        line("post", (790, 480), (790, 462)), oval("lamp", 790, 460, 5, 5),
        # the sign: two heads together
        path("sign-c", "M774 572a8 8 0 1 1 .1 0zM806 572a8 8 0 1 1 .1 0z"
             "M760 594c0-12 6-18 14-18c7 0 12 3 16 9c4-6 9-9 16-9c8 0 14 6 14 18z"),
        seats, bush(668, 628, 0.8), bush(912, 632, 0.9, "bl"),
    )  # fmt: skip


def gate() -> str:
    """Draw the gate: two towers and an open arch, where one comes in."""
    left, right = Box(420, 694, 40, 92, 32), Box(540, 694, 40, 92, 32)
    opening = "M472 694v-34a28 28 0 0 1 56 0v34"
    return join(
        shadow(530, 694, 108, 12),
        left.side_window(0, 0, 1, 92, "ss"),
        path("s", "M458 694v-80h84v80h-14v-34a28 28 0 0 0-56 0v34z"),
        path("inside", "M472 694v-34a28 28 0 0 1 14-24c-3 10-4 18-4 28v26z"), path("arch", opening),
        poly("rgs", (542, 614), (558, 604), (474, 604), (458, 614)),
        poly("rg", (456, 620), (544, 620), (544, 610), (456, 610)),
        left.walls("s", "ss"), right.walls("s", "ss"),
        left.window(12, 34, 16, 32, "lw", arch=True), right.window(12, 34, 16, 32, "lw", arch=True),
        left.spire("rg", 48, 6), right.spire("rg", 48, 6),
        line("post", (500, 610), (500, 574)), path("flag-g", "M500 574c9-6 15 4 26-1v16c-11 5-17-5-26 1z"),
    )  # fmt: skip


def tram() -> str:
    """Draw the tram, standing at its stop."""
    return join(
        '<g transform="translate(-22 3)">',
        shadow(652, 584, 62, 8),
        path("tb", "M594 548q0-10 10-10h90q10 0 13 10l6 26q0 6-6 6h-107q-6 0-6-6z"),
        poly("rg", (594, 561), (710, 561), (712.500, 572), (594, 572)),
        (rect("g", x, 543, 21, 15, 2) for x in (602, 628, 654)), path("g", "M681 543h15l5 15h-20z"),
        line("wire", (640, 538), (654, 523), (668, 538)), line("wire", (644, 523), (664, 523)),
        oval("wheel", 616, 581, 7, 6), oval("wheel", 690, 581, 7, 6), oval("lamp", 708, 566, 3, 3),
        "</g>",
    )  # fmt: skip


def life() -> str:
    """Draw what makes it a town: trees, lamps, the bench in the sun."""
    return join(
        tree(352, 352, 0.8), poplar(388, 342, 0.8), poplar(588, 338, 0.8), tree(620, 350, 0.85, "bl"),
        tree(34, 470, 1.2), tree(968, 470, 1.15),
        poplar(960, 392, 0.9), poplar(30, 392, 0.8), lamp(300, 500), lamp(700, 486), lamp(424, 552), lamp(560, 552),
        bush(352, 470, 0.8), bush(648, 462, 0.8, "bl"),
        oval("patch", 300, 716, 100, 24), bench(276, 710), tree(392, 712, 0.85), bush(118, 728, 1),
        tree(52, 738, 0.9, "bl"), bush(646, 712, 0.9), tree(686, 720, 0.8, "bl"), tree(948, 724, 1.15),
        bush(890, 724, 1),
    )  # fmt: skip


def draw() -> str:
    """Return the whole drawing as a template."""
    hrefs = "{% set hrefs = town_hrefs %}"
    places = join(
        place("townhall", (500, 508), town_hall()),
        place("content", (190, 402), information()),
        place("decision", (790, 396), choices()),
        place("selfcare", (204, 660), self_care()),
        place("community", (796, 668), community()),
    )
    last = place("gate", (500, 728), gate())
    return (
        "{# Drawn by art/draw_town.py; change it there. #}\n" + hrefs + "\n"
        f'<svg class="town-drawing" viewBox="0 0 {WIDTH} {HEIGHT}" role="group" '
        f'aria-label="{{{{ t(\'home.town\') }}}}" aria-describedby="town-words">\n'
        f"<desc id=\"town-words\">{{{{ t('home.town.describe') }}}}</desc>\n"
        f'<g aria-hidden="true">{ground()}{life()}</g>\n{places}<g aria-hidden="true">{tram()}</g>\n{last}</svg>\n'
    )


if __name__ == "__main__":
    TARGET.write_text(draw(), encoding="utf-8")
    print(f"{TARGET}: {len(draw())} characters")
