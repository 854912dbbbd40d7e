"""Keeping: the store of what a person writes down. Records in, records out."""
