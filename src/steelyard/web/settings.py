"""Django's settings, made when the app starts: they depend on where the journal lies and on who may reach it."""

import logging
import os
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import django
from django.conf import settings

HERE = Path(__file__).parent
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
SECRET = "secret.key"
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; manifest-src 'self'; "
    "worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

MIDDLEWARE = (
    "steelyard.web.gate.headers",
    "django.middleware.common.CommonMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "steelyard.web.pairing.paired_only",
    "steelyard.web.gate.gate",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "steelyard.web.gate.known_browser",
)


def configure(
    folder: Path, database: dict[str, Any], hosts: Sequence[str] = LOOPBACK, secure: bool = False, also: Sequence[str] = ()
) -> None:
    """Set Django up for one data folder.

    Args:
        folder: where the store lies; the key that signs cookies is made there at the first start.
        database: Django's description of the store, from `actions.serve`.
        hosts: names under which the app may be asked; secure: whether it is reached by HTTPS; also: further applications.
    """
    settings.configure(
        DEBUG=False,
        SECRET_KEY=_secret(folder),
        ALLOWED_HOSTS=list(hosts),
        ROOT_URLCONF="steelyard.web.urls",
        INSTALLED_APPS=["django.contrib.sessions", "django.contrib.staticfiles", *also, "steelyard.web"],
        MIDDLEWARE=list(MIDDLEWARE),
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [HERE / "templates"],
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "steelyard.web.gate.about",
                        "steelyard.web.saving.notices",
                    ]
                },
            }
        ],
        DATABASES={"default": database},
        USE_TZ=True,
        TIME_ZONE="UTC",
        LANGUAGES=[("en", "English"), ("de", "Deutsch")],
        LOCALE_PATHS=[HERE / "locale"],
        STATIC_URL="/static/",
        STATIC_ROOT=HERE / "static",
        WHITENOISE_USE_FINDERS=True,
        WHITENOISE_AUTOREFRESH=False,
        SESSION_COOKIE_AGE=180 * 24 * 3600,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=secure,
        CSRF_COOKIE_SAMESITE="Strict",
        CSRF_COOKIE_HTTPONLY=True,
        CSRF_COOKIE_SECURE=secure,
        CSRF_FAILURE_VIEW="steelyard.web.gate.refused",
        DATA_UPLOAD_MAX_MEMORY_SIZE=60_000_000,
        FILE_UPLOAD_HANDLERS=[
            "django.core.files.uploadhandler.MemoryFileUploadHandler"
        ],  # nothing is put down in a temporary file
        FILE_UPLOAD_MAX_MEMORY_SIZE=1_000_000_000,  # a backup with many photographs
        LOGGING_CONFIG=None,  # what a person asks for is written nowhere
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    django.setup()
    # Without a handler of its own an error would be written to the terminal, with what it was about.
    logging.getLogger("django").addHandler(logging.NullHandler())
    logging.getLogger("django").propagate = False


def application() -> Callable[..., Any]:
    """The WSGI application of a configured process."""
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415  # only once settings are there

    app: Callable[..., Any] = get_wsgi_application()
    return app


def _secret(folder: Path) -> str:
    path = folder / SECRET
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()
