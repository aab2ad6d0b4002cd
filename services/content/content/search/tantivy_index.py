"""The embedded engine: Tantivy, in a directory that all processes of content on one machine share.

    <root>/current          name of the build in use; replaced atomically, so that a rebuild shows at once or not at all
    <root>/<build>/         a Tantivy index, with about.json: what it was built with
    <root>/write.lock       one writer at a time (locks.py); readers never wait

Readers look at two file stamps per query and reload when one of them moved.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import tantivy

from content.analysis import fingerprint
from content.lexicon import LANGUAGES
from content.search import tantivy_query
from content.search.fields import LAYOUT, indexed
from content.search.locks import writing
from content.search.plan import plan
from content.search.port import DEEPEST, Found, Hit, IndexState, Progress, Query, SearchAway, SearchDocument, page

_HEAP, _THREADS = 15_000_000, 1
_EXACT = ("key", "slug", "language", "kind", "provenance", "dimensions", "audiences")
_TEXTS = ("title", "summary", "body", "written")
_STEP = 500
_TIES = 50  # Tantivy leaves equal scores in any order: read a little further, and order them by slug
T = TypeVar("T")


@dataclass(frozen=True)
class _Opened:
    stamp: tuple[int, ...]
    path: Path
    index: tantivy.Index


class TantivyIndex:
    """Keep the library in a Tantivy index under `root`."""

    def __init__(self, root: Path, *, patience: float = 10.0) -> None:
        self._root, self._patience = root, patience
        self._opened: _Opened | None = None
        self._opening = threading.Lock()
        self._schema = _schema()

    def rebuild(self, documents: Iterable[SearchDocument], progress: Progress) -> int:
        """Build a new index beside the old one and switch to it. Other writers wait that long, readers never."""
        with writing(self._root, patience=self._patience):
            build = self._root / datetime.now(UTC).strftime("build-%Y%m%dT%H%M%S.%f")
            build.mkdir()
            count = self._write(tantivy.Index(self._schema, path=str(build)), documents, progress)
            about = {"fingerprint": fingerprint(), "layout": LAYOUT, "built_at": datetime.now(UTC).isoformat()}
            (build / "about.json").write_text(json.dumps(about))
            self._switch(build.name)
        return count

    def put(self, documents: Sequence[SearchDocument]) -> None:
        """Replace all documents of these items, but never a newer revision by an older one."""

        def change(index: tantivy.Index, writer: tantivy.IndexWriter) -> None:
            newest = self._revisions(index, {document.slug for document in documents})
            fresh = [one for one in documents if one.revision >= newest.get(one.slug, 0)]
            for slug in {document.slug for document in fresh}:
                writer.delete_documents_by_term("slug", slug)
            for document in fresh:
                writer.add_document(self._document(document))

        self._change(change)

    def remove(self, slugs: Sequence[str]) -> None:
        """Take every language of these items out."""
        self._change(lambda _, writer: [writer.delete_documents_by_term("slug", slug) for slug in slugs])

    def query(self, query: Query) -> Found:
        """Return the items that answer the query; when nothing does, those that do with every word mistyped."""
        found = self._ask(query, forgiving=False)
        return found if found.total or query.offset else self._ask(query, forgiving=True)

    def listed(self) -> dict[tuple[str, str], int]:
        """Return the revision of every document in the index, by slug and language."""
        searcher = self._open().index.searcher()
        found: dict[tuple[str, str], int] = {}
        for language in LANGUAGES:
            of_it = tantivy.Query.term_query(self._schema, "language", language, "basic")
            for _, address in searcher.search(of_it, limit=max(searcher.num_docs, 1)).hits:
                document = searcher.doc(address)
                found[str(document.get_first("slug")), language] = _revision(document)
        return found

    def state(self) -> IndexState:
        """Return what stands in the index."""
        try:
            opened = self._open()
        except SearchAway:
            return IndexState(exists=False, fits=False, counts={})
        about = json.loads((opened.path / "about.json").read_text())
        searcher = opened.index.searcher()
        counts = {one: _count(searcher, self._schema, one) for one in LANGUAGES}
        fits = about["fingerprint"] == fingerprint() and about["layout"] == LAYOUT
        return IndexState(True, fits, counts, datetime.fromisoformat(about["built_at"]))

    def _ask(self, query: Query, *, forgiving: bool) -> Found:
        tree = plan(query.text, query.language, forgiving=forgiving)
        limit = min(query.limit, DEEPEST - query.offset)
        if tree is None or limit <= 0:
            return Found((), 0)
        searcher = self._open().index.searcher()
        question = tantivy_query.translate(tree, query.language, query.filters, self._schema)
        end = query.offset + limit
        result = searcher.search(question, limit=end + _TIES, weight_by_field="weight")
        hits = [Hit(searcher.doc(address).get_first("slug"), score) for score, address in result.hits]
        hits.sort(key=lambda hit: (-hit.score, hit.slug))
        return page(hits[query.offset : end], _total(result), query)

    def _change(self, change: Callable[[tantivy.Index, tantivy.IndexWriter], T]) -> None:
        with writing(self._root, patience=self._patience):
            index = self._open().index
            writer = index.writer(_HEAP, _THREADS)
            try:
                change(index, writer)
                writer.commit()
            finally:
                writer.wait_merging_threads()

    def _write(self, index: tantivy.Index, documents: Iterable[SearchDocument], progress: Progress) -> int:
        writer = index.writer(_HEAP * 2, _THREADS)
        count = 0
        for count, document in enumerate(documents, start=1):
            writer.add_document(self._document(document))
            if count % _STEP == 0:
                progress(count)
        writer.commit()
        writer.wait_merging_threads()
        progress(count)
        return count

    def _document(self, document: SearchDocument) -> tantivy.Document:
        return tantivy.Document.from_dict(indexed(document), self._schema)

    def _revisions(self, index: tantivy.Index, slugs: set[str]) -> dict[str, int]:
        searcher = index.searcher()
        found: dict[str, int] = {}
        for slug in slugs:
            hits = searcher.search(tantivy.Query.term_query(self._schema, "slug", slug), limit=len(LANGUAGES)).hits
            found[slug] = max((_revision(searcher.doc(address)) for _, address in hits), default=0)
        return found

    def _switch(self, name: str) -> None:
        pointer, fresh = self._root / "current", self._root / "current.new"
        before = pointer.read_text() if pointer.exists() else None
        fresh.write_text(name)
        os.replace(fresh, pointer)
        for build in self._root.glob("build-*"):  # the one before stays for readers who are just opening it
            if build.name not in (name, before):
                shutil.rmtree(build, ignore_errors=True)

    def _open(self) -> _Opened:
        """Return the index in use, opened or reloaded when another process moved it. Errors: SearchAway."""
        try:
            path, stamp = self._where()
            opened = self._opened
            if opened is None or opened.stamp != stamp:
                opened = self._reopen(path, stamp)
            return opened
        except (OSError, ValueError):
            raise SearchAway("there is no search index yet; `python -m content reindex` builds it") from None

    def _where(self) -> tuple[Path, tuple[int, ...]]:
        path = self._root / (self._root / "current").read_text()
        seen = (path / "meta.json").stat()
        return path, (seen.st_mtime_ns, seen.st_ino)

    def _reopen(self, path: Path, stamp: tuple[int, ...]) -> _Opened:
        with self._opening:
            same = self._opened is not None and self._opened.path == path
            index = self._opened.index if self._opened and same else tantivy.Index.open(str(path))
            if not same:
                index.config_reader(reload_policy="manual")
            index.reload()
            self._opened = _Opened(stamp, path, index)
            return self._opened


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in _EXACT:
        builder.add_text_field(
            name, stored=name == "slug", fast=name != "key", tokenizer_name="raw", index_option="basic"
        )
    for name in _TEXTS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    builder.add_float_field("weight", fast=True)
    builder.add_unsigned_field("revision", stored=True, fast=True)
    return builder.build()


def _revision(document: tantivy.Document) -> int:
    return int(document.get_first("revision") or 0)


def _count(searcher: tantivy.Searcher, schema: tantivy.Schema, language: str) -> int:
    found = searcher.search(tantivy.Query.term_query(schema, "language", language, "basic"), limit=1)
    return _total(found)


def _total(result: Any) -> int:
    return int(result.count or 0)  # the library's stub does not know it
