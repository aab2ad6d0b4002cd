"""Search in the library: one port, one query tree, two engines (Tantivy embedded, Elasticsearch beside us)."""
