"""docs/adding-an-operation.md is applied to a copy of the source, and used as it says."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from docs.tables import ROOT

PAGE = (ROOT / "docs" / "adding-an-operation.md").read_text()
MOST_LINES = 10

# What the page's calls stand on: a world of the changed program, in a process of its own.
AROUND = """
import sys
sys.path.insert(0, "TESTS")
from clients import Api, World
from vendor_cases import ADDRESS
from net30.app import server
from net30.settings import Settings
from net30.store.schema import migrate

running = server(Settings(database="sqlite:///new.db", files="files", secret_key="a key of this page"))
migrate(running.database)

class Bills:
    def __init__(self):
        self.world = World(Api(running))
        self.vendor = self.world.post("/vendors", {"name": "Bass", "address": ADDRESS}).ok()["id"]

    def enter(self, **more):
        invoice = {"invoiceNumber": "1", "invoiceDate": "2026-12-01"}
        body = {"vendorId": self.vendor, "dueDate": "2026-12-31", "invoice": invoice}
        return self.world.post("/bills", {**body, "billLineItems": [{"amount": 10}], **more}).ok()

    def patch(self, bill, body):
        return self.world.patch(f"/bills/{bill['id']}", body).ok()

    def call(self, method, path):
        return self.world.api.call(method, path, headers=self.world.headers).ok()

bills = Bills()
"""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_each_change_is_short() -> None:
    for diff in blocks("diff"):
        assert len(re.findall(r"^\+(?!\+\+)", diff, re.MULTILINE)) < MOST_LINES


def test_the_page_does_what_it_says(tmp_path: Path) -> None:
    shutil.copytree(
        ROOT / "src" / "net30", tmp_path / "src" / "net30", ignore=shutil.ignore_patterns("__pycache__")
    )
    for diff in blocks("diff"):
        applied = subprocess.run(
            ["git", "apply", "-"],
            input=diff,
            text=True,
            cwd=tmp_path,
            capture_output=True,
            env={**os.environ, "GIT_DIR": str(tmp_path / "none")},
        )
        assert applied.returncode == 0, applied.stderr
    (script,) = blocks("python")
    program = AROUND.replace("TESTS", str(ROOT / "tests")) + script
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "src")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
