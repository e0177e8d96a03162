"""From a script as people type it to sentences of words: numbers, dates, money, signs and short forms written out.

English only. What cannot be read aloud (pictographs, mark-up signs) is left out.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from studio.engine.renderers.speech.numbers import cardinal, decimal, digits, ordinal, year

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_MONTH: Final = "|".join(_MONTHS)
_SHORT_MONTHS: Final = {month[:3]: month for month in _MONTHS if month != "May"} | {"Sept": "September"}
_CURRENCIES: Final = {
    "$": ("dollar", "dollars", "cent", "cents"),
    "€": ("euro", "euros", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"),
    "¥": ("yen", "yen", "sen", "sen"),
}
_SCALES: Final = {"k": "thousand", "m": "million", "mn": "million", "bn": "billion", "b": "billion"}
_ABBREVIATIONS: Final = {
    "Mr": "Mister",
    "Mrs": "Missus",
    "Ms": "Miz",
    "Dr": "Doctor",
    "Prof": "Professor",
    "Jr": "Junior",
    "Sr": "Senior",
    "Capt": "Captain",
    "Gen": "General",
    "Lt": "Lieutenant",
    "Sgt": "Sergeant",
    "Rev": "Reverend",
    "Hon": "Honourable",
    "Mt": "Mount",
    "Ave": "Avenue",
    "Blvd": "Boulevard",
    "Rd": "Road",
    "vs": "versus",
    "etc": "et cetera",
    "approx": "approximately",
    "dept": "department",
    "est": "established",
    "Inc": "Incorporated",
    "Ltd": "Limited",
    "Co": "Company",
    "Corp": "Corporation",
    "Vol": "Volume",
    "Ch": "Chapter",
    "Fig": "Figure",
}
_UNITS: Final = {
    "km/h": ("kilometre per hour", "kilometres per hour"),
    "mph": ("mile per hour", "miles per hour"),
    "m/s": ("metre per second", "metres per second"),
    "kg": ("kilogram", "kilograms"),
    "mg": ("milligram", "milligrams"),
    "g": ("gram", "grams"),
    "lb": ("pound", "pounds"),
    "lbs": ("pound", "pounds"),
    "oz": ("ounce", "ounces"),
    "km": ("kilometre", "kilometres"),
    "cm": ("centimetre", "centimetres"),
    "mm": ("millimetre", "millimetres"),
    "nm": ("nanometre", "nanometres"),
    "m": ("metre", "metres"),
    "ft": ("foot", "feet"),
    "mi": ("mile", "miles"),
    "l": ("litre", "litres"),
    "L": ("litre", "litres"),
    "ml": ("millilitre", "millilitres"),
    "h": ("hour", "hours"),
    "hr": ("hour", "hours"),
    "hrs": ("hour", "hours"),
    "min": ("minute", "minutes"),
    "s": ("second", "seconds"),
    "sec": ("second", "seconds"),
    "ms": ("millisecond", "milliseconds"),
    "Hz": ("hertz", "hertz"),
    "kHz": ("kilohertz", "kilohertz"),
    "MHz": ("megahertz", "megahertz"),
    "GHz": ("gigahertz", "gigahertz"),
    "W": ("watt", "watts"),
    "kW": ("kilowatt", "kilowatts"),
    "kWh": ("kilowatt hour", "kilowatt hours"),
    "V": ("volt", "volts"),
    "KB": ("kilobyte", "kilobytes"),
    "MB": ("megabyte", "megabytes"),
    "GB": ("gigabyte", "gigabytes"),
    "TB": ("terabyte", "terabytes"),
    "dB": ("decibel", "decibels"),
    "fps": ("frame per second", "frames per second"),
    "px": ("pixel", "pixels"),
    "°C": ("degree Celsius", "degrees Celsius"),
    "°F": ("degree Fahrenheit", "degrees Fahrenheit"),
    "°": ("degree", "degrees"),
    "%": ("percent", "percent"),
}
_UNIT: Final = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_FRACTIONS: Final = {
    "½": "one half", "¼": "one quarter", "¾": "three quarters", "⅓": "one third", "⅔": "two thirds", "⅛": "one eighth",
}  # fmt: skip
_SIGNS: Final = {
    "&": "and", "+": "plus", "=": "equals", "@": "at", "×": "times", "÷": "divided by", "±": "plus or minus",
    "<": "less than", ">": "greater than", "©": "copyright", "™": "trademark", "®": "registered", "°": "degrees",
    "√": "square root of", "∞": "infinity", "π": "pi", "§": "section", "µ": "micro", "€": "euros", "£": "pounds",
    "$": "dollars", "¥": "yen", "%": "percent", "#": "number", "~": "about", "≈": "about", "≤": "at most",
    "≥": "at least", "≠": "is not", "→": "to",
}  # fmt: skip
_ROMAN: Final = re.compile(r"\b(Chapter|Part|Act|Scene|Volume|Book|World War|Phase|Episode)\s+([IVX]{1,5})\b")
_KEPT: Final = frozenset(".,;:!?…—()“”'- \n")


@dataclass(frozen=True)
class Sentence:
    """One sentence of words and punctuation; ``ends_paragraph`` asks for a longer rest after it."""

    text: str
    ends_paragraph: bool = False


def sentences(script: str) -> list[Sentence]:
    """Return the sentences of a script, ready to be pronounced; empty when there is nothing to say."""
    found: list[Sentence] = []
    for paragraph in re.split(r"\n+", _plain(script)):
        text = _clean(written_out(paragraph))
        parts = [part.strip() for part in re.findall(r"[^.!?…]+(?:[.!?…]+[”')]*|$)", text)]
        parts = [part for part in parts if re.search(r"[^\W_]", part)]
        for place, part in enumerate(parts):
            ended = part if re.search(r"[.!?…,;:—][”')]*$", part) else f"{part}."
            found.append(Sentence(ended, place == len(parts) - 1))
    return found


def written_out(text: str) -> str:
    """Return one paragraph with everything that is not a word written out."""
    for pattern, replace in _RULES:
        text = pattern.sub(replace, text)
    return text


def _plain(script: str) -> str:
    """One spelling of quotes, dashes and blanks; accents stay with their letters."""
    text = unicodedata.normalize("NFC", script).replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r"[‘’ʼ`´]", "'", text)
    text = re.sub(r"[“„«]|(?<!\w)\"(?=\S)", "“", text)
    text = re.sub(r"[”»]|\"", "”", text)
    text = re.sub(r"\s+[–—―-]+\s+|[—―]|--+", " — ", text)
    text = text.replace("–", "-").replace("‑", "-").replace("−", "-")
    text = re.sub(r"\.{3,}|…", "… ", text)
    return re.sub(r"[ \t\u00a0\u2009\u202f]+", " ", text)


def _clean(text: str) -> str:
    text = "".join(_SIGNS_SPACED.get(character, character) for character in text)
    text = re.sub(r"(?<=\w)/(?=\w)", " slash ", text)
    kept = [c if c.isalpha() or unicodedata.combining(c) or c in _KEPT else " " for c in text]
    text = re.sub(r"(?<!\w)'|'(?!\w)", lambda quote: "'" if quote.end() < len(quote.string) else " ", "".join(kept))
    text = re.sub(r"(?<![^\W_])-|-(?![^\W_])", " ", text)
    text = re.sub(r"\s+([.,;:!?…)”])", r"\1", re.sub(r"\s+", " ", text))
    text = re.sub(r"\(\s+", "(", text)
    return re.sub(r"([,;:])[,;:]+", r"\1", text).strip()


_SIGNS_SPACED: Final = {sign: f" {words} " for sign, words in _SIGNS.items()}


def _money(found: re.Match[str]) -> str:
    one, many, small, smalls = _CURRENCIES[found["sign"]]
    amount, scale = found["amount"].replace(",", ""), found["scale"]
    if scale:
        return f"{decimal(amount)} {_SCALES.get(scale.lower(), scale.lower())} {many}"
    whole, _, cents = amount.partition(".")
    words = f"{cardinal(int(whole))} {one if int(whole) == 1 else many}"
    if len(cents) == 2 and int(cents):
        rest = f"{cardinal(int(cents))} {small if int(cents) == 1 else smalls}"
        return rest if int(whole) == 0 else f"{words} and {rest}"
    return f"{decimal(amount)} {many}" if cents and int(cents) else words


def _clock(found: re.Match[str]) -> str:
    hour, minute, half = int(found["hour"]), int(found["minute"]), (found["half"] or "").replace(".", "").upper()
    if hour > 24 or minute > 59:
        return f"{cardinal(hour)} to {cardinal(minute)}"
    words = cardinal(hour)
    if minute:
        words += f" oh {cardinal(minute)}" if minute < 10 else f" {cardinal(minute)}"
    elif not half:
        words += " o'clock" if 0 < hour <= 12 else " hundred"
    return f"{words} {half[0]} {half[1]}" if half else words


def _iso_date(found: re.Match[str]) -> str:
    month, day = int(found["month"]), int(found["day"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return found[0].replace("-", " ")
    return f"{_MONTHS[month - 1]} {ordinal(day)}, {year(int(found['year']))}"


def _unit(found: re.Match[str]) -> str:
    one, many = _UNITS[found["unit"]]
    return f"{decimal(found['number'])} {one if found['number'] == '1' else many}"


def _web(found: re.Match[str]) -> str:
    text = re.sub(r"^\w+://(www\.)?", "", found[0]).rstrip("/.,")
    tail = found[0][len(found[0].rstrip(".,")) :]
    for sign, words in ((".", " dot "), ("/", " slash "), ("@", " at "), ("-", " dash "), ("_", " underscore ")):
        text = text.replace(sign, words)
    return text + tail


def _roman(found: re.Match[str]) -> str:
    values = [{"I": 1, "V": 5, "X": 10}[letter] for letter in found[2]]
    total = sum(-v if v < max(values[i:], default=0) else v for i, v in enumerate(values))
    return f"{found[1]} {cardinal(total)}"


def _plain_number(found: re.Match[str]) -> str:
    text = found[0]
    if re.fullmatch(r"(1[1-9]|20)\d\d", text):
        return year(int(text))
    return decimal(text)


_Rule = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]
_NUMBER: Final = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_RULES: Final[list[_Rule]] = [
    (re.compile(r"\b(?:https?://|www\.)\S+|\b[\w.+-]+@[\w-]+\.[\w.]+\b|\b[\w-]+\.(?:com|org|net|io|ai|dev)\b"), _web),
    (re.compile(r"\be\.\s?g\.,?", re.I), "for example,"),
    (re.compile(r"\bi\.\s?e\.,?", re.I), "that is,"),
    (re.compile(r"\b([A-Z]\w+) St\.(?=\s+[A-Z]|\s*$)"), r"\1 Street."),
    (re.compile(r"\bSt\.\s(?=[A-Z])"), "Saint "),
    (re.compile(r"\bSt\."), "Street"),
    (re.compile(r"\b\d+(?:\.\d+){2,}\b"), lambda m: " point ".join(cardinal(int(n)) for n in m[0].split("."))),
    (re.compile(r"\bNo\.\s?(?=\d)"), "number "),
    (re.compile(r"\bpp?\.\s?(?=\d)"), "page "),
    (re.compile(r"\b(" + "|".join(_ABBREVIATIONS) + r")\.(?=\s*(?P<end>$)?)"),
     lambda m: _ABBREVIATIONS[m[1]] + ("." if m["end"] is not None else "")),
    (re.compile(r"\b(" + "|".join(_SHORT_MONTHS) + r")\b\.?(?=\s?\d)"), lambda m: _SHORT_MONTHS[m[1]]),
    (re.compile(r"(?<=\d )(" + "|".join(_SHORT_MONTHS) + r")\b(?:\.(?!\s*$))?"), lambda m: _SHORT_MONTHS[m[1]]),
    (re.compile(r"\b(?:[A-Z]\.){2,}"), lambda m: " ".join(m[0].replace(".", " ").split())
     + ("." if m.end() == len(m.string) else "")),
    (_ROMAN, _roman),
    (re.compile(r"\b(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)\b"), _iso_date),
    (re.compile(rf"\b({_MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?(?=\b(?!:))"), lambda m: f"{m[1]} {ordinal(int(m[2]))}"),
    (re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({_MONTH})\b"),
     lambda m: f"the {ordinal(int(m[1]))} of {m[2]}"),
    (re.compile(r"(?P<sign>[$€£¥])\s?(?P<amount>" + _NUMBER + r")(?:\s?(?P<scale>thousand|million|billion|trillion|"
                r"[kK]|[mM]|mn|bn|[bB])\b)?"), _money),
    (re.compile(r"\b(?P<hour>\d{1,2}):(?P<minute>\d\d)(?:\s?(?P<half>[aApP]\.?[mM]\b\.?))?"), _clock),
    (re.compile(r"\b(\d{1,2})\s?([aApP])\.?([mM])\b\.?"),
     lambda m: f"{cardinal(int(m[1]))} {m[2].upper()} {m[3].upper()}"),
    (re.compile(r"(?:(?<=\b)|(?<='))(\d{2}|\d{3}0|\d0)'?s\b"), lambda m: _decade(m[1])),
    (re.compile(r"\b(\d+)(?:st|nd|rd|th)\b"), lambda m: ordinal(int(m[1]))),
    (re.compile(rf"(?<![\w.])({_NUMBER})\s?[-–]\s?(?={_NUMBER}\b)"), r"\1 to "),
    (re.compile(r"(?<![\w)])-(?=\d)"), "minus "),
    (re.compile(rf"\b(?P<number>{_NUMBER})\s?(?P<unit>{_UNIT})(?![\w'])"), _unit),
    (re.compile(r"\b(\d+)\s?[x×]\s?(?=\d)"), r"\1 by "),
    (re.compile(r"\b1/2\b"), "one half"),
    (re.compile(r"\b([1-9])/([3-9])\b"),
     lambda m: f"{cardinal(int(m[1]))} {ordinal(int(m[2]))}{'' if m[1] == '1' else 's'}"),
    (re.compile("[" + "".join(_FRACTIONS) + "]"), lambda m: f" {_FRACTIONS[m[0]]} "),
    (re.compile(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])"), " "),
    (re.compile(r"\b0\d{3,}\b|\b\d{19,}\b"), lambda m: digits(m[0])),
    (re.compile(rf"(?<![\d.])(?:{_NUMBER})(?!\d)"), _plain_number),
    (re.compile(r"\d+"), lambda m: digits(m[0])),
]  # fmt: skip


def _decade(text: str) -> str:
    if len(text) == 4:
        words = year(int(text))
        return f"{words}s" if words.endswith(("hundred", "thousand")) else f"{words[:-1]}ies"
    words = cardinal(int(text))
    return f"{words[:-1]}ies" if words.endswith("y") else f"{words}s"
