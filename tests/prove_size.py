"""How much the proofs do: a slice with the tests, everything with `make prove`."""

import os

FULL = os.environ.get("NET30_PROVE") == "full"
