# ruff: noqa: E501 — a pattern or a phrasing is easiest to judge on one line
"""The words that the rules know: spellings, numbers, nouns of media, styles, voices, angles."""

REPLACEMENTS: dict[str, str] = {
    "what's": "what is", "whats": "what is", "who's": "who is", "whos": "who is", "it's": "it is",
    "that's": "that is", "thats": "that is", "there's": "there is", "where's": "where is", "how's": "how is",
    "i'd": "i would", "id": "i would", "i'm": "i am", "im": "i am", "i've": "i have", "ive": "i have",
    "i'll": "i will", "here's": "here is", "heres": "here is", "you're": "you are", "we're": "we are", "let's": "let us", "lets": "let us",
    "don't": "do not", "dont": "do not", "doesn't": "does not", "doesnt": "does not", "can't": "can not",
    "cant": "can not", "isn't": "is not", "won't": "will not", "didn't": "did not", "shouldn't": "should not",
    "couldn't": "could not", "wouldn't": "would not", "aren't": "are not",
    "u": "you", "ur": "your", "r": "are", "ya": "you", "pls": "please", "plz": "please", "plis": "please",
    "thx": "thanks", "ty": "thanks", "pic": "picture", "pics": "pictures", "pix": "pictures", "img": "image",
    "imgs": "images", "foto": "photo", "photograph": "photo", "photographs": "photos", "vid": "video",
    "vids": "videos", "bg": "background", "backdrop": "background", "wanna": "want to", "gonna": "going to",
    "gimme": "give me", "lemme": "let me", "colour": "color", "colours": "colors", "coloured": "colored",
    "colourise": "colorize", "colourize": "colorize", "colorise": "colorize", "grey": "gray",
    "watercolour": "watercolor", "watercolours": "watercolor", "aquarelle": "watercolor", "stylise": "stylize",
    "restylise": "restyle", "visualise": "visualize", "summarise": "summarize", "analyse": "analyze",
    "optimise": "optimize", "cartoonise": "cartoonify", "cartoonize": "cartoonify", "cosy": "cozy",
    "centre": "center", "metre": "meter", "secs": "seconds", "sec": "seconds", "mins": "minutes",
    "min": "minutes", "pxs": "px", "pixel": "pixel", "hiya": "hi", "heya": "hey", "yep": "yes", "movie": "film",
    "cut-out": "cutout", "w/o": "without", "w": "with", "n": "and", "ya'll": "you", "em": "them", "subs": "subtitles", "dina": "din a", "caption": "caption", "programme": "program",
}  # fmt: skip

NUMBER_WORDS: dict[str, str] = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10", "eleven": "11", "twelve": "12", "dozen": "12", "fifteen": "15", "sixteen": "16", "twenty": "20",
    "thirty": "30", "forty": "40", "fourty": "40", "fifty": "50", "sixty": "60", "ninety": "90",
}  # fmt: skip

COMMON_ERRORS: dict[str, str] = {
    "wiht": "with", "teh": "the", "thsi": "this", "taht": "that", "hte": "the", "adn": "and", "fo": "of",
    "mkae": "make", "maek": "make", "creat": "create", "crate": "create", "darw": "draw", "drwa": "draw",
    "piant": "paint", "pait": "paint", "genrate": "generate", "generat": "generate", "gnerate": "generate",
    "uspcale": "upscale", "upscal": "upscale", "up-scale": "upscale", "brigten": "brighten", "brightn": "brighten", "tommorow": "tomorrow", "pitcure": "picture", "picutre": "picture",
    "pictrue": "picture", "imge": "image", "iamge": "image", "photot": "photo", "vidoe": "video", "vedio": "video",
    "backround": "background", "backgroud": "background", "transparant": "transparent", "animat": "animate",
    "beatiful": "beautiful", "beutiful": "beautiful", "wich": "which", "becuase": "because", "anotehr": "another",
    "somethign": "something", "repare": "repair", "repar": "repair", "restaure": "restore", "fotos": "photos",
    "remouve": "remove", "enlage": "enlarge", "vidio": "video", "vidios": "videos", "pictur": "picture",
    "animte": "animate", "subtitels": "subtitles", "resolusion": "resolution", "bakground": "background",
    "grandson's": "grandson s", "upres": "upscale", "uprez": "upscale", "embiggen": "enlarge", "magnify": "enlarge", "sytle": "style", "stlye": "style", "remvoe": "remove", "remov": "remove",
    "delet": "delete", "lyrcs": "lyrics", "musci": "music", "smae": "same", "nigth": "night", "biger": "bigger",
    "larg": "large", "watercolr": "watercolor", "anmiate": "animate", "discribe": "describe", "descibe": "describe",
}  # fmt: skip

