"""What a film or sound file really holds, found by reading it to its end.

There is no ffprobe beside the ffmpeg program. Stream facts come from ffmpeg's own
listing, frames and times from the list of packets, and the length of a sound from
decoding it, so that they are exact where headers guess.
"""

import re
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Final

from studio.contract.errors import ToolError
from studio.engine.renderers.video import ffmpeg

_STREAM: Final = re.compile(r"^  Stream #0:\d+.*?: (Video|Audio|Subtitle|Data): (.*)$")
_TAG: Final = re.compile(r"^ {4}(\S[^:]*?)?\s*: (.*)$")
_WOVEN: Final = re.compile(r"\b(?:top|bottom) (?:coded )?first\b")
_SIZE: Final = re.compile(r"\b(\d{1,6})x(\d{1,6})\b")
_SAR: Final = re.compile(r"SAR (\d+):(\d+)")
_FPS: Final = re.compile(r"([\d.]+)(k?) (fps|tbr)\b")
_RATE: Final = re.compile(r"(\d+) Hz")
_CHANNELS: Final = {
    "mono": 1,
    "stereo": 2,
    "downmix": 2,
    "quad": 4,
    "hexagonal": 6,
    "octagonal": 8,
    "hexadecagonal": 16,
}
_COLOUR: Final = re.compile(r"\((?:[^()]*, )?(bt709|bt470bg|smpte170m|bt2020nc|gbr)(?:/(\w+)/([\w-]+))?[^()]*\)")
_NTSC: Final = {
    Fraction(text): Fraction(whole * 1000, 1001)
    for text, whole in (
        ("23.98", 24),
        ("29.97", 30),
        ("47.95", 48),
        ("59.94", 60),
        ("119.88", 120),
        ("14.99", 15),
        ("11.99", 12),
    )
}
MAX_FRAMES: Final = 2_000_000
MAX_FPS: Final = 240
"""Most frames per second of a film that is written."""


@dataclass(frozen=True)
class VideoInfo:
    """A film.

    Attributes:
        width, height: size in pixels as it is shown: upright, with square pixels.
        fps: frames per second; the mean when it varies.
        frames: pictures in the file.
        duration_s: how long its pictures last.
        rotation: how far the stored pictures are turned clockwise before they are shown: 0, 90, 180 or 270.
        matrix: colour matrix as ffmpeg names it, or None when the file does not say.
        transfer: transfer curve as ffmpeg names it, or None.
        interlaced: whether it says that its frames are woven of two half pictures.
        tags: texts of the file: title, comment, creation_time, …
    """

    width: int
    height: int
    fps: Fraction
    frames: int
    duration_s: float
    video_codec: str
    pixel_format: str
    has_audio: bool
    audio_codec: str | None = None
    sample_rate: int | None = None
    channels: int | None = None
    rotation: int = 0
    matrix: str | None = None
    transfer: str | None = None
    interlaced: bool = False
    container: str = ""
    tags: dict[str, str] = field(default_factory=dict)

    def writable(self) -> "VideoInfo":
        """Return the facts at a rate at which a film can be written: its own, halved until it is low enough."""
        fps = self.fps
        while fps > MAX_FPS:
            fps /= 2
        return self if fps == self.fps else replace(self, fps=fps, frames=max(1, round(self.duration_s * fps)))


@dataclass(frozen=True)
class AudioInfo:
    """A sound: length in seconds by its samples, codec, samples per second, channels."""

    duration_s: float
    codec: str
    sample_rate: int
    channels: int
    container: str = ""
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Listing:
    """The input part of what ffmpeg says about a file."""

    container: str
    video: str | None
    audio: str | None
    rotation: int
    tags: dict[str, str]


