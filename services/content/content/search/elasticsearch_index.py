"""Elasticsearch 9 as the library's engine: an alias over one index at a time, switched when a new one is built.

Documents carry their item's revision as an external version, so that a late write never replaces a newer one. Only
core modules are used: no analyser of the server, no `GET /`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from elasticsearch import ApiError, BadRequestError, Elasticsearch, NotFoundError, TransportError
from elasticsearch.helpers import scan

from content.analysis import fingerprint
from content.lexicon import LANGUAGES
from content.search.elasticsearch_query import translate
from content.search.fields import LAYOUT, indexed
from content.search.plan import plan
from content.search.port import DEEPEST, Found, Hit, IndexState, Progress, Query, SearchAway, SearchDocument, page

_STEP = 500
_KEYWORDS = ("key", "slug", "language", "kind", "provenance", "dimensions", "audiences")
_TEXTS = ("title", "summary", "body", "written")


class ElasticsearchIndex:
    """Keep the library in Elasticsearch, behind an alias."""

    def __init__(self, url: str, *, alias: str = "content-items", timeout: float = 5.0) -> None:
        self._client = Elasticsearch(url, request_timeout=timeout, max_retries=0)
        self._patient = self._client.options(request_timeout=60)
        self._alias = alias

    def rebuild(self, documents: Iterable[SearchDocument], progress: Progress) -> int:
        """Build a new index beside the old one and switch the alias in one step; people search on meanwhile."""
        name = f"{self._alias}-{datetime.now(UTC):%Y%m%dt%H%M%S%f}"
        return _answered(lambda: self._rebuild(name, documents, progress))

    def put(self, documents: Sequence[SearchDocument]) -> None:
        """Replace all documents of these items, but never a newer revision by an older one."""
        given = {document.key for document in documents}
        revisions = {document.slug: document.revision for document in documents}
        gone = [(slug, one) for slug in revisions for one in LANGUAGES if f"{slug}:{one}" not in given]
        operations = [*_indexing(documents), *(_deleting(slug, one, revisions[slug]) for slug, one in gone)]
        _answered(lambda: self._bulk(self._alias, operations, refresh=True))

    def remove(self, slugs: Sequence[str]) -> None:
        """Take every language of these items out."""
        operations = [{"delete": {"_id": f"{slug}:{language}"}} for slug in slugs for language in LANGUAGES]
        _answered(lambda: self._bulk(self._alias, operations, refresh=True))

    def query(self, query: Query) -> Found:
        """Return the items that answer the query; when nothing does, those that do with every word mistyped."""
        found = self._ask(query, forgiving=False)
        return found if found.total or query.offset else self._ask(query, forgiving=True)

    def listed(self) -> dict[tuple[str, str], int]:
        """Return the revision of every document in the index, by slug and language."""
        return _answered(self._listed)

    def state(self) -> IndexState:
        """Return what stands in the index. Errors: SearchAway when Elasticsearch does not answer."""
        try:
            return _answered(self._state)
        except _NoIndex:
            return IndexState(exists=False, fits=False, counts={})

    def _rebuild(self, name: str, documents: Iterable[SearchDocument], progress: Progress) -> int:
        self._patient.indices.create(index=name, mappings=_mappings(), settings=_settings())
        count, rest = 0, iter(documents)
        while chunk := list(islice(rest, _STEP)):
            self._bulk(name, _indexing(chunk), refresh=False)
            count += len(chunk)
            progress(count)
        self._patient.indices.refresh(index=name)
        self._switch(name)
        return count

    def _switch(self, name: str) -> None:
        old = [one for one in self._patient.indices.get(index=f"{self._alias}-*") if one != name]
        add = {"add": {"index": name, "alias": self._alias}}
        self._patient.indices.update_aliases(actions=[add, *({"remove_index": {"index": one}} for one in old)])

    def _bulk(self, index: str, operations: Sequence[dict[str, Any]], *, refresh: bool) -> None:
        if not operations:
            return
        self._must_exist(index)
        answer = self._patient.bulk(index=index, operations=operations, refresh=refresh)
        for item in answer["items"]:
            result = next(iter(item.values()))
            if result["status"] >= 400 and result["status"] not in (404, 409):  # gone already, or newer already
                raise SearchAway(f"Elasticsearch refused a document: {result['error']['type']}")

    def _must_exist(self, index: str) -> None:
        """Refuse to let a write make an index by itself: it would have no mapping, and stand in the alias's way."""
        if not self._client.indices.exists(index=index):
            raise _NoIndex("there is no search index yet; `python -m content reindex` builds it")

    def _ask(self, query: Query, *, forgiving: bool) -> Found:
        tree = plan(query.text, query.language, forgiving=forgiving)
        limit = min(query.limit, DEEPEST - query.offset)
        if tree is None or limit <= 0:
            return Found((), 0)
        body = translate(tree, query.language, query.filters)
        answer = _answered(lambda: self._search(body, limit, query.offset))
        hits = [Hit(hit["_source"]["slug"], hit["_score"]) for hit in answer["hits"]["hits"]]
        return page(hits, answer["hits"]["total"]["value"], query)

    def _search(self, body: dict[str, Any], limit: int, offset: int) -> Any:
        return self._client.search(
            index=self._alias,
            query=body,
            size=limit,
            from_=offset,
            sort=[{"_score": "desc"}, {"slug": "asc"}],
            source_includes=["slug"],
            track_scores=True,
            track_total_hits=True,
        )

    def _listed(self) -> dict[tuple[str, str], int]:
        fields = {"_source": ["slug", "language", "revision"]}
        found = (one["_source"] for one in scan(self._patient, index=self._alias, query=fields))
        return {(one["slug"], one["language"]): int(one["revision"]) for one in found}

    def _state(self) -> IndexState:
        meta = next(iter(self._client.indices.get_mapping(index=self._alias).values()))["mappings"]["_meta"]
        by_language = {"by_language": {"terms": {"field": "language"}}}
        answer = self._client.search(index=self._alias, size=0, aggs=by_language)
        counted = {one["key"]: one["doc_count"] for one in answer["aggregations"]["by_language"]["buckets"]}
        fits = meta["fingerprint"] == fingerprint() and meta["layout"] == LAYOUT
        counts = {one: counted.get(one, 0) for one in LANGUAGES}
        return IndexState(True, fits, counts, datetime.fromisoformat(meta["built_at"]))


