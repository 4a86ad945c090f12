"""What PostgreSQL would write into its own log: values of rows are content."""

from django.db import connections

QUIET = {
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",  # else "Failing row contains (…)"
}


def talkative(alias: str) -> dict[str, str]:
    """The settings of that database that differ from ``QUIET``; none where it is no PostgreSQL.

    Raises DatabaseError.
    """
    connection = connections[alias]
    if connection.vendor != "postgresql":
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, setting FROM pg_settings WHERE name = ANY(%s) ORDER BY name",
            [list(QUIET)],
        )
        return {name: value for name, value in cursor.fetchall() if value != QUIET[name]}


def mend(alias: str, wrong: dict[str, str]) -> str:
    """In SQL, for whoever may: only a superuser can change what is logged."""
    database = connections[alias].settings_dict["NAME"]
    changes = [f"ALTER DATABASE \"{database}\" SET {name} = '{QUIET[name]}';" for name in wrong]
    return f"As PostgreSQL's superuser, then restart Sotto: {' '.join(changes)}"
