"""Indexes that hold the whole order of a list: entries of the same instant have a fixed place among one another."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("journal", "0001_initial"),)

    operations = (
        migrations.RemoveIndex(model_name="entry", name="entry_kind_at"),
        migrations.RemoveIndex(model_name="entry", name="entry_at"),
        migrations.AddIndex(
            model_name="entry", index=models.Index(fields=["kind", "-at", "-written", "-id"], name="entry_kind_latest")
        ),
        migrations.AddIndex(model_name="entry", index=models.Index(fields=["-at", "-written", "-id"], name="entry_latest")),
    )
