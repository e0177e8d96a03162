"""The packs that can be installed, pinned by version and SHA-256.

The list is ``resources/packs/packs.json``. A *part* is a package of the person's own
package index; a *file* is cut out of one part or joined from several; a *tree* is a
folder of compiled code that is unpacked as it is.
"""

from functools import cache
from typing import Any, Literal

import msgspec

from studio import resources


class Wheel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One archive that may serve as a part: there is one for each platform when it holds compiled code."""

    file: str
    sha256: str


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A package of the index. ``byte_length`` is the size of the archive (the Linux one where they differ)."""

    package: str
    version: str
    byte_length: int
    wheels: tuple[Wheel, ...]


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file inside the archive of a part."""

    part: str
    name: str


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of the installed pack: the members, one after the other."""

    name: str
    byte_length: int
    sha256: str
    members: tuple[Member, ...]


class Tree(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Members of a part whose names match one of *patterns*, kept below the folder *into*.

    Their hashes differ between platforms; the hash of the whole archive vouches for them.
    """

    part: str
    into: str
    patterns: tuple[str, ...]
    byte_length: int


class Pack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One optional model.

    Attributes:
        does: what it is for, one sentence.
        tools: the tools that use it.
        licence, origin: whose it is and under what terms, as shown before installing.
        limits: what one should know first, sentences; may be empty.
        own_model: it runs a model file of the person's own, named when it is installed.
    """

    id: str
    version: str
    title: str
    does: str
    tools: tuple[str, ...]
    licence: str
    origin: str
    parts: tuple[Part, ...]
    files: tuple[File, ...] = ()
    trees: tuple[Tree, ...] = ()
    limits: str = ""
    own_model: Literal["gguf"] | None = None

    @property
    def download_byte_length(self) -> int:
        """How much is fetched."""
        return sum(part.byte_length for part in self.parts)

    @property
    def installed_byte_length(self) -> int:
        """How much room it takes afterwards."""
        return sum(file.byte_length for file in self.files) + sum(tree.byte_length for tree in self.trees)

    def part(self, package: str) -> Part:
        """Return the part of that name."""
        return next(part for part in self.parts if part.package == package)

    def card(self) -> dict[str, Any]:
        """Return what a person must see before installing, in the API's spelling."""
        return {
            "id": self.id,
            "title": self.title,
            "version": self.version,
            "does": self.does,
            "tools": list(self.tools),
            "licence": self.licence,
            "origin": self.origin,
            "limits": self.limits,
            "downloadBytes": self.download_byte_length,
            "installedBytes": self.installed_byte_length,
            "ownModel": self.own_model,
        }


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole list."""

    packs: tuple[Pack, ...]


@cache
def catalogue() -> dict[str, Pack]:
    """Return every pack by id, in the order in which they are shown."""
    data = resources.path("packs", "packs.json").read_bytes()
    return {pack.id: pack for pack in msgspec.json.decode(data, type=Catalogue).packs}
