"""The rules of identity, pure: people, passwords, consents, clients and what an authorize request still needs."""
