"""Which targets of a channel have a message that others of them have refused.

What is kept of it outlives the process, and an edit of the channel's address: who is named there
and has the message gets it no second time; who is added gets it; who is removed is forgotten.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache

from monitor.channels import receipts
from monitor.channels.receipts import Place
from monitor.config.schema import Channel
from monitor.model.delivery import PartlyAccepted

_ROUNDS = 100_000
"""A password in an address may be short: to try one against what is stored is to take its time."""


class Accepted:
    """The targets of a channel that have a message.

    Each is known by a digest of its name, of the account that it belongs to, and of the message:
    numbers and addresses of people are found out from none, and of two messages none tells that
    they went to the same.

    Args:
        channel: the channel.
        message_id: the message.
        before: what was kept of earlier attempts.
    """

    def __init__(
        self, channel: Channel, message_id: str, before: PartlyAccepted | None = None
    ) -> None:
        self._address = channel.url.get_secret_value().strip()
        self._salt = json.dumps([channel.name, message_id]).encode()
        self._before = frozenset(before.marks if before else ())
        self._now: set[tuple[str, str]] = set()
        self.places: list[Place] = list(receipts.read(before.receipt if before else None))
        """Where it stands, for a service that can change it."""
        self._key_of = cache(self._key)

    def __bool__(self) -> bool:
        return bool(self._before or self._now)

    def has(self, target: str, account: str | None = None) -> bool:
        """Whether a target has accepted the message, now or before.

        Args:
            target: what it is called.
            account: whose target it is; None: the name says nothing once the address is another.
        """
        found = target, self._address if account is None else account
        return found in self._now or (bool(self._before) and self._mark(*found) in self._before)

    def add(self, target: str, account: str | None = None) -> None:
        """Remember that a target, named as for `has`, has accepted the message."""
        self._now.add((target, self._address if account is None else account))

    def kept(self) -> PartlyAccepted | None:
        """What is to be kept for the next attempt; None if nobody has accepted it."""
        if not self:
            return None
        marks = self._before | {self._mark(*each) for each in self._now}
        receipt = receipts.written(self.places) if self.places else None
        return PartlyAccepted(tuple(sorted(marks)), receipt)

    def _mark(self, target: str, account: str) -> str:
        name = target.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(name, key=self._key_of(account), digest_size=8).hexdigest()

    def _key(self, account: str) -> bytes:
        secret = account.encode("utf-8", "surrogatepass")
        return hashlib.pbkdf2_hmac("sha256", secret, self._salt, _ROUNDS)
