"""SQLite, encrypted."""
