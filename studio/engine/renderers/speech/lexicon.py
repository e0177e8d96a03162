"""How English words sound, in the symbols that the Kokoro voices were trained on.

Pronunciations come from the pack (two lists for each accent, the first checked by
people). Words that are not listed are taken apart (endings, compounds), spelled when
they look like initials, and at last read by rule (``letters``).
"""

import json
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from studio.engine.renderers.speech import letters

Accent = Literal["us", "gb"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_VOWELS: Final = frozenset("AIOQWYaiuæɑɒɔəɛɜɪʊʌᵊᵻ")
_VOICELESS: Final = frozenset("ptkfθ")
_HISSING: Final = frozenset("szʃʒʧʤ")
_AFTER_TO: Final = _words(
    "to will would can could shall should may might must do does did don't doesn't didn't won't wouldn't can't cannot "
    "couldn't shouldn't let's please i we you they who not never always often also"
)
_AFTER_HAVE: Final = _words("have has had having was were is are been being be get got i've we've they've you've")
_BEFORE_NOUN: Final = _words(
    "a an the this that these those my your his her its our their some any no each every another such of in on with "
    "for at by from one two three first second last new old good great"
)
_LIVES: Final = _words("in on at with near here there alone together under among by without for forever")
_PRONOUNS: Final = _words("i you he she it we they there this that the a an is was are were if when")
_BE: Final = _words("be am is are was were been being get gets got")
_LONGEST_INITIALS: Final = 5


@dataclass
class Heard:
    """What became of a word: its sounds, and how they were found."""

    sounds: str
    known: bool = True


@dataclass
class Lexicon:
    """The pronunciations of one accent."""

    accent: Accent
    checked: dict[str, str | dict[str, str | None]]
    more: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path, accent: Accent) -> "Lexicon":
        """Read the lists of an installed pack; 6 MB of JSON."""
        checked = json.loads((folder / f"{accent}_gold.json").read_bytes())
        return cls(accent, checked, json.loads((folder / f"{accent}_silver.json").read_bytes()))

    def say(self, word: str, before: str = "", after: str = "", *, shouting: bool = False) -> Heard:
        """Return the sounds of *word*.

        Args:
            before, after: its neighbours within the phrase, as written; empty at an edge.
            shouting: the whole sentence is in capitals, so that they mean nothing.
        """
        if shouting:
            word = word.lower()
        small = _SMALL_WORDS.get(word.lower())
        if small is not None:
            return Heard(small(self, word, before, after))
        entry = self._entry(word)
        if entry is not None:
            return Heard(self._chosen(entry, word, before, after))
        if word.isupper() and len(word) <= _LONGEST_INITIALS and word.isascii():
            return Heard(self.spelled(word))
        for attempt in (self._ending, self._compound):
            if sounds := attempt(word, before, after):
                return Heard(sounds)
        bare = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
        if bare != word:
            return self.say(bare, before, after)
        if word.isupper() and len(word) > 1:
            return self.say(word.lower(), before, after)
        return Heard(letters.sounds(word.lower(), self.accent), known=False)

    def spelled(self, word: str) -> str:
        """Return the names of the letters, the last one stressed."""
        names = [self.checked.get(letter) for letter in word.upper() if letter.isalpha()]
        said = [name for name in names if isinstance(name, str)]
        weak = [name.replace("ˈ", "ˌ") for name in said[:-1]]
        return "".join([*weak, *said[-1:]])

    def _entry(self, word: str) -> str | dict[str, str | None] | None:
        spellings = [word, word.lower()]
        if word.islower():
            spellings.append(word.capitalize())
        if word.isupper() and len(word) > _LONGEST_INITIALS:
            spellings.append(word.capitalize())
        elif word.isupper() and word not in self.checked and len(word) <= 3 and word not in self.more:
            # "CPU" is initials although "cpu" is in no list; a short shout ("GO") is in the list of small words.
            spellings = [word] if word.lower() not in self.checked else spellings
        for spelling in spellings:
            if (found := self.checked.get(spelling)) is not None:
                return found
        for spelling in spellings:
            if (listed := self.more.get(spelling)) is not None:
                return listed
        return None

    def _chosen(self, entry: str | dict[str, str | None], word: str, before: str, after: str) -> str:
        if isinstance(entry, str):
            return entry
        if not after and entry.get("None"):
            return entry["None"] or ""
        part = _part_of_speech(word.lower(), before.lower(), after.lower(), entry)
        return entry.get(part) or entry.get("DEFAULT") or next(said for said in entry.values() if said)

    def _ending(self, word: str, before: str, after: str) -> str | None:
        lower = word.lower()
        if lower.endswith("'s") and (stem := self._listed(word[:-2])):
            return _with_s(stem)
        if lower.endswith("s'") and (plural := self._listed(word[:-1]) or self._ending(word[:-1], before, after)):
            return plural
        if lower.endswith("ies") and (stem := self._listed(word[:-3] + "y")):
            return _with_s(stem)
        if lower.endswith("es") and len(word) > 4 and (stem := self._listed(word[:-2])):
            return _with_s(stem)
        if lower.endswith("s") and not lower.endswith("ss") and len(word) > 3 and (stem := self._listed(word[:-1])):
            return _with_s(stem)
        for ending, sounded in (("ed", self._with_ed), ("ing", self._with_ing)):
            if lower.endswith(ending) and len(word) > len(ending) + 2:
                root = word[: -len(ending)]
                doubled = root[:-1] if root[-1:] == root[-2:-1] else None
                for stem_text in (root + "e", root, doubled, root[:-1] + "y" if root.endswith("i") else None):
                    if stem_text and (stem := self._listed(stem_text)):
                        return sounded(stem)
        for ending, said in (("ly", "li"), ("ness", "nəs"), ("less", "ləs"), ("ful", "fᵊl"), ("ish", "ɪʃ")):
            if lower.endswith(ending) and len(word) > len(ending) + 2 and (stem := self._listed(word[: -len(ending)])):
                return stem + said
        for start, said in (("un", "ˌʌn"), ("re", "ɹˌi"), ("pre", "pɹˌi"), ("non", "nˌɑn"), ("over", "ˌOvəɹ")):
            if lower.startswith(start) and len(word) > len(start) + 3 and (stem := self._listed(word[len(start) :])):
                return self._accented(said) + stem
        return None

    def _compound(self, word: str, before: str, after: str) -> str | None:
        lower = word.lower()
        for cut in sorted(range(3, len(lower) - 2), key=lambda place: abs(place - len(lower) / 2)):
            first, second = self.checked.get(lower[:cut]), self.checked.get(lower[cut:])
            if first is not None and second is not None:
                head = self._chosen(first, lower[:cut], "", "-")
                return head + self._chosen(second, lower[cut:], "", "-").replace("ˈ", "ˌ")
        return None

    def _listed(self, word: str) -> str | None:
        entry = self._entry(word) if len(word) > 1 else None
        return None if entry is None else self._chosen(entry, word, "", "-")

    def _accented(self, sounds: str) -> str:
        return sounds.replace("O", "Q").replace("ɑ", "ɒ").replace("əɹ", "ə") if self.accent == "gb" else sounds

    def _with_ed(self, stem: str) -> str:
        if stem[-1] in "td":
            loose = self.accent == "us" and stem[-1] == "t" and len(stem) > 1 and stem[-2] in _VOWELS
            return f"{stem[:-1]}ɾᵻd" if loose else f"{stem}{'ɪ' if self.accent == 'gb' else 'ᵻ'}d"
        if stem[-1] in _VOICELESS or stem[-1] in "sʃʧ":
            return f"{stem}t"
        return f"{stem}d"

    def _with_ing(self, stem: str) -> str:
        if self.accent == "us" and stem[-1] == "t" and len(stem) > 1 and stem[-2] in _VOWELS:
            return f"{stem[:-1]}ɾɪŋ"
        return f"{stem}ɪŋ"


