"""Authlib's authorization server, made strict: what it checks itself stays its own, what it leaves open is closed here."""