COMMON_WORDS: tuple[str, ...] = (
    "generate", "picture", "pictures", "background", "transparent", "upscale", "enlarge", "animate", "restore",
    "remove", "subtitles", "describe", "watercolor", "variations", "versions", "please", "create", "resolution",
    "lyrics", "script", "saturation", "storyboard", "screenplay", "illustration", "wallpaper", "metadata", "imagine", "beautiful",
    "something", "another", "colorize", "extend", "replace", "segment", "instrumental", "soundtrack", "landscape",
    "painting", "drawing", "compose", "animation", "scratches", "voiceover", "turntable", "isolate", "convert",
    "charcoal", "stylize", "improve", "enhance", "photo", "image", "video", "bigger", "larger", "portrait",
)  # fmt: skip
"""Words of commands that a slip of the finger must not hide (six letters and more are mended)."""

REAL_WORDS: frozenset[str] = frozenset(
    [
        "pointing",
        "fainting",
        "draining",
        "crate",
        "crates",
        "pleased",
        "places",
        "replaces",
        "composed",
        "convent",
        "segments",
        "contents",
        "removed",
        "improved",
        "restored",
        "animated",
        "enhanced",
        "isolated",
        "enlarged",
        "created",
        "imaged",
        "described",
        "generated",
        "imagined",
        "bother",
        "vision",
        "visions",
        "version",
        "variation",
        "restorer",
        "lyric",
        "bigger",
        "trigger",
        "digger",
        "parting",
        "panting",
        "printing",
        "landscapes",
        "extent",
        "intend",
        "imagines",
        "mother",
        "other",
        "smother",
        "portraits",
        "portrays",
    ]
)

PICTURE = (
    r"(?:pictures?|photos?|images?|drawings?|paintings?|illustrations?|portraits?|sketch(?:es)?|artworks?|renders?"
    r"|snapshots?|snaps?|shots?|scans?|selfies?|screenshots?|results?|uploads?|graphics?|pieces?)"
)
MAKEABLE = (
    r"(?:pictures?|photos?|images?|drawings?|paintings?|illustrations?|portraits?|sketch(?:es)?|artworks?|renders?"
    r"|wallpapers?|posters?|banners?|logos?|icons?|stickers?|patterns?|textures?|covers?|postcards?|collages?|murals?"
    r"|art|cards?|flyers?|thumbnails?|avatars?|watercolors?|backgrounds?|scenes?|landscapes?|still life|concept art"
    r"|pieces?|canvas(?:es)?|wallpaper|tattoos?|emblems?|maps?|studies|study)"
)
VIDEO = r"(?:videos?|clips?|films?(?! (?:look|noir|grain|still|style|photo|poster|effect|score|music|soundtrack|festival))|footage|movies?|(?<!for )(?<!on )reels?|(?<!for )(?<!on )tiktoks?(?! (?:cover|logo|icon|format|style|post))|cinemagraphs?|gifs?)"
SOUND = r"(?:songs?|demos?|riffs?|tracks?|audio|recordings?|sounds?|music|tunes?|melody|melodies|mp3|wav|voice memo|beat|soundtrack)"
MUSIC = (
    r"(?:songs?|music|tracks?|tunes?|melody|melodies|beats?|jingles?|soundtracks?|anthems?|waltz(?:es)?|symphon(?:y|ies)"
    r"|lullab(?:y|ies)|theme songs?|(?:piano|guitar|orchestral|violin|cello|string|jazz|ambient|harp) pieces?|ballads?|(?:film|game|orchestral|epic) scores?"
    r"|sonatas?|score for|shant(?:y|ies)|fanfares?|riffs?|nocturnes?|etudes?|quartets?|marche?s?|choir|hymns?|loops?"
    r"|techno|lo ?fi|synthwave|drum and bass|instrumentals?)"
)

