"""Reading every kind of picture file, refusing what is none, and provenance in what is written."""

import io
import json
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageCms

from studio.contract.errors import ToolError
from studio.engine.renderers import pictures
from tests.engine.tools.conftest import decode, scene

ABOUT = {
    "prompt": "海と灯台",
    "tool": "generate_image",
    "seed": "7",
    "renderer": "painter",
    "model": "m",
    "Software": "S",
}


def test_exif_orientation_is_applied(save: Callable[..., Path]) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    path = save(Image.fromarray(scene(40, 20)), "turned.jpg", exif=exif, quality=95)
    assert (pictures.load(path).width, pictures.load(path).height) == (20, 40)


def test_colour_profile_becomes_srgb(save: Callable[..., Path]) -> None:
    grey = np.full((8, 8, 3), 120, np.uint8)
    lab_like = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    same = pictures.load(save(Image.fromarray(grey), "srgb.png", icc_profile=lab_like))
    assert abs(int(same.rgb[0, 0, 0]) - 120) <= 1
    broken = pictures.load(save(Image.fromarray(grey), "broken.png", icc_profile=b"no profile at all"))
    assert int(broken.rgb[0, 0, 0]) == 120


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "I;16", "LA", "RGBA", "F"])
def test_every_mode_becomes_rgb(save: Callable[..., Path], mode: str) -> None:
    base = Image.fromarray(scene(32, 24))
    if mode == "I;16":
        image = Image.fromarray(np.linspace(0, 65535, 32 * 24).reshape(24, 32).astype(np.uint16))
    elif mode == "F":
        image = Image.fromarray(np.linspace(0, 1, 32 * 24, dtype=np.float32).reshape(24, 32))
    else:
        image = base.convert(mode)
    name = "in.tif" if mode in ("CMYK", "F") else "in.png"
    picture = pictures.load(save(image, name))
    assert picture.rgb.shape == (24, 32, 3)
    assert picture.rgb.dtype == np.uint8
    assert int(picture.rgb.max()) > 120
    assert int(picture.rgb.min()) < 120


def test_palette_transparency_and_first_frame(save: Callable[..., Path]) -> None:
    clear = Image.new("RGBA", (10, 6), (0, 0, 0, 0))
    clear.paste((255, 0, 0, 255), (0, 0, 5, 6))
    second = Image.new("RGBA", (10, 6), (0, 255, 0, 255))
    path = save(clear, "moving.gif", save_all=True, append_images=[second], transparency=0, disposal=2)
    picture = pictures.load(path)
    assert picture.alpha is not None
    assert picture.alpha[3, 1] == 255
    assert picture.alpha[3, 8] == 0
    assert tuple(picture.rgb[3, 1]) == (255, 0, 0)
    opaque = pictures.load(save(Image.new("RGBA", (4, 4), (9, 9, 9, 255)), "opaque.png"))
    assert opaque.alpha is None


def test_refuses_what_is_no_picture(tmp_path: Path, save: Callable[..., Path]) -> None:
    (tmp_path / "text.png").write_text("not a picture")
    whole = save(scene(64, 64), "whole.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(whole[: len(whole) // 2])
    for name, words in (("text.png", "not a picture"), ("cut.png", "damaged")):
        with pytest.raises(ToolError, match=words) as caught:
            pictures.load(tmp_path / name)
        assert caught.value.code == "PARAMETER_INVALID"
    with pytest.raises(ToolError, match="gone") as gone:
        pictures.load(tmp_path / "nowhere.png")
    assert gone.value.code == "ASSET_NOT_FOUND"


def test_refuses_a_decompression_bomb(tmp_path: Path) -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    (tmp_path / "bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    with pytest.raises(ToolError, match="too large"):
        pictures.load(tmp_path / "bomb.png")


def test_png_texts_latin_and_beyond() -> None:
    rendered = pictures.encode(scene(16, 16), None, "png", ABOUT)
    image = decode(rendered.data)
    assert image.text == ABOUT
    assert b"iTXt" in rendered.data
    assert b"tEXtseed" in rendered.data


@pytest.mark.parametrize("output", ["jpg", "webp"])
def test_other_formats_carry_it_in_exif(output: str) -> None:
    rendered = pictures.encode(scene(32, 16), None, output, ABOUT)  # type: ignore[arg-type]
    exif = Image.open(io.BytesIO(rendered.data)).getexif()
    comment = exif.get_ifd(ExifTags.IFD.Exif)[0x9286]
    assert json.loads(comment[8:].decode("utf-16-be")) == ABOUT


def test_jpeg_lays_transparency_on_white() -> None:
    rgb, alpha = np.zeros((8, 8, 3), np.uint8), np.zeros((8, 8), np.uint8)
    assert np.asarray(decode(pictures.encode(rgb, alpha, "jpg", {}).data)).min() >= 250


def test_colours_continue_behind_transparency() -> None:
    rgb = np.zeros((40, 40, 3), np.uint8)
    alpha = np.zeros((40, 40), np.uint8)
    rgb[10:30, 10:30], alpha[10:30, 10:30] = (200, 40, 30), 255
    filled = pictures.fill_behind(rgb, alpha)
    assert np.array_equal(filled[10:30, 10:30], rgb[10:30, 10:30])
    assert abs(filled[5, 20].astype(int) - (200, 40, 30)).max() < 30
    assert abs(filled[0, 0].astype(int) - (200, 40, 30)).max() < 60
