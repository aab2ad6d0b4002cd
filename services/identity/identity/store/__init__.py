"""What identity keeps: accounts with their outbox, clients, authorizations and tokens, sessions, keys, counters.

Secrets of people and clients are here as hashes only: codes, tokens and cookies by SHA-256 (they are long and random),
passwords by argon2id, signing keys sealed. Everything that expires has a `purge_at` that the database acts on.
"""
