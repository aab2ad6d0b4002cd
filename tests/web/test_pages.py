"""What holds for every page: light, safe in the browser, whole in both languages, help in reach, honest when things fail."""

from __future__ import annotations

import gzip
import hashlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from fake_visitor import DIARY, Visitor

import web
from pijnstad_local.ports import free_port
from pijnstad_safety import crisis_card

HERE = Path(web.__file__).parent
OPEN = (
    "/",
    "/stadhuis/over",
    "/keuzewijzer",
    "/pijncommunity",
    "/zelfmanagement",
    DIARY,
    "/hulp-nu",
    "/informatiecentrum",
    "/informatiecentrum?q=slapen",
    "/informatiecentrum?q=zebra",
    "/informatiecentrum/beter-slapen-met-pijn",
    "/nergens",
)
MEMBERS = ("/", DIARY, f"{DIARY}/dagen", f"{DIARY}/toestemming", "/informatiecentrum/tips", "/zelfmanagement")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_is_whole_and_offers_help_and_the_other_language(visitor: Visitor, language: str) -> None:
    for path in OPEN:
        page = visitor.get(path + ("&" if "?" in path else "?") + f"taal={language}")
        assert page.status == (404 if path == "/nergens" else 200)
        assert f'lang="{language}"' in page.text
        assert 'href="/hulp-nu"' in page.text
        assert "<h1" in page.text
        assert ("taal=en" if language == "nl" else "taal=nl") in page.text


def test_a_chosen_language_stays_and_else_the_browser_decides(visitor: Visitor, served: Any) -> None:
    assert "Welcome to Pijnstad" in visitor.get("/?taal=en").text
    assert "Welcome to Pijnstad" in visitor.get("/").text
    assert "Welkom in Pijnstad" in visitor.get("/?taal=nl").text
    assert "Welcome" in Visitor(served.url, "en-GB,en;q=0.9,nl;q=0.5").get("/").text
    assert "Welkom" in Visitor(served.url, "fr,de;q=0.7").get("/").text


def test_no_page_is_heavier_than_it_may_be(anna: Visitor) -> None:
    for path in {*OPEN, *MEMBERS}:
        page = anna.get(path)
        linked = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
        parts = {name: len(anna.get(name).text.encode()) for name in linked if not name.endswith(".woff2")}
        assert len(page.text.encode()) + sum(parts.values()) < 150_000, (path, len(page.text), parts)


def test_own_css_as_sent_is_under_thirty_kilobytes(served: Any) -> None:
    sent = served.ports.assets.find("css/pijnstad.css")[0].body
    vendored = sent.index(b"*,*::before") - sent.index(b"@layer utrecht{")
    assert vendored > 30_000
    assert len(sent) - vendored < 30_000
    assert len(gzip.compress(sent)) < 20_000


def test_nothing_runs_or_is_styled_inline_and_the_browser_is_told_so(anna: Visitor) -> None:
    for path in {*OPEN, *MEMBERS}:
        page = anna.get(path)
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=\"/static/)|javascript:", page.text), (
            path
        )


def test_pages_of_a_member_are_nobody_elses_to_keep(anna: Visitor) -> None:
    assert anna.get(DIARY).headers["Cache-Control"] == "no-store"


def test_static_files_carry_their_hash_and_are_kept_for_a_year(visitor: Visitor) -> None:
    name = re.search(r'href="(/static/css/pijnstad\.[0-9a-f]{12}\.css)"', visitor.get("/").text)
    assert name
    hashed, plain = visitor.get(name[1]), visitor.get("/static/css/pijnstad.css")
    assert "immutable" in hashed.headers["Cache-Control"]
    assert "max-age=300" in plain.headers["Cache-Control"]
    assert hashed.text == plain.text
    assert visitor.get(name[1], If_None_Match=hashed.headers["ETag"]).status == 304
    assert visitor.get("/static/css/pijnstad.000000000000.css").status == 404
    assert visitor.get("/static/../config.py").status == 404


def test_static_files_are_compressed_for_who_takes_that(served: Any) -> None:
    answer = served.web.test_client().get("/static/css/pijnstad.css", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data) == served.ports.assets.find("css/pijnstad.css")[0].body


def test_vendored_files_are_the_ones_that_are_written_down() -> None:
    table = (HERE.parent / "VENDORED.md").read_text()
    named = dict(re.findall(r"\| `([0-9a-f]{64})` \| `(web/[^`]+)` \|", table))
    assert len(named) == 2
    for digest, name in named.items():
        assert hashlib.sha256((HERE.parent / name).read_bytes()).hexdigest() == digest, name


def test_the_town_is_the_drawing_its_script_draws() -> None:
    sys.path.insert(0, str(HERE.parent / "art"))
    import draw_town

    assert draw_town.TARGET.read_text() == draw_town.draw()


def test_every_building_is_a_link_with_name_and_sentence_in_the_order_of_the_list(visitor: Visitor) -> None:
    home = visitor.get("/").text
    drawn = re.findall(r'<a class="place [^"]+" href="([^"]+)" aria-label="([^"]+)"', home)
    listed = re.findall(r'<a class="tile" href="([^"]+)">.*?<strong>([^<]+)</strong> ([^<]+)<', home, re.DOTALL)
    assert len(drawn) == 6
    assert drawn == [(href, f"{name}: {sentence.strip()}") for href, name, sentence in listed]