class _NoIndex(SearchAway):
    """The server answers, and has no index of ours."""


def _answered(ask: Any) -> Any:
    """Return what the server answers, or say in the port's words why it does not."""
    try:
        return ask()
    except NotFoundError:
        raise _NoIndex("there is no search index yet; `python -m content reindex` builds it") from None
    except (TransportError, ApiError) as error:
        if isinstance(error, BadRequestError):
            raise
        raise SearchAway("Elasticsearch does not answer") from error


def _indexing(documents: Iterable[SearchDocument]) -> list[dict[str, Any]]:
    lines = ((_versioned("index", document.key, document.revision), indexed(document)) for document in documents)
    return [line for pair in lines for line in pair]


def _deleting(slug: str, language: str, revision: int) -> dict[str, Any]:
    return _versioned("delete", f"{slug}:{language}", revision)


def _versioned(action: str, key: str, revision: int) -> dict[str, Any]:
    return {action: {"_id": key, "version": revision, "version_type": "external_gte"}}


def _settings() -> dict[str, Any]:
    # One shard: scores are then counted over the whole library, and are the same as the embedded engine's.
    return {"number_of_shards": 1, "auto_expand_replicas": "0-1"}


def _mappings() -> dict[str, Any]:
    exact = {name: {"type": "keyword"} for name in _KEYWORDS}
    texts = {name: {"type": "text", "analyzer": "whitespace", "index_options": "freqs"} for name in _TEXTS}
    numbers = {"weight": {"type": "float"}, "revision": {"type": "long"}}
    meta = {"fingerprint": fingerprint(), "layout": LAYOUT, "built_at": datetime.now(UTC).isoformat()}
    return {"dynamic": "strict", "_meta": meta, "properties": {**exact, **texts, **numbers}}
