"""Findings to text and pages."""