CREATE = (
    r"(?:draw|paint|create|make|generate|design|sketch|render|imagine|illustrate|produce|depict|picture|invent|show"
    r"|give|craft|build|whip up|come up with|dream up|visualize|conjure(?: up)?|prepare|do|compose|doodle|get|bring)"
)

STYLES: tuple[str, ...] = (
    "watercolor", "oil painting", "oil paint", "oils", "acrylic", "gouache", "pastel", "ink drawing", "ink wash",
    "ink", "pencil sketch", "pencil drawing", "pencil", "charcoal", "crayon", "chalk", "line art", "line drawing",
    "sketch", "cartoon", "comic book", "comic", "anime", "manga", "pixel art", "8 bit", "16 bit", "mosaic",
    "stained glass", "cubist", "cubism", "impressionist", "impressionism", "expressionist", "expressionism",
    "surrealist", "surrealism", "pop art", "pointillism", "pointillist", "fauvist", "woodcut", "linocut", "lino print", "lino", "woodblock",
    "engraving", "etching", "low poly", "claymation", "clay", "paper cut", "papercut", "paper cutout", "collage",
    "origami", "retro", "vintage", "film noir", "noir", "polaroid", "cyberpunk", "steampunk", "vaporwave",
    "synthwave", "art deco", "art nouveau", "baroque", "renaissance", "rococo", "gothic", "bauhaus", "minimalist",
    "ukiyo e", "ukiyoe", "van gogh", "monet", "picasso", "hokusai", "klimt", "munch", "kandinsky", "warhol", "dali",
    "rembrandt", "vermeer", "cezanne", "matisse", "mondrian", "turner", "ghibli", "pixar", "disney", "lego",
    "black and white", "sepia", "monochrome", "graffiti", "tattoo", "tapestry", "embroidery", "fresco", "candy",
    "painting", "painterly", "fantasy art", "concept art", "storybook", "children s book", "chinese ink",
    "starry night", "the scream", "great wave", "the wave", "film look", "cinematic", "drawing", "illustration",
    "poster", "screenprint", "screen print", "risograph", "double exposure", "caricature", "abstract", "psychedelic",
    "felt", "wool", "knitted", "plasticine", "bronze statue", "hand drawn", "blueprint", "watercolors",
    "glitch", "neon", "daguerreotype", "tintype", "hdr", "dreamy", "duotone", "halftone", "cutout style",
)  # fmt: skip

LANGUAGES = (
    "english",
    "chinese",
    "japanese",
    "korean",
    "german",
    "french",
    "russian",
    "portuguese",
    "spanish",
    "italian",
)
VOICES = ("serena", "vivian", "uncle fu", "ryan", "aiden", "ono anna", "sohee", "eric", "dylan")
DANCES: dict[str, str] = {
    "rasputin": "rasputin", "big guy": "big-guy", "gangsta": "keep-it-gangsta",
    "this is america": "this-is-america", "chinese new year": "chinese-new-year", "spongebob": "spongebob", "sponge bob": "spongebob",
    "chanel": "chanel", "aerobics": "crystal-light-aerobics-1988", "plastic dream": "plastic-dream-sequence",
}  # fmt: skip

ORDINALS: dict[str, int] = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "6th": 6, "7th": 7, "8th": 8, "9th": 9, "10th": 10, "5th": 5,
    "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
}  # fmt: skip
