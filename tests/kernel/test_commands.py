"""Commands of an operator: what they are told, how they end, and that nothing of them stays behind."""

import sys
import time
from pathlib import Path

import psutil
import pytest

from net30.kernel import commands

PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open(sys.argv[1], "w").write(str(child.pid))
time.sleep(60)
"""


def python(script: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", script, *arguments]


def test_a_command_gets_words_and_variables_but_none_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NET30_SECRET_KEY", "not its business")
    said = "import os, sys; sys.exit(repr((sys.stdin.read(), [n for n in os.environ if 'NET30' in n])))"
    ended = commands.run(python(said), 30, input=b"hello", told={"NET30_MESSAGE_TYPE": "TEXT"})
    assert ended.status == 1
    assert ended.words.strip() == "('hello', ['NET30_MESSAGE_TYPE'])"


def test_of_a_command_that_talks_the_end_is_kept() -> None:
    ended = commands.run(python("import sys; sys.stderr.write('x' * 1_000_000 + 'the end')"), 30)
    assert ended.status == 0
    assert len(ended.words) == commands.LONGEST_WORDS
    assert ended.words.endswith("the end")


def test_a_command_that_is_not_there_fails() -> None:
    with pytest.raises(commands.CommandFailed):
        commands.run(["/nowhere/such-a-command"], 5)


def test_a_command_that_hangs_ends_with_all_that_it_started(tmp_path: Path) -> None:
    began, file = time.monotonic(), tmp_path / "child"
    with pytest.raises(commands.CommandFailed, match="within 3 seconds"):
        commands.run(python(PARENT, str(file)), 3)
    assert time.monotonic() - began < 30
    child = int(file.read_text())
    deadline = time.monotonic() + 10
    while _runs(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(child)


def _runs(process_id: int) -> bool:
    try:
        return psutil.Process(process_id).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
