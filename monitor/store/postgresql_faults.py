"""What PostgreSQL says of a fault, and what helps (https://postgresql.org/docs/current/errcodes-appendix.html)."""

from __future__ import annotations

from monitor.errors import StoreError

#: Two transactions were in each other's way: one of them is done again.
RETRIED = frozenset({"40001", "40P01", "55P03"})

_AWAY = (
    "the database cannot be reached",
    "Nothing is lost. What runs goes on by itself once the server answers again.",
)
_POOLER = (
    "what answers there is a connection pooler such as PgBouncer",
    "Name the server itself in storage.url: monitor has a small pool of its own.",
)
_HINTS: dict[str, tuple[str, str]] = {
    "54": (
        "a name or an address is too long for the database's index",
        "Names in the configuration may have up to 2,000 characters.",
    ),
    "53300": (
        "the server takes no more connections",
        "Raise max_connections in its postgresql.conf, or run fewer workers: each has up to 12.",
    ),
    "53100": (
        "the database cannot grow: the server's disk is full",
        "Free space there; nothing stored is lost.",
    ),
    "57P": _AWAY,
    # A pooler that gives each statement another session refuses transactions so.
    "08P01": _POOLER,
    "08": _AWAY,
    "28": (
        "the server refuses the login",
        "Check user and password in storage.url, and the server's pg_hba.conf.",
    ),
    "3D": ("there is no such database on the server", "Create it: createdb --encoding=UTF8 NAME"),
    "42501": (
        "the database does not let its user do that",
        "The user in storage.url must own the database's schema.",
    ),
    "25006": (
        "the database can only be read: it is a copy of another",
        "Name the server that takes changes in storage.url.",
    ),
    "40": ("two changes were in each other's way", "Try again."),
    "55P03": ("another program holds a lock for too long", "See pg_locks on the server."),
    "pooler": _POOLER,
    "XX": ("the database is damaged", "Look into the server's log, and restore a backup."),
}


# Of a connection that was refused the driver has no code, only what the server said.
_SAID = {
    "database system is": "57P",
    "too many clients": "53300",
    "remaining connection slots": "53300",
    "too many connections": "53300",
    "no more connections allowed": "53300",
    "password": "28",
    "pg_hba.conf": "28",
    "role": "28",
    "unsupported startup parameter": "pooler",
    "database": "3D",
}


def as_store_error(error: object, where: str) -> StoreError:
    """The fault as people are told of it."""
    code = str(getattr(error, "sqlstate", None) or "")
    for prefix in (code, code[:3], code[:2]):
        if found := _HINTS.get(prefix):
            return StoreError(found[0], where=where, hint=found[1])
    if not code and _is_connection_fault(error):
        return _refused(str(error), where)
    return StoreError(f"the database failed: {error}", where=where)


def is_passing(error: BaseException) -> bool:
    """Whether the same may succeed when it is done again at once: it was undone for another."""
    said = getattr(error, "orig", None) or getattr(error.__cause__, "orig", None)
    return str(getattr(said, "sqlstate", None) or "") in RETRIED


def _is_connection_fault(error: object) -> bool:
    # By its name: the driver is not imported where there is none.
    return any(kind.__name__ == "OperationalError" for kind in type(error).__mro__)


def _refused(said: str, where: str) -> StoreError:
    *_, last = said.strip().split("FATAL:")
    if last == said.strip():
        return StoreError(f"{_AWAY[0]}: {said.splitlines()[0]}", where=where, hint=_AWAY[1])
    for words, code in _SAID.items():
        if words in last:
            what, hint = _HINTS[code]
            return StoreError(f"{what}: {last.strip()}", where=where, hint=hint)
    return StoreError(f"{_AWAY[0]}: {last.strip()}", where=where, hint=_AWAY[1])