def test_help_now_opens_when_everything_else_is_away(visitor: Visitor, city: Any) -> None:
    city.away = {"/"}
    page = visitor.get("/hulp-nu")
    assert page.status == 200
    for number in ("tel:113", "tel:08000113", "tel:112"):
        assert number in page.text


def test_help_now_leads_back_to_where_one_was_and_never_elsewhere(visitor: Visitor, served: Any) -> None:
    assert 'href="/keuzewijzer">Ik ben nu veilig' in visitor.get("/hulp-nu", Referer=f"{served.url}/keuzewijzer").text
    assert 'href="/">Ik ben nu veilig' in visitor.get("/hulp-nu", Referer="https://elsewhere.example/x").text


def test_with_the_session_store_away_help_and_reading_still_open(mongo_url: str) -> None:
    from fake_city import Served

    with Served(f"mongodb://127.0.0.1:{free_port()}/?serverSelectionTimeoutMS=100", "none").running() as served:
        visitor = Visitor(served.url)
        cookie = "pijnstad_web=whatever"
        assert visitor.get("/hulp-nu", Cookie=cookie).status == 200
        assert visitor.get("/informatiecentrum", Cookie=cookie).status == 200
        away = visitor.get(f"{DIARY}/dagen", Cookie=cookie)
        assert away.status == 503
        assert "Er is niets kwijt" in away.text
        assert visitor.get("/healthz").status == 200
        assert visitor.get("/readyz").status == 503


def test_trouble_is_told_in_words_and_without_a_code(visitor: Visitor, city: Any) -> None:
    city.away = {"/content/"}
    page = visitor.get("/informatiecentrum")
    assert page.status == 503
    words = re.sub(r"<[^>]+>", " ", page.text[page.text.index("<h1") : page.text.index("</article>")])
    assert "Dit lukt nu even niet" in words
    assert "Er is niets kwijt" in words
    assert "503" not in words.split("Nummer voor")[0]


def test_an_item_shows_where_it_comes_from_and_runs_nothing(visitor: Visitor) -> None:
    page = visitor.get("/informatiecentrum/beter-slapen-met-pijn").text
    for words in ("In één minuut", "NHG-Standaard Slaapproblemen", "2024", "Op basis van een bron, nog niet nagekeken"):
        assert words in page
    assert "alert(1)" not in page


def test_an_item_in_another_language_says_so(visitor: Visitor) -> None:
    page = visitor.get("/informatiecentrum/beter-slapen-met-pijn?taal=en").text
    assert "This piece exists only in Dutch." in page
    assert '<article class="column" lang="nl">' in page


def test_what_is_not_there_leads_somewhere(visitor: Visitor) -> None:
    page = visitor.get("/informatiecentrum/bestaat-niet")
    assert page.status == 404
    assert "Zoek in het Informatiecentrum" in page.text


def test_what_a_visitor_types_never_becomes_markup(visitor: Visitor) -> None:
    assert "<img" not in visitor.get("/informatiecentrum?q=%3Cimg%20src%3Dx%3E").text


def test_members_pages_send_who_is_not_signed_in_to_the_gate_and_back(visitor: Visitor) -> None:
    page = visitor.get("/informatiecentrum/tips")
    assert urlsplit(page.url).path == "/informatiecentrum/tips"
    assert page.status == 200


def test_no_secret_is_needed_to_say_what_is_missing() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "web", "serve"], capture_output=True, text=True, env={"PATH": ""}, timeout=60
    )
    assert run.returncode == 2
    for name in ("PIJNSTAD_LISTEN", "PIJNSTAD_MONGO_URL", "PIJNSTAD_MASTER_KEY", "PIJNSTAD_WEB_CLIENT_SECRET"):
        assert name in run.stderr


def test_an_item_in_english_says_which_words_of_a_source_are_dutch_and_that_its_page_has_no_date(served: Any) -> None:
    page = Visitor(served.url, "en").get("/informatiecentrum/beter-slapen-met-pijn").text

    assert '<span lang="nl">Begrippen</span>' in page
    assert "page without a date, read on 23 November 2026" in page


def test_an_item_in_dutch_does_not_mark_dutch_words(served: Any) -> None:
    page = Visitor(served.url).get("/informatiecentrum/beter-slapen-met-pijn").text

    assert "<span>Begrippen</span>" in page
    assert "bladzijde zonder datum, gelezen op 23 november 2026" in page


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_help_page_names_the_same_numbers_as_the_crisis_card(served: Any, language: str) -> None:
    page = Visitor(served.url, language).get("/hulp-nu").text
    card = crisis_card("crisis", language)
    assert card is not None
    named = {number for way in card.ways for number in re.findall(r"[\d-]{3,}", way.contact)}

    assert named == {"113", "0800-0113", "112"}
    assert {f"tel:{number.replace('-', '')}" for number in named} == set(re.findall(r'"(tel:\d+)"', page))
