"""What readers may expect of search, whatever engine stands behind it: one suite, run on Tantivy and Elasticsearch."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from content.search.port import Filters, Found, Query, SearchAway, SearchDocument, SearchIndex
from content.search.tantivy_index import TantivyIndex


def document(slug: str, title: str, summary: str = "", body: str = "", **more: Any) -> SearchDocument:
    fields: dict[str, Any] = {
        "language": "nl",
        "revision": 1,
        "weight": 1.5,
        "kind": "article",
        "provenance": "sourced",
        "dimensions": ("bodily_functions",),
        "audiences": ("person_in_pain",),
    }
    return SearchDocument(slug=slug, title=title, summary=summary, body=body, **(fields | more))


LIBRARY = [
    document("slapen", "Beter slapen met pijn", "Wat helpt als je slecht slaapt.", "Sta elke dag op dezelfde tijd op."),
    document("rug", "Leven met rugpijn", "Blijf in beweging.", "Je rug mag bewegen, ook als die zeer doet."),
    document("nek", "Een stijve nek", "Wat je kunt doen.", "Ook pijn in je rug kan meespelen."),
    document("doseren", "Je energie verdelen", "Doe elke dag ongeveer even veel.", "Dat heet doseren."),
    document("opvlamming", "Als de pijn opvlamt", "Een plan voor een opvlamming.", dimensions=("quality_of_life",)),
    document(
        "kind", "Mijn moeder heeft pijn", "Voor kinderen.", "Jij hoeft het niet op te lossen.", audiences=("child",)
    ),
    document("dokter", "Naar de huisarts", "Zo bereid je je voor.", "Schrijf je vragen op.", kind="tool"),
    document("knie", "Pijn in de knieën", "Over artrose.", "Kracht in je benen helpt."),
    document(
        "slapen", "Sleeping better with pain", "What helps after bad nights.", "Get up at the same time.", language="en"
    ),
    document(
        "doseren", "Spreading your energy", "This is called pacing.", "Do about as much every day.", language="en"
    ),
]


@pytest.fixture(params=["tantivy", "elasticsearch"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchIndex]:
    if request.param == "tantivy":
        yield TantivyIndex(tmp_path / "index", patience=0.2)
    else:
        from content.search.elasticsearch_index import ElasticsearchIndex

        alias = f"test-{uuid.uuid4().hex[:12]}"
        engine = ElasticsearchIndex(request.getfixturevalue("elasticsearch_url"), alias=alias, timeout=30)
        yield engine
        forget(engine, alias)


def forget(engine: Any, alias: str) -> None:
    for name in engine._client.indices.get(index=f"{alias}-*", expand_wildcards="all"):
        engine._client.indices.delete(index=name)


@pytest.fixture
def library(index: SearchIndex) -> SearchIndex:
    index.rebuild(LIBRARY, lambda _: None)
    return index


def slugs(found: Found) -> list[str]:
    return [hit.slug for hit in found.hits]


def ask(index: SearchIndex, text: str, language: Any = "nl", limit: int = 20, **filters: str) -> list[str]:
    return slugs(index.query(Query(text, language, Filters(**filters), limit)))


@pytest.mark.parametrize(
    ("words", "best"),
    [
        ("slapen", "slapen"),
        ("ik sliep slecht", "slapen"),
        ("geslapen", "slapen"),
        ("knie", "knie"),
        ("knieen", "knie"),
        ("kind", "kind"),
        ("huisartsen", "dokter"),
        ("ENERGIE", "doseren"),
    ],
)
def test_a_word_finds_its_other_forms(library: SearchIndex, words: str, best: str) -> None:
    assert ask(library, words)[0] == best


def test_a_compound_finds_its_parts_and_itself_first(library: SearchIndex) -> None:
    assert ask(library, "rugpijn")[:2] == ["rug", "nek"]


def test_parts_find_the_compound(library: SearchIndex) -> None:
    assert ask(library, "pijn rug")[0] == "rug"


def test_a_part_that_says_little_does_not_narrow(library: SearchIndex) -> None:
    assert ask(library, "slaapproblemen") == ["slapen"]


@pytest.mark.parametrize(
    ("words", "best"),
    [("pacing", "doseren"), ("flare", "opvlamming"), ("wakker liggen", "slapen"), ("dokter", "dokter")],
)
def test_other_words_for_the_same_thing_find_it(library: SearchIndex, words: str, best: str) -> None:
    assert ask(library, words)[0] == best


@pytest.mark.parametrize(
    ("words", "best"),
    [
        ("opvlaming", "opvlamming"),
        ("slaappen", "slapen"),
        ("rugpjin", "rug"),
        ("huisarst", "dokter"),
        ("energei", "doseren"),
    ],
)
def test_a_typing_error_still_finds_it(library: SearchIndex, words: str, best: str) -> None:
    assert ask(library, words)[0] == best


def test_a_word_that_nobody_wrote_finds_nothing(library: SearchIndex) -> None:
    found = library.query(Query("belastingaangifte", "nl"))
    assert (found.hits, found.total, found.next_offset) == ((), 0, None)


@pytest.mark.parametrize("words", ["", "   ", "?!", "***"])
def test_a_query_without_words_finds_nothing(library: SearchIndex, words: str) -> None:
    assert ask(library, words) == []


@pytest.mark.parametrize("words", ['"rug', "rug AND (", "title:rug", "rug~2", "rug*", "+rug -", '{"$ne": "rug"}'])
def test_signs_of_a_query_language_are_just_signs(library: SearchIndex, words: str) -> None:
    assert "rug" in ask(library, words)


def test_each_language_finds_its_own(library: SearchIndex) -> None:
    assert ask(library, "pacing", "en") == ["doseren"]
    assert ask(library, "slept badly", "en") == ["slapen"]
    assert ask(library, "rugpijn", "en") == []


def test_filters_narrow(library: SearchIndex) -> None:
    assert set(ask(library, "pijn")) > {"kind"}
    assert ask(library, "pijn", audience="child") == ["kind"]
    assert ask(library, "pijn", dimension="quality_of_life") == ["opvlamming"]
    assert ask(library, "huisarts", kind="article") == []
    assert ask(library, "pijn", provenance="validated") == []


def test_a_title_weighs_more_than_a_text(index: SearchIndex) -> None:
    index.rebuild(
        [document("text", "Iets anders", body="stress op het werk"), document("title", "Stress", body="iets anders")],
        lambda _: None,
    )
    assert ask(index, "stress") == ["title", "text"]


def test_validated_comes_before_experience(index: SearchIndex) -> None:
    same = {"title": "Omgaan met stress", "summary": "Wat helpt."}
    index.rebuild([document("a-lived", **same, weight=0.5), document("b-checked", **same, weight=2.0)], lambda _: None)
    assert ask(index, "stress") == ["b-checked", "a-lived"]


def test_pages_follow_each_other_without_holes(library: SearchIndex) -> None:
    every = ask(library, "pijn")
    paged, offset = [], 0
    while offset is not None:
        found = library.query(Query("pijn", "nl", limit=2, offset=offset))
        paged += slugs(found)
        offset = found.next_offset
    assert len(every) > 4
    assert paged == every


def test_the_total_counts_beyond_the_page(library: SearchIndex) -> None:
    found = library.query(Query("pijn", "nl", limit=1))
    assert len(found.hits) == 1
    assert found.total == len(ask(library, "pijn"))


def test_a_revised_item_replaces_itself_in_every_language(library: SearchIndex) -> None:
    library.put([document("slapen", "Over vogels", revision=2)])
    assert ask(library, "vogels") == ["slapen"]
    assert ask(library, "slapen") == []
    assert ask(library, "sleeping", "en") == []


def test_a_late_write_does_not_bring_an_older_revision_back(library: SearchIndex) -> None:
    library.put([document("slapen", "Over vogels", revision=3)])
    library.put([document("slapen", "Over vissen", revision=2)])
    assert (ask(library, "vogels"), ask(library, "vissen")) == (["slapen"], [])


def test_putting_the_same_revision_twice_leaves_one(library: SearchIndex) -> None:
    before = library.state().counts
    library.put([one for one in LIBRARY if one.slug == "slapen"])
    assert library.state().counts == before


def test_a_removed_item_is_gone_in_every_language(library: SearchIndex) -> None:
    library.remove(["slapen", "was-never-there"])
    assert ask(library, "slapen") == []
    assert ask(library, "sleeping", "en") == []
    assert library.state().counts == {"nl": 7, "en": 1}


def test_a_rebuild_replaces_everything_and_tells_its_progress(library: SearchIndex) -> None:
    told: list[int] = []
    assert library.rebuild([document("nieuw", "Iets over vogels")], told.append) == 1
    assert told[-1] == 1
    assert ask(library, "vogels") == ["nieuw"]
    assert ask(library, "rugpijn") == []
    state = library.state()
    assert (state.exists, state.fits, state.counts) == (True, True, {"nl": 1, "en": 0})


def test_a_rebuild_that_breaks_off_leaves_the_old_index_in_use(library: SearchIndex) -> None:
    def broken() -> Iterator[SearchDocument]:
        yield document("nieuw", "Iets over vogels")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        library.rebuild(broken(), lambda _: None)
    assert ask(library, "rugpijn")[0] == "rug"
    library.put([document("later", "Iets over vogels")])
    assert ask(library, "vogels") == ["later"]


def test_the_index_says_what_it_holds(library: SearchIndex) -> None:
    state = library.state()
    assert (state.exists, state.fits, state.counts) == (True, True, {"nl": 8, "en": 2})
    assert state.built_at is not None


def test_an_index_of_another_analysis_does_not_fit(library: SearchIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    module = type(library).__module__
    monkeypatch.setattr(f"{module}.fingerprint", lambda: "another analysis")
    state = library.state()
    assert (state.exists, state.fits) == (True, False)


def test_without_an_index_the_engine_says_so(index: SearchIndex) -> None:
    assert (index.state().exists, index.state().fits) == (False, False)
    with pytest.raises(SearchAway):
        index.query(Query("rug", "nl"))
    with pytest.raises(SearchAway):
        index.put(LIBRARY[:1])
    assert not index.state().exists


QUESTIONS = [
    "rugpijn", "slecht slapen door pijn", "wakker liggen", "pacing", "opvlaming", "huisarst", "pijn", "knie bewegen",
    "mijn kind heeft pijn", "energie verdelen", "nekpijn", "wat helpt als je slecht slaapt", "stijve rug", "vragen dokter",
]  # fmt: skip


def test_both_engines_find_the_same_in_the_same_order(elasticsearch_url: str, tmp_path: Path) -> None:
    from content.search.elasticsearch_index import ElasticsearchIndex

    alias = f"test-{uuid.uuid4().hex[:12]}"
    embedded, server = TantivyIndex(tmp_path / "index"), ElasticsearchIndex(elasticsearch_url, alias=alias, timeout=30)
    for engine in (embedded, server):
        engine.rebuild(LIBRARY, lambda _: None)
    answers = {words: (ask(embedded, words), ask(server, words)) for words in QUESTIONS}
    forget(server, alias)
    assert {words: both for words, both in answers.items() if both[0] != both[1]} == {}
    assert all(both[0] for both in answers.values())