def video(path: str | Path) -> VideoInfo:
    """Return what the film at *path* holds.

    Raises:
        ToolError: PARAMETER_INVALID, it is no film that can be read; ASSET_NOT_FOUND, the file is gone.
    """
    packets, listing = _packets(path, "V")
    if listing.video is None or not packets.count:
        raise ToolError("PARAMETER_INVALID", "This file is not a film that the studio can read.")
    plain = _without_brackets(listing.video)
    size = _SIZE.search(plain)
    if size is None:
        raise ToolError("PARAMETER_INVALID", "This film does not say how large its pictures are.")
    width, height = int(size[1]), int(size[2])
    if (sar := _SAR.search(plain)) and int(sar[1]) and int(sar[2]):
        width = max(1, round(width * int(sar[1]) / int(sar[2])))
    if listing.rotation in (90, 270):
        width, height = height, width
    fps = packets.rate(_said_rate(plain))
    codec, pixel_format, *_ = [part.strip().split(" ")[0] for part in plain.split(",")] + [""]
    colour = _COLOUR.search(listing.video)
    matrix, transfer = (colour[1], colour[3] or colour[1]) if colour else (None, None)
    sound = _sound(listing.audio)
    return VideoInfo(
        width, height, fps, packets.count, packets.seconds(fps), codec, pixel_format, sound is not None,
        sound[0] if sound else None, sound[1] if sound else None, sound[2] if sound else None,
        listing.rotation, matrix, transfer, _WOVEN.search(listing.video) is not None, listing.container, listing.tags,
    )  # fmt: skip


def audio(path: str | Path) -> AudioInfo:
    """Return what the sound at *path* holds; also the first soundtrack of a film.

    Raises:
        ToolError: PARAMETER_INVALID, there is no sound that can be read; ASSET_NOT_FOUND, the file is gone.
    """
    _must_exist(path)
    arguments = [*ffmpeg.source(path), "-map", "0:a:0", "-ac", "1", "-f", "s16le", "pipe:1"]
    with ffmpeg.process(arguments, reads=True, loglevel="info") as child:
        buffer = memoryview(bytearray(ffmpeg.PIPE_BYTES))
        count = 0
        while got := child.read_into(buffer):
            count += got
        child.wait()
        listing = _listing(child.complaint(None))
    sound = _sound(listing.audio)
    if sound is None or not count:
        raise ToolError("PARAMETER_INVALID", "This file holds no sound that the studio can read.")
    codec, rate, channels = sound
    return AudioInfo(count / 2 / rate, codec, rate, channels, listing.container, listing.tags)


def _must_exist(path: str | Path) -> None:
    if not Path(path).is_file():
        raise ToolError("ASSET_NOT_FOUND", "The file is gone. Drop it in again.")


@dataclass
class _Packets:
    """Times of the shown packets of one stream, in ticks of *tick* seconds."""

    tick: Fraction = Fraction(1, 1000)
    count: int = 0
    first: int | None = None
    last: int = 0
    last_length: int = 0
    shortest: int = 1 << 62
    longest: int = 0

    def add(self, time: int, length: int) -> None:
        self.count += 1
        self.first = time if self.first is None else min(self.first, time)
        if time >= self.last or self.count == 1:
            self.last, self.last_length = time, length
        self.shortest, self.longest = min(self.shortest, length), max(self.longest, length)

    @property
    def _span(self) -> int:
        return self.last - (self.first or 0)

    def rate(self, said: Fraction | None) -> Fraction:
        """Return frames per second: from the times, snapped to what the header says if they agree."""
        if self.count < 2 or self._span <= 0:
            return said or Fraction(25)
        mean = (self.count - 1) / (self._span * self.tick)
        if self.shortest == self.longest and abs(self.shortest * self.tick * mean - 1) < Fraction(1, 1_000_000):
            return mean
        if said and abs(said / mean - 1) < Fraction(1, 300):
            return said
        return mean.limit_denominator(1001)

    def seconds(self, fps: Fraction) -> float:
        length = self.last_length * self.tick if self.last_length > 0 else 1 / fps
        exact = self.count / fps
        seen = self._span * self.tick + length
        # Rounded ticks (WebM counts milliseconds) are no reason for a crooked length.
        return float(exact if abs(exact - seen) <= max(2 * self.tick, Fraction(1, 2) / fps) else seen)


