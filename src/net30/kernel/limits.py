"""How much a program may ask for, and this process's count of what it has asked for. All times are machine time."""

import threading
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

HOUR_MS = 3_600_000
# What other processes count is heard of after this share of a limit: the larger, the fewer writes.
HEARD_EVERY = 100

What = Literal["REQUEST", "SIGN_IN"]
Positive = Annotated[int, Meta(ge=1, le=1_000_000_000)]


class Limits(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """The limits that hold for an organization's programs; one that is None, or false, is off.

    `requests_per_hour` and `sign_ins_per_hour` are per developer key and full hour of the machine's clock,
    `concurrent_requests` per developer key and organization, `texts_per_minute` per user. `lock_logins` locks
    a user out, and `lock_organization` the organization, for a while after too many failed sign-ins.
    """

    requests_per_hour: Positive | None = None
    sign_ins_per_hour: Positive | None = None
    concurrent_requests: Positive | None = None
    texts_per_minute: Positive | None = None
    lock_logins: bool = False
    lock_organization: bool = False


OFF = Limits()


class Tally:
    """One developer key's count within an hour: `heard` of all processes together, `unsaid` of this one since."""

    __slots__ = ("heard", "hour", "key", "unsaid", "what")

    def __init__(self, what: What, key: str, hour: int, heard: int) -> None:
        self.what, self.key, self.hour = what, key, hour
        self.heard = heard
        self.unsaid = 0


class Counting:
    """What this process has let through: tallies of the running hour, and requests that are being answered.

    Safe for threads. It is as large as the number of developer keys that were used within the hour.
    """

    __slots__ = ("_hour", "_lock", "_running", "_tallies")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hour = 0
        self._tallies: dict[tuple[What, str], Tally] = {}
        self._running: dict[tuple[str, str], int] = {}

    def tally(self, what: What, key: str, hour: int) -> Tally | None:
        """The key's tally of an hour, if this process has one."""
        with self._lock:
            if hour > self._hour:
                self._hour = hour
                self._tallies.clear()
            return self._tallies.get((what, key))

    def begin(self, what: What, key: str, hour: int, heard: int) -> Tally:
        """The key's tally of an hour, begun with what all processes together had counted."""
        with self._lock:
            return self._tallies.setdefault((what, key), Tally(what, key, hour, heard))

    def count(self, tally: Tally, most: int) -> bool:
        """Count one more, unless that were more than `most`."""
        with self._lock:
            if tally.heard + tally.unsaid >= most:
                return False
            tally.unsaid += 1
            return True

    def take_unsaid(self, tally: Tally, most: int) -> int:
        """How many to tell the other processes of: none, until they are a hundredth of the limit."""
        with self._lock:
            if tally.unsaid * HEARD_EVERY < most:
                return 0
            unsaid, tally.unsaid = tally.unsaid, 0
            tally.heard += unsaid
            return unsaid

    def hear(self, tally: Tally, total: int) -> None:
        """Learn what all processes together have counted."""
        with self._lock:
            tally.heard = max(tally.heard, total)

    def enter(self, place: tuple[str, str], most: int) -> bool:
        """Begin a request of a developer key on an organization, unless `most` are running."""
        with self._lock:
            running = self._running.get(place, 0)
            if running >= most:
                return False
            self._running[place] = running + 1
            return True

    def leave(self, place: tuple[str, str]) -> None:
        """End a request that was begun."""
        with self._lock:
            running = self._running[place] - 1
            if running:
                self._running[place] = running
            else:
                del self._running[place]
