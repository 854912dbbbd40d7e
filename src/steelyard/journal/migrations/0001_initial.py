"""The tables as they were in the first release."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = ()

    operations = (
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("journal", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("touring", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                ("report", models.TextField()),
                ("page", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="AuditLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("what", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                ("session", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=80)),
                ("since", models.DateTimeField()),
                ("seen", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Picture",
            fields=[
                ("file", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("image", models.BinaryField()),
                ("small", models.BinaryField()),
                ("written", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Preference",
            fields=[
                ("name", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("value", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=16)),
                ("at", models.DateTimeField(null=True)),
                ("body", models.TextField()),
                ("before", models.TextField(default="")),
                ("deleted", models.BooleanField(default=False)),
                ("written", models.DateTimeField()),
                ("changed", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["kind", "-at"], name="entry_kind_at"),
                    models.Index(fields=["-at"], name="entry_at"),
                ],
            },
        ),
    )
