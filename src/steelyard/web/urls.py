"""The addresses. None of them carries anything a person wrote down: at most the opaque id of an entry."""

from django.urls import path

from . import devices, entering, entries, first_run, history, language, logging_page, mine, photos, restoring, saving

urlpatterns = [
    path("", logging_page.page, name="log"),
    path("rating", logging_page.rating, name="rating"),
    path("dose", logging_page.dose, name="dose"),
    path("earlier/<slug:what>", logging_page.earlier, name="earlier"),
    path("quick", logging_page.quick, name="quick"),
    path("zone", logging_page.zone, name="zone"),
    path("undo", saving.undo, name="undo"),
    path("bring-back", saving.bring_back, name="bring_back"),
    path("new/<slug:form>", entries.new, name="new"),
    path("entry/<str:id>", entries.entry, name="entry"),
    path("entry/<str:id>/withdraw", entries.withdraw, name="withdraw"),
    path("history", history.page, name="history"),
    path("photos", photos.page, name="photos"),
    path("photos/new", photos.new, name="new_photo"),
    path("photos/beside", photos.beside, name="beside"),
    path("photos/<str:file>", photos.image, name="image"),
    path("first", first_run.page, name="first"),
    path("tour", first_run.tour, name="tour"),
    path("tour/end", first_run.end_tour, name="end_tour"),
    path("start", entering.start, name="start"),
    path("unlock", entering.unlock, name="unlock"),
    path("lock", entering.lock, name="lock"),
    path("start/restore", restoring.page, name="restore"),
    path("i18n/language", language.choose, name="language"),
    path("mine", mine.page, name="mine"),
    path("mine/export", mine.take_along, name="export"),
    path("mine/import", mine.bring_in, name="import"),
    path("mine/backup", mine.back_up, name="back_up"),
    path("mine/backup/fetch", mine.fetch_backup, name="fetch_backup"),
    path("mine/backup/drop", mine.drop_backups, name="drop_backups"),
    path("mine/settings", mine.settings, name="settings"),
    path("mine/passphrase", mine.passphrase, name="passphrase"),
    path("mine/sheet", mine.sheet, name="sheet"),
    path("mine/erase", mine.erase, name="erase"),
    path("mine/browsers/end", devices.end, name="end_browser"),
    path("mine/browsers/end-others", devices.end_others, name="end_other_browsers"),
]

handler500 = "steelyard.web.faults.broken"
