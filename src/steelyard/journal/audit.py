"""What was done with the journal as a whole, and when: exports, backups, passphrases, devices. Never what it says."""

from datetime import datetime

from .models import AuditLine


def note(what: str, now: datetime) -> None:
    """Write one line."""
    AuditLine.objects.create(at=now, what=what)


def lines(limit: int = 100) -> list[tuple[datetime, str]]:
    """The latest lines, latest first."""
    return [(line.at, line.what) for line in AuditLine.objects.order_by("-at", "-id")[:limit]]
