"""The operator of a production server: a shell in which `net30` is run."""

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from prove.served import plain_environment
from secrecy import remember_shown

MOST_S = 60


@dataclass(frozen=True)
class Operator:
    """Runs commands with the variables of one server."""

    variables: dict[str, str]

    def run(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "net30", *arguments],
            env={**plain_environment(), **self.variables},
            input=typed,
            capture_output=True,
            text=True,
            timeout=MOST_S,
        )

    def does(self, *arguments: str, typed: str = "") -> Any:
        """What a command that succeeds prints as JSON."""
        done = self.run(*arguments, "--json", typed=typed)
        assert done.returncode == 0, done.stderr
        assert not done.stderr
        answered = json.loads(done.stdout)
        remember_shown(answered)
        return answered
