"""The language of the app, which also holds while the journal is locked: a cookie, since no page may look into a locked journal."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

YEAR_S = 365 * 24 * 3600


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Change the language and go back to where that was asked for."""
    to, language = request.POST.get("next", "/"), request.POST.get("language", "")
    response = HttpResponseRedirect(to if url_has_allowed_host_and_scheme(to, allowed_hosts=None) else "/")
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR_S, secure=secure, httponly=True, samesite="Strict"
        )
    return response
