"""Database engines that Django does not bring."""
