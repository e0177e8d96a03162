"""The shipped soundfont: reading SF3, and cutting out of it the small SF2 that one piece needs.

An SF3 file is an SF2 file whose samples are Ogg Vorbis. The synthesiser plays only SF2.
The whole font is 124 MB when it is decoded; a piece plays a dozen of its 195 presets,
and few keys of each. So only the zones that will sound are decoded, into memory: nothing
is converted beforehand and nothing is left on the disk.
"""

import hashlib
import io
import itertools
import json
import struct
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import soundfile

from studio import resources
from studio.contract.errors import ToolError

Preset = tuple[int, int]
"""Bank and program; drum kits are in bank 128."""

_NAME: Final = "FluidR3Mono_GM.sf3"
_GEN_INSTRUMENT: Final = 41
_GEN_KEYS: Final = 43
_GEN_SAMPLE: Final = 53
_PADDING: Final = 46
"""Zero frames that SF2 asks for after each sample."""

_PRESET: Final = struct.Struct("<20sHHHIII")
_BAG: Final = struct.Struct("<HH")
_MOD: Final = struct.Struct("<HHhHH")
_GEN: Final = struct.Struct("<HH")
_INSTRUMENT: Final = struct.Struct("<20sH")
_SAMPLE: Final = struct.Struct("<20sIIIIIBbHH")


@dataclass(frozen=True)
class _Zone:
    """Generators and modulators, in the order of the file. ``target`` is an instrument or a sample; None: global."""

    gens: tuple[tuple[int, int], ...]
    mods: tuple[tuple[Any, ...], ...]
    target: int | None

    def sounds(self, keys: Set[int]) -> bool:
        """Return whether any of *keys* lies in this zone."""
        span = next((value for oper, value in self.gens if oper == _GEN_KEYS), 0x7F00)
        low, high = span & 0xFF, span >> 8
        return any(low <= key <= high for key in keys)


class SoundFont:
    """A parsed SF3 file."""

    def __init__(self, data: bytes) -> None:
        """Parse *data*.

        Raises:
            ValueError: it is not a soundfont.
        """
        if data[:4] != b"RIFF" or data[8:12] != b"sfbk":
            raise ValueError("not a soundfont")
        self._data = data
        chunks: dict[bytes, tuple[int, int]] = {}
        for _, at, size in self._chunks(12, len(data)):
            for name, start, length in self._chunks(at + 4, at + size):
                chunks[name] = (start, length)
        self._samples_at = chunks[b"smpl"][0]
        table = {name: self._table(chunks, name, layout) for name, layout in _TABLES.items()}
        self._samples = table[b"shdr"][:-1]
        self._instruments = _zones(table, [row[1] for row in table[b"inst"]], b"ibag", b"igen", b"imod", _GEN_SAMPLE)
        self._instrument_names = [row[0] for row in table[b"inst"]]
        headers = table[b"phdr"]
        presets = _zones(table, [row[3] for row in headers], b"pbag", b"pgen", b"pmod", _GEN_INSTRUMENT)
        self._presets: dict[Preset, tuple[bytes, list[_Zone]]] = {
            (row[2], row[1]): (row[0], zones) for row, zones in zip(headers, presets, strict=False)
        }

    @property
    def presets(self) -> Mapping[Preset, str]:
        """The names of all presets."""
        return {key: name.split(b"\0")[0].decode("latin-1") for key, (name, _) in self._presets.items()}

    def subset(self, played: Mapping[Preset, Set[int]]) -> bytes:
        """Return an SF2 file with the zones that sound when *played* (keys 0–127 of each preset) is played.

        Raises:
            KeyError: a preset is not in this font.
        """
        rows: dict[bytes, list[tuple[Any, ...]]] = {name: [] for name in _TABLES}
        waves: list[np.ndarray] = []
        length = 0
        sample_at: dict[int, int] = {}
        instrument_at: dict[tuple[int, frozenset[int]], int | None] = {}

        def sample(number: int) -> int:
            nonlocal length
            if number not in sample_at:
                wave, row = self._decode(number, length)
                waves.append(wave)
                length += len(wave)
                sample_at[number] = len(rows[b"shdr"])
                rows[b"shdr"].append(row)
            return sample_at[number]

        def instrument(number: int, keys: frozenset[int]) -> int | None:
            """Return the place of a copied instrument, None when none of its zones sounds."""
            if (number, keys) not in instrument_at:
                sounding = [z for z in self._instruments[number] if z.target is None or z.sounds(keys)]
                zones = [(zone, None if zone.target is None else sample(zone.target)) for zone in sounding]
                instrument_at[number, keys] = None
                if any(aim is not None for _, aim in zones):
                    instrument_at[number, keys] = len(rows[b"inst"])
                    rows[b"inst"].append((self._instrument_names[number], len(rows[b"ibag"])))
                    _put(rows, zones, b"ibag", b"igen", b"imod", _GEN_SAMPLE)
            return instrument_at[number, keys]

        for (bank, program), keys in sorted(played.items()):
            name, all_zones = self._presets[bank, program]
            held = frozenset(keys)
            zones = [(zone, None) for zone in all_zones if zone.target is None]
            aims = [(z, instrument(z.target, held)) for z in all_zones if z.target is not None and z.sounds(held)]
            sounding = [(zone, aim) for zone, aim in aims if aim is not None]
            if sounding:
                rows[b"phdr"].append((name, program, bank, len(rows[b"pbag"]), 0, 0, 0))
                _put(rows, [*zones, *sounding], b"pbag", b"pgen", b"pmod", _GEN_INSTRUMENT)
        _terminate(rows)
        return _file(rows, waves)

    def _chunks(self, low: int, high: int) -> Iterator[tuple[bytes, int, int]]:
        while low + 8 <= high:
            name, size = self._data[low : low + 4], int.from_bytes(self._data[low + 4 : low + 8], "little")
            yield name, low + 8, size
            low += 8 + size + (size & 1)

    def _table(self, chunks: Mapping[bytes, tuple[int, int]], name: bytes, layout: struct.Struct) -> list[Any]:
        start, length = chunks[name]
        return list(layout.iter_unpack(self._data[start : start + length - length % layout.size]))

    def _decode(self, number: int, start: int) -> tuple[np.ndarray, tuple[Any, ...]]:
        """Return the frames of a sample, padded, and its header when it begins at frame *start*."""
        name, low, high, loop_low, loop_high, rate, key, cents, *_ = self._samples[number]
        coded = self._data[self._samples_at + low : self._samples_at + high]
        wave, _ = soundfile.read(io.BytesIO(coded), dtype="int16", always_2d=True)
        frames = len(wave)
        padded = np.zeros(frames + _PADDING, np.int16)
        padded[:frames] = wave[:, 0]
        loop_low, loop_high = min(loop_low, frames), min(loop_high, frames)
        return padded, (name, start, start + frames, start + loop_low, start + loop_high, rate, key, cents, 0, 1)


