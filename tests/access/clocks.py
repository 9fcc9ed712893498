"""A machine's clock that a test moves."""

MINUTE_MS = 60_000


class MovedByHand:
    """Stands still until it is moved; milliseconds UTC."""

    def __init__(self, now: int) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now

    def pass_minutes(self, minutes: float) -> None:
        self.now += round(minutes * MINUTE_MS)