def _packets(path: str | Path, kind: str) -> tuple[_Packets, _Listing]:
    _must_exist(path)
    found = _Packets()
    arguments = [*ffmpeg.source(path), "-map", f"0:{kind}:0", "-c", "copy", "-f", "framecrc", "pipe:1"]
    with ffmpeg.process(arguments, reads=True, loglevel="info") as child:
        rest = b""
        while chunk := child.output.read(1 << 16):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                _take(line, found)
            if found.count > MAX_FRAMES:
                raise ToolError("PARAMETER_INVALID", "This film is too long: the studio reads two million frames.")
        child.wait()
        listing = _listing(child.complaint(None))
    return found, listing


def _take(line: bytes, found: _Packets) -> None:
    if line.startswith(b"#tb 0:"):
        found.tick = Fraction(line.split(b":", 1)[1].strip().decode("ascii"))
    elif line[:1].isdigit():
        parts = [part.strip() for part in line.split(b",")]
        if len(parts) < 5 or any(part.startswith(b"F=") and int(part[2:], 16) & 4 for part in parts[6:]):
            return  # bit 4: decoded but never shown, cut off by the file's edit list
        times = [int(part) for part in parts[1:4] if part.lstrip(b"-").isdigit()]
        if len(times) == 3:
            dts, pts, length = times
            found.add(dts if abs(pts) >= 1 << 62 else pts, length)


def _listing(text: str) -> _Listing:
    container, video, audio, rotation = "", None, None, 0
    tags: dict[str, str] = {}
    in_streams = False
    last_tag = ""
    for line in text.splitlines():
        if line.startswith("Input #0, "):
            container = line[len("Input #0, ") :].rsplit(", from ", 1)[0].split(",")[0]
        elif not container:
            continue
        elif line.startswith(("Output #0", "Stream mapping", "At least one output")):
            break
        elif match := _STREAM.match(line):
            in_streams = True
            if match[1] == "Video" and video is None and "(attached pic)" not in line:
                video = match[2]
            elif match[1] == "Audio" and audio is None:
                audio = match[2]
        elif "rotation of" in line and (turn := re.search(r"rotation of (-?[\d.]+)", line)):
            rotation = round(-float(turn[1]) / 90) * 90 % 360
        elif not in_streams and (tag := _TAG.match(line)):
            if tag[1]:
                last_tag = tag[1].lower()
                tags[last_tag] = tag[2].strip()
            elif last_tag:
                tags[last_tag] += "\n" + tag[2]
    for noise in ("major_brand", "minor_version", "compatible_brands"):
        tags.pop(noise, None)
    return _Listing(container, video, audio, rotation, tags)


def _without_brackets(text: str) -> str:
    while (shorter := re.sub(r"\([^()]*\)", "", text)) != text:
        text = shorter
    return text


def _said_rate(plain: str) -> Fraction | None:
    for name in ("fps", "tbr"):
        for match in _FPS.finditer(plain):
            value = Fraction(match[1]) * (1000 if match[2] else 1)
            if match[3] == name and 0 < value <= 1000:
                return _NTSC.get(value, value)
    return None


def _sound(line: str | None) -> tuple[str, int, int] | None:
    if line is None or not (rate := _RATE.search(line)):
        return None
    parts = [part.strip() for part in line.split(",")]
    codec = parts[0].split(" ")[0]
    layout = next((part for i, part in enumerate(parts) if i and "Hz" in parts[i - 1]), "stereo").split("(")[0].strip()
    if layout in _CHANNELS:
        channels = _CHANNELS[layout]
    elif match := re.fullmatch(r"(\d+)\.(\d+)(?:\.(\d+))?", layout):
        channels = sum(int(part or 0) for part in match.groups())
    elif match := re.match(r"(\d+) channels?", layout):
        channels = int(match[1])
    else:
        channels = 2
    return codec, int(rate[1]), channels
