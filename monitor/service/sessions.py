"""Logging in on the page: sessions that can be revoked, and no guessing of the password."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.model.audit import Action, Change, Source
from monitor.service.database import Database
from monitor.store import audit, sessions
from monitor.store.sessions import Session
from monitor.store.write_queue import retried

__all__ = ["Session", "Sessions", "Throttle", "installation_key"]

#: A session ends when nobody was there for so long, or at the latest after so long altogether.
IDLE = timedelta(days=7)
LONGEST = timedelta(days=30)
#: How often it is noted that somebody is there.
SEEN_EVERY = timedelta(minutes=5)
#: argon2id with what OWASP recommends for logins: 19 MiB, two passes, one lane.
MEMORY_KIB, PASSES, LANES = 19_456, 2, 1


@retried
def installation_key(db: Database, name: str) -> bytes:
    """The installation's own key for a purpose; it outlives restarts."""
    with db.write() as connection:
        return sessions.key(connection, name)


class Throttle:
    """Counts failures in a span of time, by whom they are of.

    Args:
        most: so many are allowed.
        seconds: within so long.
        ticks: a clock that is never set back, in seconds.
    """

    def __init__(
        self, most: int, seconds: float, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._seconds = seconds
        self._ticks = ticks
        self._failures: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def wait(self, who: str) -> int:
        """For how many seconds nothing more is tried for somebody; 0 when it may be."""
        with self._lock:
            times = self._recent(who)
            if len(times) < self._most:
                return 0
            return max(1, round(times[0] + self._seconds - self._ticks()))

    def failed(self, who: str) -> None:
        """Count a failure."""
        with self._lock:
            times = self._recent(who)
            times.append(self._ticks())
            while len(times) > self._most:
                times.popleft()
            self._failures[who] = times
            # Addresses are cheap for whoever has many.
            if len(self._failures) > 10_000:
                self._failures.pop(next(iter(self._failures)))

    def succeeded(self, who: str) -> None:
        """Forget the failures of somebody."""
        with self._lock:
            self._failures.pop(who, None)

    def _recent(self, who: str) -> deque[float]:
        times = self._failures.get(who, deque())
        while times and times[0] <= self._ticks() - self._seconds:
            times.popleft()
        return times


class Sessions:
    """Who is logged in.

    Args:
        db: where sessions are kept.
        key: the installation's own.
        password: the one in force; None when nobody is asked for one.
        clock: the time, in UTC.
    """

    def __init__(
        self,
        db: Database,
        key: bytes,
        password: Callable[[], str | None],
        clock: Callable[[], datetime],
    ) -> None:
        self._db = db
        self._key = key
        self._password = password
        self._clock = clock
        # A guess costs memory and time: one at a time.
        self._checking = threading.Lock()
        self._known: tuple[str, str] | None = None

    @retried
    def login(self, password: str, person: str, address: str) -> str | None:
        """Begin a session; what its cookie holds, or None when the password is another."""
        now = self._clock()
        right = self._is_right(password)
        change = Change(now, person, Source.PAGE, Action.LOGGED_IN, address)
        if not right:
            with self._db.write() as connection:
                audit.record(connection, replace(change, action=Action.LOGIN_REFUSED))
            return None
        cookie = secrets.token_urlsafe(32)
        session = Session(
            digest=self._digest(cookie),
            person=person,
            password=self._password_digest(),
            created=now,
            seen=now,
            ends=now + IDLE,
            address=address,
        )
        with self._db.write() as connection:
            sessions.forget_ended(connection, now)
            sessions.add(connection, session)
            audit.record(connection, change)
        return cookie

    @retried
    def find(self, cookie: str) -> Session | None:
        """The session of a cookie, if it is in force."""
        now = self._clock()
        digest = self._digest(cookie)
        with self._db.read() as connection:
            session = sessions.find(connection, digest)
        if session is None or session.ends <= now:
            return None
        # Another password has been set since.
        if not hmac.compare_digest(session.password, self._password_digest()):
            return None
        if now - session.seen > SEEN_EVERY:
            ends = min(now + IDLE, session.created + LONGEST)
            with self._db.write() as connection:
                sessions.see(connection, digest, now, ends)
        return session

    @retried
    def end(self, digest: str, person: str) -> bool:
        """Revoke a session; whether there was one."""
        now = self._clock()
        with self._db.write() as connection:
            ended = sessions.end(connection, digest)
            if ended:
                change = Change(now, person, Source.PAGE, Action.LOGGED_OUT, digest[:12])
                audit.record(connection, change)
        return ended

    def everybody(self) -> list[Session]:
        """Those in force, the latest seen first."""
        with self._db.read() as connection:
            return sessions.everything(connection, self._clock())

    def _digest(self, cookie: str) -> str:
        return hashlib.sha256(cookie.encode()).hexdigest()

    def _password_digest(self) -> str:
        password = self._password() or ""
        return hmac.new(self._key, password.encode(), hashlib.sha256).hexdigest()

    def _is_right(self, password: str) -> bool:
        from argon2 import PasswordHasher
        from argon2.exceptions import InvalidHashError, VerificationError

        wanted = self._password()
        if wanted is None:
            return True
        hasher = PasswordHasher(PASSES, MEMORY_KIB, LANES)
        with self._checking:
            if self._known is None or self._known[0] != wanted:
                # The configuration may hold the password's hash in its place.
                is_hash = wanted.startswith("$argon2")
                self._known = (wanted, wanted if is_hash else hasher.hash(wanted))
            try:
                return hasher.verify(self._known[1], password)
            except (VerificationError, InvalidHashError):
                return False
