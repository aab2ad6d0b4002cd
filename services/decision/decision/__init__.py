"""Keuzewijzer: a guide through the jungle of treatments. An open room now; trees, choices and the directory move in later."""
