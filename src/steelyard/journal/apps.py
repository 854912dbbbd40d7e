"""The store as a Django application."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """Tables of the journal."""

    name = "steelyard.journal"
    label = "journal"
    default_auto_field = "django.db.models.BigAutoField"
