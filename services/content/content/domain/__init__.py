"""The rules of the library and of suggestions: pure, without a database, a clock of their own or a network."""
