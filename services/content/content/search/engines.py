"""Which engine stands behind PIJNSTAD_SEARCH_URL: tantivy:///absolute/directory, or an http(s) address of Elasticsearch."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from content.search.port import SearchIndex


def search_index(url: str) -> SearchIndex:
    """Return the engine of this address, without connecting. Engines are imported only when chosen: they are large."""
    parts = urlsplit(url)
    if parts.scheme == "tantivy" and not parts.netloc and parts.path.startswith("/"):
        from content.search.tantivy_index import TantivyIndex

        return TantivyIndex(Path(parts.path))
    if parts.scheme in ("http", "https") and parts.netloc:
        from content.search.elasticsearch_index import ElasticsearchIndex

        return ElasticsearchIndex(url)
    raise ValueError("PIJNSTAD_SEARCH_URL must be tantivy:///absolute/directory or an http(s) address")
