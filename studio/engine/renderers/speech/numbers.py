"""Numbers in English words."""

from typing import Final

_SMALL: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS: Final = ("zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_GREAT: Final = ("", "thousand", "million", "billion", "trillion", "quadrillion")
_ORDINALS: Final = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_LONGEST: Final = 18
"""Digits of the longest number that is said as a number; longer ones are said digit by digit."""


def cardinal(number: int) -> str:
    """Return a whole number in words: ``1204`` is *one thousand two hundred four*."""
    if number < 0:
        return f"minus {cardinal(-number)}"
    if len(str(number)) > _LONGEST:
        return digits(str(number))
    groups: list[int] = []
    words: list[str] = []
    while number or not groups:
        number, group = divmod(number, 1000)
        groups.append(group)
    for place in range(len(groups) - 1, -1, -1):
        if groups[place] or len(groups) == 1:
            words.append(f"{_hundreds(groups[place])} {_GREAT[place]}".strip())
    return " ".join(words)


def ordinal(number: int) -> str:
    """Return *first*, *twenty second*, *one hundredth* …"""
    head, _, last = cardinal(number).rpartition(" ")
    if last in _ORDINALS:
        last = _ORDINALS[last]
    elif last.endswith("y"):
        last = f"{last[:-1]}ieth"
    else:
        last += "th"
    return f"{head} {last}".strip()


def year(number: int) -> str:
    """Return a year as it is said: *nineteen oh five*, *two thousand four*, *twenty twenty six*."""
    century, rest = divmod(number, 100)
    if not 1000 <= number < 10000 or (century % 10 == 0 and rest < 10):
        return cardinal(number)
    if rest == 0:
        return f"{cardinal(century)} hundred"
    return f"{cardinal(century)} {f'oh {cardinal(rest)}' if rest < 10 else cardinal(rest)}"


def digits(text: str) -> str:
    """Return digits one by one: *zero zero seven*."""
    return " ".join(_SMALL[int(digit)] for digit in text if digit.isdigit())


def decimal(text: str) -> str:
    """Return digits with an optional point and thousands commas: ``1,200.05`` is *one thousand two hundred point …*."""
    whole, point, fraction = text.replace(",", "").partition(".")
    if len(whole) > 1 and whole.startswith("0"):
        words = digits(whole)
    else:
        words = cardinal(int(whole or "0"))
    return f"{words} point {digits(fraction)}" if point and fraction else words


def _hundreds(number: int) -> str:
    words = []
    if number >= 100:
        words += [_SMALL[number // 100], "hundred"]
        number %= 100
        if not number:
            return " ".join(words)
    if number < 20:
        words.append(_SMALL[number])
    else:
        words.append(_TENS[number // 10])
        if number % 10:
            words.append(_SMALL[number % 10])
    return " ".join(words)