_TABLES: Final = {
    b"phdr": _PRESET,
    b"pbag": _BAG,
    b"pmod": _MOD,
    b"pgen": _GEN,
    b"inst": _INSTRUMENT,
    b"ibag": _BAG,
    b"imod": _MOD,
    b"igen": _GEN,
    b"shdr": _SAMPLE,
}


def _zones(
    table: Mapping[bytes, list[Any]], starts: list[int], bags: bytes, gens: bytes, mods: bytes, target: int
) -> list[list[_Zone]]:
    """Return the zones of each owner whose bags begin at *starts*; the last start ends the table."""
    owners: list[list[_Zone]] = []
    for low, high in itertools.pairwise(starts):
        zones = []
        for (gen, mod), (next_gen, next_mod) in zip(
            table[bags][low:high], table[bags][low + 1 : high + 1], strict=True
        ):
            own = tuple(table[gens][gen:next_gen])
            aim = next((value for oper, value in own if oper == target), None)
            zones.append(_Zone(own, tuple(table[mods][mod:next_mod]), aim))
        owners.append(zones)
    return owners


def _put(
    rows: Mapping[bytes, list[tuple[Any, ...]]],
    zones: list[tuple[_Zone, int | None]],
    bags: bytes,
    gens: bytes,
    mods: bytes,
    target: int,
) -> None:
    for zone, aim in zones:
        rows[bags].append((len(rows[gens]), len(rows[mods])))
        rows[gens].extend((oper, aim if oper == target and aim is not None else value) for oper, value in zone.gens)
        rows[mods].extend(zone.mods)


def _terminate(rows: Mapping[bytes, list[tuple[Any, ...]]]) -> None:
    """Close every table with the terminal record that the format asks for."""
    rows[b"phdr"].append((b"EOP", 0, 0, len(rows[b"pbag"]), 0, 0, 0))
    rows[b"inst"].append((b"EOI", len(rows[b"ibag"])))
    for bags, gens, mods in ((b"pbag", b"pgen", b"pmod"), (b"ibag", b"igen", b"imod")):
        rows[bags].append((len(rows[gens]), len(rows[mods])))
        rows[gens].append((0, 0))
        rows[mods].append((0, 0, 0, 0, 0))
    rows[b"shdr"].append((b"EOS", 0, 0, 0, 0, 0, 0, 0, 0, 0))


def _file(rows: Mapping[bytes, list[tuple[Any, ...]]], waves: list[np.ndarray]) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return name + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) & 1)

    about = chunk(b"ifil", struct.pack("<HH", 2, 1)) + chunk(b"isng", b"EMU8000\0") + chunk(b"INAM", b"Subset\0\0")
    tables = b"".join(
        chunk(name, b"".join(layout.pack(*row) for row in rows[name])) for name, layout in _TABLES.items()
    )
    sound = np.concatenate(waves).astype("<i2").tobytes() if waves else b""
    body = chunk(b"LIST", b"INFO" + about) + chunk(b"LIST", b"sdta" + chunk(b"smpl", sound))
    body += chunk(b"LIST", b"pdta" + tables)
    return chunk(b"RIFF", b"sfbk" + body)


@cache
def general_midi() -> SoundFont:
    """Return the shipped General MIDI font, checked against its index.

    Raises:
        ToolError: MODEL_UNAVAILABLE, the file is missing or differs from the one that was shipped.
    """
    listed = json.loads(resources.path("soundfonts", "soundfonts.json").read_bytes())["files"]
    expected = next(entry for entry in listed if entry["name"] == _NAME)
    try:
        data = resources.path("soundfonts", _NAME).read_bytes()
    except OSError as error:
        raise ToolError("MODEL_UNAVAILABLE", "The soundfont is missing. Install the studio again.") from error
    if hashlib.sha256(data).hexdigest() != expected["sha256"]:
        raise ToolError("MODEL_UNAVAILABLE", "The soundfont is damaged. Install the studio again.")
    return SoundFont(data)
