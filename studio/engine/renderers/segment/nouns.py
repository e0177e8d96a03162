"""Names of things, as the label network knows them: everyday words for groups of its 1,000 classes."""

import json
import re
from functools import cache
from typing import Final

from studio import resources

# Everyday words that the classes do not use; class numbers of ImageNet-1k, both ends included.
_GROUPS: Final[dict[str, tuple[tuple[int, int], ...]]] = {
    "dog": ((151, 268),), "puppy": ((151, 268),), "cat": ((281, 287),), "kitten": ((281, 285),),
    "bird": ((7, 24), (80, 100), (127, 146)), "fish": ((0, 6), (389, 397)), "snake": ((52, 68),),
    "lizard": ((38, 48),), "turtle": ((33, 37),), "frog": ((30, 32),), "spider": ((72, 77),), "bear": ((294, 297),),
    "insect": ((300, 326),), "butterfly": ((321, 326),), "beetle": ((300, 307),), "monkey": ((369, 384),),
    "rabbit": ((330, 332),), "horse": ((339, 339), (603, 603)), "cow": ((345, 347),), "sheep": ((348, 349),),
    "elephant": ((101, 101), (385, 386)), "duck": ((97, 99),), "chicken": ((7, 8),), "owl": ((24, 24),),
    "shark": ((2, 4),), "whale": ((147, 148),), "fox": ((277, 280),), "wolf": ((269, 272),),
    "car": ((407, 407), (436, 436), (468, 468), (511, 511), (609, 609), (627, 627), (656, 656), (661, 661),
            (717, 717), (751, 751), (817, 817)),
    "truck": ((555, 555), (569, 569), (675, 675), (717, 717), (864, 864), (867, 867)),
    "bus": ((654, 654), (779, 779), (874, 874)), "train": ((466, 466), (547, 547), (565, 565), (705, 705), (820, 820)),
    "motorcycle": ((665, 665), (670, 670)), "motorbike": ((665, 665), (670, 670)), "scooter": ((665, 665), (670, 670)),
    "bicycle": ((444, 444), (671, 671)), "bike": ((444, 444), (665, 665), (670, 671)),
    "boat": ((472, 472), (484, 484), (554, 554), (576, 576), (625, 625), (780, 780), (814, 814), (871, 871),
             (914, 914)),
    "ship": ((403, 403), (510, 510), (628, 628), (724, 724), (780, 780), (913, 913)),
    "plane": ((404, 404), (895, 895)), "airplane": ((404, 404), (895, 895)), "aircraft": ((404, 405), (895, 895)),
    "rocket": ((657, 657), (744, 744), (812, 812)),
    "building": ((497, 498), (663, 663), (668, 668), (698, 698), (762, 762), (832, 832), (425, 425), (449, 449)),
    "house": ((425, 425), (449, 449), (660, 660), (698, 698)),
    "temple": ((832, 832), (668, 668), (698, 698), (663, 663)), "pagoda": ((832, 832), (698, 698)),
    "cup": ((504, 504), (968, 968), (967, 967), (647, 647)), "mug": ((504, 504), (968, 968)),
    "coffee": ((504, 504), (550, 550), (967, 968)), "tea": ((849, 849), (968, 968)),
    "bottle": ((440, 440), (720, 720), (737, 737), (898, 898), (907, 907)), "glass": ((441, 441), (572, 572)),
    "bowl": ((659, 659), (809, 809)), "plate": ((729, 729), (923, 923)),
    "chair": ((423, 423), (559, 559), (765, 765), (857, 857)), "sofa": ((831, 831),), "couch": ((831, 831),),
    "table": ((532, 532), (736, 736)), "desk": ((526, 527),), "bed": ((564, 564), (831, 831)),
    "lamp": ((619, 619), (846, 846), (818, 818)), "clock": ((409, 409), (530, 530), (892, 892)),
    "watch": ((531, 531), (826, 826)), "phone": ((487, 487), (528, 528), (707, 707)),
    "telephone": ((487, 487), (528, 528), (707, 707)), "computer": ((508, 508), (527, 527), (590, 590), (620, 620)),
    "laptop": ((620, 620), (681, 681)), "camera": ((732, 732), (759, 759)), "guitar": ((402, 402), (546, 546)),
    "piano": ((579, 579), (881, 881)), "shoe": ((502, 502), (514, 514), (630, 630), (770, 770), (774, 774)),
    "hat": ((439, 439), (452, 452), (515, 515), (808, 808)), "helmet": ((518, 518), (560, 560), (715, 715)),
    "bag": ((414, 414), (636, 636), (728, 728), (748, 748)), "dress": ((578, 578), (601, 601), (689, 689)),
    "ball": ((429, 430), (522, 522), (574, 574), (722, 722), (768, 768), (805, 805), (852, 852), (890, 890)),
    "flower": ((984, 986), (883, 883)), "apple": ((948, 948), (957, 957)), "fruit": ((948, 957),),
    "vegetable": ((936, 947),), "bread": ((930, 932),), "cake": ((927, 927), (960, 960)),
    "mountain": ((970, 970), (980, 980)),
    "bridge": ((821, 821), (839, 839), (888, 888)), "tower": ((437, 437), (442, 442), (900, 900), (873, 873)),
    "toy": ((850, 850), (865, 865)), "teddy bear": ((850, 850),),
}  # fmt: skip


@cache
def _names() -> list[str]:
    names: list[str] = json.loads(resources.path("models", "imagenet-labels.json").read_bytes())["names"]
    return [name.lower() for name in names]


def singular(word: str) -> str:
    """Return a plain guess at the singular of an English noun."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3 else word


def names_of(text: str) -> set[str]:
    """Return the class names that *text* may mean, in lower case; empty when the network does not know it."""
    words = [singular(word) for word in re.findall(r"[a-z'-]+", text.lower())]
    for phrase in (" ".join(words), *words[-1:]):
        if not phrase:
            continue
        wanted = {_names()[i] for low, high in _GROUPS.get(phrase, ()) for i in range(low, high + 1)}
        pattern = re.compile(rf"\b{re.escape(phrase)}\b")
        wanted.update(name for name in _names() if pattern.search(name))
        if wanted:
            return wanted
    return set()
