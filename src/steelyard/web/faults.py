"""What is shown when something broke: what it means for the journal, and nothing that stands in it."""

import errno
import sys
import traceback
from pathlib import Path

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from steelyard.actions import keep

HERE = Path(__file__).resolve().parents[1]


def broken(request: HttpRequest) -> HttpResponse:
    """The answer to whatever no page foresaw. It asks the store for nothing, since that may be what is broken."""
    error = _first_cause(sys.exc_info()[1])
    if isinstance(error, PermissionError) and error.errno is None:
        return HttpResponseRedirect("/unlock")  # locked by another window while this one was being answered
    words, status = _words(error)
    told = {"words": words, "where": "" if status != 500 else _where(error), "app_title": _("Diary")}
    return HttpResponse(render_to_string("broken.html", told), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that makes no sense; or one whose entry may be saved, while that it was let in could not be written down any more."""
    return broken(request) if isinstance(exception, SessionInterrupted) else HttpResponse(status=400)


def _first_cause(error: BaseException | None) -> BaseException | None:
    """The error behind that of a session that could not be kept; any other is its own."""
    while isinstance(error, SessionInterrupted | UpdateError) and error.__context__ is not None:
        error = error.__context__
    return error


def _words(error: BaseException | None) -> tuple[str, int]:
    said = str(error) if isinstance(error, DatabaseError) else ""
    code = error.errno if isinstance(error, OSError) else None
    if "full" in said or code == errno.ENOSPC:
        return _(
            "The disk is full. What you just entered is not saved, or not surely; everything that was saved before is still there."
        ), 507
    if any(mark in said for mark in ("readonly", "unable to open", "disk I/O")) or code in (
        errno.EACCES,
        errno.EROFS,
        errno.EPERM,
    ):
        return _("The folder of the journal cannot be written to. What you just entered was not saved."), 503
    if "locked" in said or isinstance(error, keep.BusyError | keep.InUseError):
        return _("Another program or window holds the journal. What you just entered was not saved; try again in a moment."), 503
    return _(
        "Something in this app went wrong. What was saved before is still there; look on the log page for your last entry."
    ), 500


def _where(error: BaseException | None) -> str:
    """The kind of error and the place in our own code: enough for a report, and nothing that a person wrote."""
    frames = traceback.extract_tb(error.__traceback__) if error else []
    ours = [f for f in frames if HERE in Path(f.filename).parents]
    place = f", {Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else ""
    return f"{type(error).__name__}{place}"
