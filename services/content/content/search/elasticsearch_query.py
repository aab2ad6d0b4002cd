"""The query tree in Elasticsearch's words."""

from __future__ import annotations

from typing import Any

from content.search.plan import TIE, AllOf, Best, Most, Near, Node, Term
from content.search.port import Filters

_K1 = 1.2  # Tantivy multiplies BM25 by k1 + 1, Lucene does not: fixed scores are brought to Lucene's scale
_SCALE = 1 / (_K1 + 1)
_EXPANSIONS = 500


def translate(tree: Node, language: str, filters: Filters) -> dict[str, Any]:
    """Return the tree with its filters, weighed by provenance as Tantivy weighs: times log(2 + weight)."""
    exact = {"language": language, **filters.given()}
    narrowing = [{"term": {name: {"value": value}}} for name, value in exact.items()]
    asked = {"bool": {"must": [_node(tree)], "filter": narrowing}}
    weight = {"field": "weight", "modifier": "ln2p", "missing": 0}
    return {"function_score": {"query": asked, "field_value_factor": weight, "boost_mode": "multiply"}}


def _node(node: Node) -> dict[str, Any]:
    match node:
        case Term(field, token, boost):
            return {"term": {field: {"value": token, "boost": boost}}}
        case Near(field, word, distance, score):
            near = {"value": word, "fuzziness": distance, "transpositions": True, "max_expansions": _EXPANSIONS}
            return {"constant_score": {"filter": {"fuzzy": {field: near}}, "boost": score * _SCALE}}
        case AllOf(parts):
            return {"bool": {"must": [_node(part) for part in parts]}}
        case Best(parts):
            return {"dis_max": {"queries": [_node(part) for part in parts], "tie_breaker": TIE}}
        case Most(parts, at_least):
            return {"bool": {"should": [_node(part) for part in parts], "minimum_should_match": at_least}}
    raise TypeError(node)
