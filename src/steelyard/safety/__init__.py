"""Warnings that wait for no statistics."""
