"""Small packs: archives like those of an index, and a catalogue that pins them."""

import hashlib
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.engine.packs.catalogue import File, Member, Pack, Part, Tree, Wheel

PLAIN = "py3-none-any"
OLD = "Requires-Python: <3\n"
"""Some data packages claim this; their files do not care."""


def wheel(folder: Path, package: str, contents: dict[str, bytes], *, tag: str = PLAIN, version: str = "1.0") -> Path:
    """Write a valid wheel and return its path."""
    name = package.replace("-", "_")
    info = f"{name}-{version}.dist-info"
    whole = {
        **contents,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n{OLD}".encode(),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n".encode(),
    }
    record = "".join(f"{path},,\n" for path in whole) + f"{info}/RECORD,,\n"
    path = folder / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for inner, data in {**whole, f"{info}/RECORD": record.encode()}.items():
            archive.writestr(inner, data)
    return path


def part(path: Path, package: str, *others: Wheel) -> Part:
    """Pin an archive."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Part(package, "1.0", path.stat().st_size, (Wheel(path.name, digest), *others))


def pinned(name: str, data: bytes, *members: Member) -> File:
    """Pin a file of a pack."""
    return File(name, len(data), hashlib.sha256(data).hexdigest(), members)


HALVES = os.urandom(300_000), os.urandom(200_001)


@pytest.fixture
def archives(tmp_path: Path) -> Path:
    """A folder of archives: two halves of a model, and one with code."""
    folder = tmp_path / "archives"
    folder.mkdir()
    wheel(folder, "half-one", {"half_one/part.bin": HALVES[0], "half_one/LICENSE": b"be kind"})
    wheel(folder, "half-two", {"half_two/part.bin": HALVES[1]})
    wheel(folder, "engine-code", {"code/_ext.so": b"machine", "code/readme.md": b"no", "code.libs/a.so": b"more"})
    return folder


@pytest.fixture
def pack(archives: Path) -> Pack:
    """A pack of a joined file, a licence and a tree."""
    one, two, code = (archives / f"{name}-1.0-{PLAIN}.whl" for name in ("half_one", "half_two", "engine_code"))
    return Pack(
        "tiny", "3", "Tiny", "Does little.", ("generate_speech",), "MIT", "here",
        (part(one, "half-one"), part(two, "half-two"), part(code, "engine-code")),
        (
            pinned("model.bin", HALVES[0] + HALVES[1], Member("half-one", "half_one/part.bin"),
                   Member("half-two", "half_two/part.bin")),
            pinned("licences/LICENSE.txt", b"be kind", Member("half-one", "half_one/LICENSE")),
        ),
        (Tree("engine-code", "lib", ("code/_ext*", "code.libs/*"), 11),),
    )  # fmt: skip


@pytest.fixture
def known(pack: Pack) -> Callable[[], dict[str, Pack]]:
    """A catalogue with that pack, and one that runs a person's own model."""
    own = Pack("own", "1", "Own", "Runs yours.", (), "MIT", "here", pack.parts[2:], (), pack.trees, own_model="gguf")
    return lambda: {"tiny": pack, "own": own}
