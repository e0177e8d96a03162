"""Where thumbnails are kept. Decoding and scaling are the window's work; this names, finds and evicts files.

The cache may be deleted at any time; it is rebuilt from the pictures.
"""

import contextlib
import os
from pathlib import Path

STEPS = (160, 320, 640, 1280)
"""Longest side in pixels."""
LIMIT_BYTES = 512 * 1024 * 1024
_EXTENSIONS = ("jpg", "png", "webp")


def step_for(size_px: float) -> int:
    """Return the smallest step that is at least *size_px* (device pixels), or the largest there is."""
    return next((step for step in STEPS if step >= size_px), STEPS[-1])


class ThumbCache:
    """Files ``thumbs/ab/<sha256>-320.jpg``. Safe to use from any thread: every file is written aside."""

    def __init__(self, root: Path, limit_bytes: int = LIMIT_BYTES) -> None:
        self._root = root
        self._limit = limit_bytes

    def find(self, sha256: str, step: int) -> Path | None:
        """Return the cached thumbnail, noting that it was used; None when there is none."""
        for ext in _EXTENSIONS:
            path = self._path(sha256, step, ext)
            if path.is_file():
                with contextlib.suppress(OSError):
                    os.utime(path)
                return path
        return None

    def put(self, sha256: str, step: int, data: bytes, ext: str = "jpg") -> Path | None:
        """Keep an encoded thumbnail; None when it cannot be kept, which costs only time."""
        if ext not in _EXTENSIONS:
            raise ValueError(f"thumbnails are {', '.join(_EXTENSIONS)}, not {ext}")
        path = self._path(sha256, step, ext)
        aside = path.with_name(f".{path.name}.{os.urandom(4).hex()}.part")
        try:
            self._root.parent.mkdir(parents=True, exist_ok=True, mode=0o700)  # it may be here before the library
            path.parent.mkdir(parents=True, exist_ok=True)
            aside.write_bytes(data)
            aside.replace(path)
        except OSError:
            return None
        finally:
            with contextlib.suppress(OSError):
                aside.unlink(missing_ok=True)
        return path

    def forget(self, sha256: str) -> None:
        """Remove every thumbnail of a file."""
        for step in STEPS:
            for ext in _EXTENSIONS:
                with contextlib.suppress(OSError):
                    self._path(sha256, step, ext).unlink(missing_ok=True)

    def total_bytes(self) -> int:
        """Return what the cache takes on disk."""
        return sum(size for _, size, _ in self._files())

    def evict(self) -> int:
        """Remove what was not used for longest until the cache fits; return the bytes freed."""
        files = sorted(self._files(), key=lambda file: file[0])
        excess = sum(size for _, size, _ in files) - self._limit
        freed = 0
        for _, size, path in files:
            if freed >= excess:
                break
            with contextlib.suppress(OSError):
                path.unlink()
                freed += size
        return freed

    def _path(self, sha256: str, step: int, ext: str) -> Path:
        return self._root / sha256[:2] / f"{sha256}-{step}.{ext}"

    def _files(self) -> list[tuple[float, int, Path]]:
        found = []
        with contextlib.suppress(OSError):
            for path in self._root.rglob("*"):
                with contextlib.suppress(OSError):
                    if path.is_file():
                        stat = path.stat()
                        found.append((stat.st_mtime, stat.st_size, path))
        return found
