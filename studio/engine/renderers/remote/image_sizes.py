"""Which picture sizes and numbers the models behind images endpoints take, as publicly documented."""

from typing import Final

from studio.engine.renderers.remote.orders import by_area

_GPT_OLD: Final = ((1024, 1024), (1536, 1024), (1024, 1536))
_DALLE_3: Final = ((1024, 1024), (1792, 1024), (1024, 1792))
_DALLE_2: Final = ((256, 256), (512, 512), (1024, 1024))
_GPT_GRID: Final = 16
_GPT_LEAST, _GPT_MOST = 655_360, 8_294_400
_GPT_RATIO: Final = 3.0
_OTHER_MOST: Final = 2048 * 2048


def is_gpt_image(model: str) -> bool:
    """Return whether *model* follows the rules of the GPT image models."""
    return model.rpartition("/")[2].startswith(("gpt-image", "chatgpt-image"))


def most_references(model: str) -> int:
    """Return how many pictures *model* can work from."""
    return 16 if is_gpt_image(model) else 1


def most_at_once(model: str) -> int:
    """Return how many pictures one request may ask for."""
    return 1 if "dall-e-3" in model else 10


def accepted(model: str, size: tuple[int, int]) -> tuple[int, int]:
    """Return the size to ask *model* for when *size* is wanted: the nearest shape that it takes, not much smaller."""
    name = model.rpartition("/")[2]
    if "dall-e-3" in name:
        return _nearest(size, _DALLE_3)
    if "dall-e-2" in name:
        return _nearest(size, _DALLE_2)
    if is_gpt_image(model):
        if name.startswith(("gpt-image-1", "chatgpt-image")):
            return _nearest(size, _GPT_OLD)
        ratio = max(1 / _GPT_RATIO, min(_GPT_RATIO, size[0] / size[1]))
        area = float(max(_GPT_LEAST, min(_GPT_MOST, size[0] * size[1])))
        return _within(ratio, area)
    return by_area(size, min(float(_OTHER_MOST), float(size[0] * size[1])), 8)


def _within(ratio: float, area: float) -> tuple[int, int]:
    """Return a size on the grid with about *area* pixels that breaks neither the least nor the most area nor shape."""
    grid = _GPT_GRID
    shape = round(1000 * ratio), 1000
    while True:
        width, height = by_area(shape, area, grid)
        while max(width, height) > _GPT_RATIO * min(width, height):
            width, height = (width - grid, height) if width > height else (width, height - grid)
        if width * height < _GPT_LEAST:
            area *= 1.02
        elif width * height > _GPT_MOST:
            area *= 0.98
        else:
            return width, height


def _nearest(size: tuple[int, int], choices: tuple[tuple[int, int], ...]) -> tuple[int, int]:
    def distance(choice: tuple[int, int]) -> tuple[float, int]:
        ratio = (size[0] / size[1]) / (choice[0] / choice[1])
        enough = choice[0] * choice[1] - size[0] * size[1]
        return max(ratio, 1 / ratio), abs(enough) if enough >= 0 else 4 * abs(enough)

    return min(choices, key=distance)
