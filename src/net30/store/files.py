"""Keeps uploaded files on disk: each whole and durable, or not there at all.

A file's path is made of ids of ours alone, in hexadecimal, so that no name that a user chose reaches the file system
and ids that differ in case alone do not meet on one that ignores it. A file is written before the row that refers to
it; one that no row came to refer to is an orphan, which `orphan_candidates` finds.
"""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

PARTIAL = ".part"


class Files:
    """The files of one database, in a folder of its own inside `folder`, which several databases may share."""

    def __init__(self, folder: Path, name: Callable[[], str]) -> None:
        """`name` tells the database's own folder; it is asked when a file is first wanted."""
        self._folder = folder
        self._name = name
        self._own: Path | None = None

    @property
    def own_folder(self) -> Path:
        if self._own is None:
            self._own = self._folder / self._name()
        return self._own

    def path(self, organization_id: str, id: str) -> Path:
        return self._of(organization_id) / _hexadecimal(id)

    def write(self, organization_id: str, id: str, content: bytes) -> None:
        """Store a file under a new id; once this returns, the file outlives a power cut."""
        with self.writing(organization_id, id) as file:
            file.write(content)

    @contextmanager
    def writing(self, organization_id: str, id: str) -> Iterator[IO[bytes]]:
        """Store a file under a new id as the block writes it; nothing of it is left when the block fails.

        Once the block is left, the file outlives a power cut.
        """
        folder = self._of(organization_id)
        _make(folder)
        partial = folder / (_hexadecimal(id) + PARTIAL)
        descriptor = os.open(
            partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600
        )
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            partial.rename(self.path(organization_id, id))
            _sync(folder)
        except BaseException:
            # A disk that is full would be filled by what nobody got.
            self.remove(organization_id, id)
            raise

    def read(self, organization_id: str, id: str) -> bytes | None:
        """A file's content; None when it is not there."""
        try:
            return self.path(organization_id, id).read_bytes()
        except FileNotFoundError:
            return None

    def remove(self, organization_id: str, id: str) -> None:
        """Remove a file, or what a write that was cut off left of it."""
        for path in (
            self.path(organization_id, id),
            self._of(organization_id) / (_hexadecimal(id) + PARTIAL),
        ):
            path.unlink(missing_ok=True)

    def remove_all(self, organization_id: str) -> None:
        """Remove every file of an organization."""
        shutil.rmtree(self._of(organization_id), ignore_errors=True)

    def orphan_candidates(self, older_than_s: float) -> Iterator[tuple[str, list[str]]]:
        """Per organization, the ids of files that were written longer ago than `older_than_s`."""
        latest = time.time() - older_than_s
        for organization in _entries(self.own_folder):
            ids = [
                _text(entry.name.removesuffix(PARTIAL))
                for entry in _entries(Path(organization.path))
                if _written(entry) < latest
            ]
            if ids:
                yield _text(organization.name), sorted(set(ids))

    def _of(self, organization_id: str) -> Path:
        return self.own_folder / _hexadecimal(organization_id)


def _hexadecimal(id: str) -> str:
    return id.encode().hex()


def _text(hexadecimal: str) -> str:
    return bytes.fromhex(hexadecimal).decode()


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return [entry for entry in found if _is_ours(entry.name)]
    except (FileNotFoundError, NotADirectoryError):
        return []


def _is_ours(name: str) -> bool:
    try:
        return bool(_text(name.removesuffix(PARTIAL)))
    except ValueError:
        return False


def _written(entry: os.DirEntry[str]) -> float:
    """When a file was written; as good as now when it has just gone."""
    try:
        return entry.stat().st_mtime
    except FileNotFoundError:
        return time.time()


def _make(folder: Path) -> None:
    """Make a folder and those it is in, for this user alone, so that they outlive a power cut."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)
        _sync(one.parent)


def _sync(folder: Path) -> None:
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