def _with_s(stem: str) -> str:
    if stem[-1] in _HISSING:
        return f"{stem}ᵻz"
    return f"{stem}s" if stem[-1] in _VOICELESS else f"{stem}z"


def _part_of_speech(word: str, before: str, after: str, entry: dict[str, str | None]) -> str:
    """Guess what a word with several pronunciations is, from its neighbours."""
    if word == "live" and after in _LIVES and before not in _BEFORE_NOUN:
        return "VERB"
    if word == "used":
        return "VBD" if after == "to" and before not in _BE else "DEFAULT"
    if word == "that":
        return "DT" if not before and after and after not in _PRONOUNS else "DEFAULT"
    if before in _AFTER_TO:
        return "VERB"
    if before in _AFTER_HAVE and "VBN" in entry:
        return "VBN"
    if before in _BEFORE_NOUN:
        return "NOUN" if "NOUN" in entry else "DEFAULT"
    return "DEFAULT"


def _starts_with_vowel(after: str) -> bool:
    word = after.lower()
    if re.match(r"(?:uni|use|usu|eu|one\b|once\b|ubi|uti)", word):
        return False
    return word[:1] in tuple("aeiou") or bool(re.match(r"(?:hour|honest|honou?r|heir)", word))


def _a(lexicon: Lexicon, word: str, before: str, after: str) -> str:
    return "ˈA" if not after or (word == "A" and before) else "ɐ"


def _the(lexicon: Lexicon, word: str, before: str, after: str) -> str:
    return "ði" if after and _starts_with_vowel(after) else "ðə"


def _to(lexicon: Lexicon, word: str, before: str, after: str) -> str:
    if not after:
        return "tu"
    return "tʊ" if _starts_with_vowel(after) else "tə"


def _i(lexicon: Lexicon, word: str, before: str, after: str) -> str:
    return "ˌI"


_SMALL_WORDS: Final = {"a": _a, "the": _the, "to": _to, "i": _i}
"""Words whose sound depends on what follows."""
