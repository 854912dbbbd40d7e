"""Statistics of one person; knows no substance."""
