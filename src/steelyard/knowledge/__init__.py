"""Curated facts with their citations."""
