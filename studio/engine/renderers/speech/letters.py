"""Reading unknown English words by rule: letters to sounds, longest match first, then a guess at the stress.

Made for names and new words. English spelling keeps no rules strictly, so some of these
words will sound wrong; the caller says so.
"""

import re
from typing import Final

# (letters, what must stand before, what must follow, sounds; a dash is silence). First match wins: longer ones first.
_TABLE: Final = r"""
tion | . | | ʃən
sion | [aeiouyr] | | ʒən
sion | . | | ʃən
ture | . | | ʧəɹ
cious | | | ʃəs
tious | | | ʃəs
ough | | t | ɔ
ough | | | O
augh | | t | ɔ
eigh | | | A
igh | | | I
tch | | | ʧ
sch | | | sk
dge | | | ʤ
ing | .. | $ | ɪŋ
ious | | | iəs
eous | | | iəs
ous | | $ | əs
ful | . | $ | fᵊl
able | .. | $ | əbᵊl
ible | .. | $ | əbᵊl
ate | ... | $ | At
ize | . | $ | Iz
ise | .. | $ | Iz
ity | .. | $ | əɾi
ism | . | $ | ɪzəm
ia | . | $ | iə
ian | . | $ | iən
io | . | $ | iO
eau | | | O
air | | | ɛɹ
are | . | $ | ɛɹ
ear | | | ɪɹ
eer | | | ɪɹ
ier | | $ | iəɹ
oar | | | ɔɹ
oor | | | ɔɹ
our | | | ɔɹ
ure | . | $ | jʊɹ
ire | | $ | Iəɹ
ore | | $ | ɔɹ
ar | | [^aeiouy]|$ | ɑɹ
er | | [^aeiouy]|$ | əɹ
ir | | [^aeiouy]|$ | ɜɹ
or | .. | $ | əɹ
or | | | ɔɹ
ur | | [^aeiouy]|$ | ɜɹ
qu | | | kw
que | . | $ | k
ph | | | f
ch | | [rl] | k
ch | | | ʧ
sh | | | ʃ
th | | | θ
wh | | | w
kn | ^ | | n
gn | ^ | | n
wr | ^ | | ɹ
ps | ^ | | s
pn | ^ | | n
rh | | | ɹ
gh | ^ | | ɡ
gh | | | -
ck | | | k
ng | | $ | ŋ
ng | | [aeiou] | ŋɡ
nk | | | ŋk
mb | | $ | m
ai | | | A
ay | | | A
au | | | ɔ
aw | | | ɔ
ea | | | i
ee | | | i
ei | | | A
ey | | $ | i
ey | | | A
eu | | | ju
ew | | | ju
ie | | | i
oa | | | O
oe | | $ | O
oi | | | Y
oy | | | Y
oo | | [kd] | ʊ
oo | | | u
ou | | | W
ow | | $ | O
ow | | | W
ue | . | $ | u
ui | | | u
uy | | | I
ye | . | $ | I
bb | | | b
cc | | [eiy] | ks
cc | | | k
dd | | | d
ff | | | f
gg | | | ɡ
ll | | | l
mm | | | m
nn | | | n
pp | | | p
rr | | | ɹ
ss | | | s
tt | | | t
zz | | | z
a | | [^aeiouywrx]e$ | A
a | | [^aeiouywrx]i | A
a | | $ | ə
a | | | æ
b | | | b
ce | . | $ | s
c | | [eiy] | s
c | | | k
d | | | d
e | . | [^aeiouywx]e$ | i
e | ^[^aeiouy]* | $ | i
e | . | $ | -
es | [sxz] | $ | ᵻz
e | | | ɛ
f | | | f
ge | . | $ | ʤ
g | | [eiy] | ʤ
g | | | ɡ
h | | | h
i | | [^aeiouywx]e$ | I
i | | $ | i
i | | [aou] | i
i | | | ɪ
j | | | ʤ
k | | | k
le | [^aeiouyr] | $ | ᵊl
l | | | l
m | | | m
n | | | n
o | | [^aeiouywx]e$ | O
o | | $ | O
o | | [^aeiouy][aeiou] | O
o | | | ɑ
p | | | p
q | | | k
r | | | ɹ
se | [aeiouy] | $ | z
s | [bdgvmnlr] | $ | z
s | [aeiouy] | [aeiouy] | z
s | | | s
t | | | t
u | | [^aeiouywx]e$ | u
u | | [^aeiouy][aeiou] | u
u | | $ | u
u | | | ʌ
v | | | v
w | | | w
x | ^ | | z
x | | | ks
y | ^ | [aeiou] | j
y | ^[^aeiouy]* | $ | I
y | | $ | i
y | | [^aeiouywx]e$ | I
y | | | ɪ
z | | | z
"""


def _read_table() -> list[tuple[str, re.Pattern[str] | None, re.Pattern[str] | None, str]]:
    rules = []
    for line in _TABLE.strip("\n").split("\n"):
        text, left, right, said = (cell.strip() for cell in re.split(r" \|(?= |$)", line))
        before = re.compile(f"(?:{left})$") if left else None
        rules.append((text, before, re.compile(right) if right else None, said.replace("-", "")))
    rules.sort(key=lambda rule: -len(rule[0]))
    return rules


_RULES: Final = _read_table()
_NUCLEUS: Final = re.compile(r"[AIOQWYaiuæɑɒɔəɛɜɪʊʌᵊᵻ]")
_EARLY_STRESS: Final = re.compile(r"(?:ʃən|ʒən|iən|iə|iəs|ʃəs|əɾi|ɪk|ɪks)$")


def sounds(word: str, accent: str = "us") -> str:
    """Return a guess at how *word* (lower case) sounds; letters that are not a–z are silent."""
    out, place = "", 0
    text = re.sub(r"[^a-z]", "", word)
    while place < len(text):
        for letters, before, after, said in _RULES:
            if not text.startswith(letters, place):
                continue
            if before is not None and not before.search(text[:place]):
                continue
            if after is not None and not after.match(text, place + len(letters)):
                continue
            out += said
            place += len(letters)
            break
        else:
            place += 1
    out = _stressed(out)
    if accent == "gb":
        out = re.sub(r"ɹ(?![AIOQWYaiuæɑɒɔəɛɜɪʊʌᵊᵻˈˌ])", "", out.replace("O", "Q").replace("ɾ", "t"))
        out = re.sub(r"ɑ(?!ɹ)", "ɒ", out).replace("æ", "a").replace("ᵻ", "ɪ")
    return out


def _stressed(said: str) -> str:
    """Put the stress where English words of this shape mostly have it."""
    nuclei = [found.start() for found in _NUCLEUS.finditer(said)]
    if not nuclei:
        return said
    if len(nuclei) == 1:
        place = 0
    elif early := _EARLY_STRESS.search(said):
        inside = [i for i, at in enumerate(nuclei) if at < early.start()]
        place = inside[-1] if inside else 0
    else:
        place = max(0, len(nuclei) - 3) if len(nuclei) > 3 else 0
    while place < len(nuclei) - 1 and said[nuclei[place]] in "əᵊᵻ":
        place += 1
    at = nuclei[place]
    return f"{said[:at]}ˈ{said[at:]}"
