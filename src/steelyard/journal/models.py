"""The tables. A record is kept as the line it would be in a journal file, beside what is needed to find it again."""

from django.db import models


class Entry(models.Model):
    """One record. `id` is made by whoever wrote it, so that writing it twice changes nothing; `body` is its line in a journal file.

    `at` is when it happened, `None` for records without a time; `written` and `changed` are when the store got to know it. What is
    withdrawn stays, `deleted`, so that it can be brought back; `before` is the line as it was before the last change, empty where there
    was none.
    """

    id = models.CharField(primary_key=True, max_length=255)
    kind = models.CharField(max_length=16)
    at = models.DateTimeField(null=True)
    body = models.TextField()
    before = models.TextField(default="")
    deleted = models.BooleanField(default=False)
    written = models.DateTimeField()
    changed = models.DateTimeField()

    class Meta:
        # each holds the whole order of a list, so that equal times have a fixed place and nothing has to be sorted
        indexes = (
            models.Index(fields=["kind", "-at", "-written", "-id"], name="entry_kind_latest"),
            models.Index(fields=["-at", "-written", "-id"], name="entry_latest"),
        )


class Picture(models.Model):
    """The image behind a `photo` record, without what the camera wrote into it; `file` is the record's name for it."""

    file = models.CharField(primary_key=True, max_length=64)
    image = models.BinaryField()
    small = models.BinaryField()
    written = models.DateTimeField()


class Preference(models.Model):
    """A setting of the app."""

    name = models.CharField(primary_key=True, max_length=32)
    value = models.TextField()


class AuditLine(models.Model):
    """Something done with the journal as a whole, such as an export; never what the journal says."""

    at = models.DateTimeField()
    what = models.CharField(max_length=64)


class Device(models.Model):
    """A browser that may see the journal: known by the hash of its session's key."""

    session = models.CharField(primary_key=True, max_length=64)
    name = models.CharField(max_length=80)
    since = models.DateTimeField()
    seen = models.DateTimeField()


class Answer(models.Model):
    """A finished weighing: `journal` is the mark of what was weighed, `page` the answer for a browser, `report` its JSON; `touring` says
    that it is about the invented journal."""

    journal = models.CharField(primary_key=True, max_length=64)
    touring = models.BooleanField(default=False)
    at = models.DateTimeField()
    report = models.TextField()
    page = models.TextField()
