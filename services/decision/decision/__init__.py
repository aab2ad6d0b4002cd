"""Keuzewijzer: a guide through treatments. An open room now; trees, choices and the directory move in later."""
