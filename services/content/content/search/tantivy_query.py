"""The query tree in Tantivy's words."""

from __future__ import annotations

from tantivy import Occur, Schema
from tantivy import Query as T

from content.search.plan import TIE, AllOf, Best, Most, Near, Node, Term
from content.search.port import Filters


def translate(tree: Node, language: str, filters: Filters, schema: Schema) -> T:
    """Return the tree with its filters, which narrow and never score."""
    exact = {"language": language, **filters.given()}
    narrowing = [(Occur.Must, _filter(schema, name, value)) for name, value in exact.items()]
    return T.boolean_query([(Occur.Must, _node(tree, schema)), *narrowing])


def _filter(schema: Schema, name: str, value: str) -> T:
    return T.const_score_query(T.term_query(schema, name, value, "basic"), 0.0)


def _node(node: Node, schema: Schema) -> T:
    match node:
        case Term(field, token, boost):
            return T.boost_query(T.term_query(schema, field, token, "freq"), boost)
        case Near(field, word, distance, score):
            near = T.fuzzy_term_query(schema, field, word, distance, transposition_cost_one=True)
            return T.const_score_query(near, score)
        case AllOf(parts):
            return T.boolean_query([(Occur.Must, _node(part, schema)) for part in parts])
        case Best(parts):
            return T.disjunction_max_query([_node(part, schema) for part in parts], TIE)
        case Most(parts, at_least):
            return T.boolean_query([(Occur.Should, _node(part, schema)) for part in parts], at_least)
    raise TypeError(node)
