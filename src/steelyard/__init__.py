"""Weighs, for one person, what a treatment gives against what it costs."""

__version__ = "0.1.0"
