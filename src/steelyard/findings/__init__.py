"""The one place where the levels of evidence meet, side by side."""
