"""Django's SQLite engine on SQLCipher: the same, with another library beneath and a key before the first statement.

The key is a raw one of 64 hexadecimal digits, or empty for a file that is not encrypted. It is handed over by `KEY`, a callable in the
database's settings, so that it stands in no settings, environment or traceback. This leans on how Django 5.2 makes connections and cursors.

Source: SQLCipher, "SQLCipher API", PRAGMA key with raw key data.
"""

import datetime
import decimal
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3._functions import register
from sqlcipher3 import dbapi2

CONVERTERS = {
    "bool": b"1".__eq__,
    "date": base.decoder(base.parse_date),
    "time": base.decoder(base.parse_time),
    "datetime": base.decoder(base.parse_datetime),
    "timestamp": base.decoder(base.parse_datetime),
}
for _name, _convert in CONVERTERS.items():
    dbapi2.register_converter(_name, _convert)
dbapi2.register_adapter(decimal.Decimal, str)
dbapi2.register_adapter(datetime.date, base.adapt_date)
dbapi2.register_adapter(datetime.datetime, base.adapt_datetime)


class Cursor(dbapi2.Cursor):
    """As Django's own for SQLite: `%s` becomes `?`."""

    convert_query = base.SQLiteCursorWrapper.convert_query

    def execute(self, query: str, params: Sequence[Any] | Mapping[str, Any] | None = None) -> Any:
        """Run one statement."""
        if params is None:
            return super().execute(query)
        names = list(params) if isinstance(params, Mapping) else None
        return super().execute(self.convert_query(query, param_names=names), params)

    def executemany(self, query: str, param_list: Iterable[Sequence[Any]]) -> Any:
        """Run one statement for many rows."""
        return super().executemany(self.convert_query(query), param_list)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that is opened with the key of the vault."""

    Database = dbapi2
    display_name = "SQLCipher"

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Open the file, hand over the key, and find out whether it is the right one."""
        file = (
            f"{Path(conn_params['database']).resolve().as_uri()}?mode=rw"  # a store is begun on purpose, never by asking for one
        )
        connection = dbapi2.connect(**conn_params | {"database": file, "uri": True})
        if key := self.settings_dict["KEY"]():
            connection.execute(f"PRAGMA key = \"x'{key}'\"")
            connection.execute("SELECT count(*) FROM sqlite_master")
        register(connection)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA legacy_alter_table = OFF")
        for command in filter(None, map(str.strip, self.init_commands)):
            connection.execute(command)
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        """A cursor that understands Django's placeholders."""
        return self.connection.cursor(factory=Cursor)
