"""The bus: topology, relay, publisher, consumer, dead letters. No nameko here; `nameko_host` is the only file with it."""
