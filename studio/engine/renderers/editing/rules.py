# ruff: noqa: E501 — a pattern is easiest to judge on one line
"""Which words ask for which step. The order matters: what a rule reads, later rules do not see."""

import re
from dataclasses import dataclass
from typing import Final

from studio.engine.renderers.editing.vocabulary import COLOUR, SUBJECTS, VERBS

_UP: Final = r"(?:increas(?:e|ing)|rais(?:e|ing)|boost|enhance|more|add(?: some| more)?|turn up|pump up|higher|strengthen|improve|stronger|lift|push|bring up|intensify)"
_DOWN: Final = (
    r"(?:decreas(?:e|ing)|reduc(?:e|ing)|lower|less|turn down|tone down|soften|weaken|cut|bring down|drop|fewer)"
)
_OF: Final = r"(?:(?: the| its| her| his| some| overall| of| a bit| bit| colou?r| more| image| picture| photo| all)*) "
_WHOSE: Final = r"(?!(?:it|that|there|let|what|here|who)'s\b)[a-z]+'s"
_ART: Final = rf"(?:(?:the|her|his|my|their|its|a|an|all(?: of)?(?: the)?|this|that|some|any|our|your|{_WHOSE}) )*"
_END: Final = r"(?=$)"
_RATIO: Final = r"\d{1,2}(?:\.\d+)? ?[:x/] ?\d{1,2}(?:\.\d+)?|square|portrait|landscape|widescreen|wide(?:screen)?|panorama(?:ic)?|vertical|horizontal"
_PICTURE: Final = (
    r"(?:(?:image|picture|photo|upload|reference|pic)s? ?#?\d+|@image ?\d+|<picture \d+>|context_image_\d+"
    r"|(?:the |my )?(?:other|second|2nd|third|3rd|fourth|last|first|1st|reference|attached|next) (?:uploaded |reference |attached )?(?:image|picture|photo|upload|reference|one|pic))"
)
PICTURE: Final = re.compile(_PICTURE)
"""Words that name one of several pictures."""


@dataclass(frozen=True)
class Rule:
    """One way to ask for a step; ``value`` and ``other`` may name groups of the pattern: ``{colour}``."""

    kind: str
    pattern: re.Pattern[str]
    amount: float = 1.0
    value: str = ""
    other: str = ""
    scoped: bool = False
    needs: str = ""
    """A word without which the pattern need not be tried: some are slow on long clauses of small words."""

    @property
    def repeats(self) -> bool:
        """Whether one clause may ask for it more than once ("rain and fog")."""
        return self.kind in ("weather", "particles", "look", "caption", "tint")


def _rule(
    kind: str,
    pattern: str,
    amount: float = 1.0,
    value: str = "",
    other: str = "",
    *,
    scoped: bool = False,
    needs: str = "",
) -> Rule:
    return Rule(kind, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)"), amount, value, other, scoped, needs)


KEEP: Final = re.compile(
    r"(?<!\w)(?:(?:and |but |while |please )*(?:keep(?:ing)?|preserv(?:e|ing)|retain(?:ing)?|maintain(?:ing)?|leav(?:e|ing)) (?!only)(?:[^.;|]*?\b(?:same|unchanged|as (?:is|it is|they are)|intact|alone|untouched|identity|the rest|everything else|recogni[sz]able|original|likeness)\b|(?:the |her |his |their |its )?(?:face|pose|composition|identity|subject|person|expression|features|details?|background|clothes|lighting|colou?rs)(?:(?:,| and| or)+ (?:the |her |his )?\w+)*)"
    rf"(?:(?! (?:and|but|then),? (?:{VERBS})\b)[^.;|])*"
    r"|(?:without|don't|do not|not) (?:chang|alter|touch|modify|crop|los|mov)\w*[^.;|,]*"
    r"|(?:everything|the rest|all) (?:else )?(?:should )?(?:stays?|remains?|is|be)? ?(?:the same|unchanged|as (?:it )?is))(?!\w)"
)
"""Wishes to leave something alone: that is what happens anyway."""

_CAPTION_PLACE: Final = r"(?P<place>(?:(?:at|in|on|along|across|near|to) )?(?:the )?(?:very )?(?:(?:top|upper|bottom|lower|middle|cent(?:re|er))(?:[ -](?:left|right|cent(?:re|er)|edge|part|middle))?(?: (?:corner|edge|third))?|left|right)(?: of the (?:image|picture|photo))?)"
_HOURS: Final = r"(?:the )?(?:(?P<night>night(?:[- ]?time)?|midnight|moonlight|moonlit|after dark|nocturnal|night scene|night sky)|(?P<sunset>sun ?set|dusk|evening|sundown)|(?P<dawn>dawn|sun ?rise|daybreak|early morning)|(?P<golden>golden[- ]hour|golden light|late afternoon|magic hour)|(?P<blue>blue[- ]hour|twilight)|(?P<noon>mid-?day|noon|day ?time|daylight|broad day(?:light)?|bright day))(?: (?:light|lighting|scene|time|mood|colou?rs|atmosphere|look|feel))?(?: (?:with|and|full of) (?:a |an |the |some |full |bright |many )*(?:stars|moon|starry sky|milky way))*"
_LOOKS: Final[tuple[tuple[str, str], ...]] = (
    ("teal and orange", r"teal (?:and|&|-|/) ?orange|orange (?:and|&) teal|blockbuster"),
    ("cinematic", r"cinematic(?:ally)?|movie(?:[- ]like)?|film still|like a (?:movie|film)|hollywood"),
    ("noir", r"(?:film )?noir"),
    ("vintage", r"vintage|retro|old[- ]fashioned|nostalgic|analog(?:ue)?(?: film)?|film look|kodak\w*|(?:19)?[5-8]0'?s(?: film| photo| look)?|faded film|old film|(?:like|as|into|of) an? (?:very )?old (?:photo(?:graph)?|picture|film|print|postcard)|old photo(?:graph)? (?:effect|look|style|filter)|look(?:s|ing)? (?:old|aged|antique)"),
    ("polaroid", r"polaroid(?! (?:frame|border))|instant film"),
    ("matte", r"matte|faded(?: blacks)?|fade(?: it)?|lifted blacks|washed[- ]out"),
    ("hdr", r"hdr|high dynamic range"),
    ("dramatic", r"dramatic|epic|intense"),
    ("moody", r"(?:dark (?:and|&) )?moody|brooding|gloomy|atmospheric"),
    ("dreamy", r"dreamy|dream-?like|ethereal|romantic|fairy[- ]?tale (?:look|mood|light)"),
    ("cyberpunk", r"cyberpunk|synthwave|vaporwave|neon (?:look|lights?|colou?rs|grade|glow|mood)"),
    ("bleach bypass", r"bleach[- ]bypass|silver retention"),
    ("cross process", r"cross[- ]?process(?:ed|ing)?|lomo(?:graphy)?"),
    ("pastel", r"pastel(?:s| colou?rs?| tones?| palette| look)?"),
    ("low key", r"low[- ]key|chiaroscuro"),
    ("high key", r"high[- ]key|airy"),
    ("cyanotype", r"cyanotype"),
    ("infrared", r"infra-?red"),
)  # fmt: skip

RULES: Final[tuple[Rule, ...]] = (
    # Words in the picture
    _rule("caption", rf"(?:(?:add|put|write|place|overlay|insert|print|give it|include|with|and|a|an|the|(?:in )?(?:big|large|small|bold|{COLOUR})|text|caption|title|words?|heading|headline|slogan|quote|watermark|label|letters|lettering|subtitle|saying|that says|reading|that reads|called|:) )*(?P<text>⟦\d+⟧)(?: (?:in (?:very )?(?:big|large|huge|bold) (?:letters|text|type|lettering|characters|print)|in (?:(?:big|large|huge|bold) )?(?P<colour>{COLOUR})(?: letters| text)?|(?:as|for) (?:a |the )?(?:caption|title|text|headline|watermark)|on (?:it|the (?:image|picture|photo))))*(?: {_CAPTION_PLACE})?(?: in (?:very )?(?:big|large|huge|bold) (?:letters|text|type|lettering|characters|print))?(?: in (?:(?:big|large|huge|bold) )?(?P<colour2>{COLOUR})(?: letters| text)?)?", value="{text}", other="{colour}{colour2}@{place}", needs="⟦"),
    _rule("caption", rf"(?:add|put|write|overlay|insert) (?:the |a |an )?(?:text|caption|title|words|headline|heading|watermark) (?:saying |that says |reading |: ?)?(?P<text>(?!to\b|at\b|in\b|on\b).+?)(?: {_CAPTION_PLACE})?$", value="{text}", other="@{place}"),
    # Several pictures
    _rule("collage", r"(?:(?:make|create|build|into|as|a|an|in|put|place|arrange|lay out|print|both|them|these|all|the|two|three|pictures|photos|images|on|one|single|same) )*(?:(?P<layout>postcard|greeting card|side[- ]by[- ]side|next to each other|grid|triptych|diptych|before[- ]and[- ]after|film ?strip(?! (?:frame|border))|contact sheet|mosaic of (?:the )?(?:photos|pictures|images)|collage|montage|stacked|on top of each other|split[- ]screen)(?: (?:comparison|collage|layout|view))?)(?: (?:of|from|with|using) (?:all |both |these |the |my )*(?:\w+ )?(?:pictures|photos|images|uploads|them))?", value="{layout}"),
    _rule("blend", rf"double[- ]exposure(?: (?:of|with) .*)?|(?:blend|mix|merge|fuse|overlay|superimpose|combine|cross-?fade) (?:it |this |these |them |both |all |the )*(?:two |three )?(?:{_PICTURE}|pictures|photos|images)?(?: ?(?:with|and|into|onto|over) (?:{_PICTURE}|(?:one|a single) (?:picture|photo|image)))*(?: (?:into one|together|in one))*"),
    _rule("background", rf"(?:(?:use|put|place|take|set|with|have|make) )?(?P<picture>{_PICTURE}) (?:as|for|in|be|is) (?:the |a |her |his |its )?(?:new )?back ?(?:ground|drop)(?: (?:for|behind|of) (?:the |my |her |his )?\w+)?", value="{picture}", other="picture"),
    _rule("background", rf"(?:use|take|give (?:it|her|him)|with|and) (?:the )?back ?(?:ground|drop) (?:of|from|in) (?:the )?(?P<picture>{_PICTURE})", value="{picture}", other="picture"),
    _rule("background", rf"(?:change|replace|swap|set|make|turn) {_ART}back ?(?:ground|drop)(?: (?:of|in|behind) (?:{_PICTURE}|the \w+|\w+))? (?:to|with|into|by|be|for) (?:the (?:one|background) (?:in|of|from) )?(?P<picture>{_PICTURE})", value="{picture}", other="picture"),
    _rule("background", rf"(?:add|put|place|move|insert|paste) (?:{_ART}(?:{SUBJECTS}|me|it|us|{_PICTURE})|{_PICTURE}) (?:into|in|on|onto|inside|in front of) (?:the (?:scene|background|place|room|landscape) (?:of|in|from) )?(?P<picture>{_PICTURE})", value="{picture}", other="picture"),
    _rule("match", rf"(?:match|use|copy|transfer|take|apply|borrow|with|give it) {_ART}(?:colou?rs?|palette|light(?:ing)?|grade|grading|tones?|mood|look)(?: (?:to|of|from|in|and \w+))* {_ART}(?P<picture>{_PICTURE})(?: (?:to|for|on) .*)?", value="{picture}"),
    _rule("style", rf"(?:in|with|using|apply|copy|take|transfer|use)? ?(?:the |a )?(?:painting |art(?:istic)? )?style (?:of|from) (?P<picture>{_PICTURE})|(?:paint(?:ed)?|draw(?:n)?|look|style it|restyle it|styled) like (?P<picture2>{_PICTURE})|(?:use|take) (?P<picture3>{_PICTURE}) as (?:the |a )?style(?: reference)?", value="{picture}{picture2}{picture3}", other="picture"),
    # The background
    _rule("blur", r"(?P<kind>motion|radial|zoom)[ -]?blur(?:red)?(?: (?:it|effect))?", value="{kind}", scoped=True),
    _rule("background", r"(?:remove|erase|delete|cut out|get rid of|drop|without|no|take away|clear) (?:the |its |her |his |any )?back ?grounds?|transparent(?: back ?ground)?|(?:isolate|cut out|extract) (?:the |her |his )?(?:subject|person|object|product|foreground|main object|figure)|back ?ground (?:removal|removed|transparent)|on transparen(?:t|cy)|cut[- ]?out(?: of (?:the|her|him) ?\w*)?$", value="transparent", other="clear"),
    _rule("background", r"(?:blur(?:r(?:ed|y))?|defocus|soften|(?:turn|make|with|add|give it|have|put) (?:an? |the )?(?:soft |blurr(?:ed|y) )) ?(?:out )?(?:the |its |her |a )?back ?ground(?: blur(?:r(?:ed|y))?)?(?: out of focus)?|(?:make |turn |put )?(?:the )?back ?ground (?:is |be )?(?:\w+ )?(?:blur(?:r(?:ed|y))?|out of focus|bokeh|soft)|back ?ground blur|bokeh(?: effect| back ?ground)?|shallow depth of field|portrait mode|depth of field", value="blur", other="blur"),
    _rule("background", rf"(?:(?:change|replace|swap|set|make|turn|paint|fill|give|put|with|on|onto|against|in front of|have|use|place|to) )*{_ART}(?:subject |person |it )?(?:back ?ground|backdrop|wall)? ?(?:(?:to|with|into|by|in|on|against|be|is|in front of|a|an|of|plain|solid|simple|smooth|pure|clean|seamless|studio|flat) )*(?:(?:a |an |the )?gradient (?:of|from|between) )(?P<a>{COLOUR})(?: (?:to|and|into) | ?- ?)(?P<b>{COLOUR})(?: back ?ground| backdrop)?|(?P<c>{COLOUR})(?: (?:to|and) | ?- ?)(?P<d>{COLOUR}) gradient (?:back ?ground|backdrop)", value="{a}{c}", other="gradient:{b}{d}", needs="gradient"),
    _rule("background", rf"(?:(?:change|replace|swap|set|make|turn|paint|fill|give|put|recolou?r|colou?r) )+(?:the |her |his |its )?(?:back ?ground|backdrop)(?: colou?r)? (?:(?:to|with|into|by|in|be|a|an|plain|solid|simple|smooth|pure|clean|seamless|flat|the colou?r) )*(?P<colour>{COLOUR})(?: (?:back ?ground|studio(?: back ?drop)?|wall|one|colou?r|backdrop))?(?! \w)", value="{colour}", other="solid"),
    _rule("background", rf"(?:(?:place|put|set|on|onto|against|in front of|with|give|it|her|him|them|the subject|the product|use|add|have|make) )*(?:(?:a|an|the) )?(?:(?:plain|solid|simple|smooth|pure|clean|seamless|flat|studio) )*(?P<colour>{COLOUR}) (?:(?:studio|seamless|solid|plain|paper) )*(?:back ?ground|backdrop)", value="{colour}", other="solid"),
    _rule("background", r"(?:(?:change|replace|swap|set|make|turn|give|put|with|on|against|place) )*(?:the |a |her |it )*(?:(?:back ?ground|backdrop) (?:to|with|into|by|be) (?:an? )?)?(?:(?:professional|neutral|clean|plain|simple|grey|photo) )*studio (?:back ?ground|backdrop)|(?:change|replace|set|make) the back ?ground (?:to|with) (?:a |an )?(?:plain|neutral|simple|clean|studio)(?: one| studio| backdrop)?$", value="#B9BCC0", other="studio"),
    _rule("background", rf"(?:put|place|set|move|transport|teleport|stand|sit|have|make|imagine|relocate|send|take) (?:{_ART}(?:\w+ ){{0,2}}?(?:{SUBJECTS}|me|us|it|this)|her|him|them|it|me|us|(?:the|my|this|that|our) \w+) (?:(?:standing|sitting|be|walking|stand|sit|posing) )?(?:in front of|on top of|onto|into|inside|to|in|on|at|by|near|beside|under|amid|among|amidst|against|over|above) (?!(?:him|her|them|it|me|us)\b|(?:the |a |an )?(?:{SUBJECTS})\b|(?:the )?(?:left|right|cent(?:re|er)|middle|top|bottom|image|picture|photo|upload|frame|black and white|style)\b|(?:an? )?(?:\w+ )?(?:style|frame|hat|dress|suit)\b)(?P<scene>{_ART}.+){_END}", value="{scene}", other="scene"),
    _rule("background", rf"(?:change|replace|swap|set|make|turn|give (?:it|her|him)?|transform|paint|put) (?:{_ART}(?:back ?ground|backdrop|setting|surroundings|location|environment)(?: behind \w+)?) (?:to|with|into|by|be|look like|for|as|of) (?P<scene>.+){_END}", value="{scene}", other="scene"),
    _rule("background", r"(?:with|in front of|against|on|give it|add|use|have|paint) (?:an? |the )?(?P<scene>(?!blur|plain|transparent|white|black)[\w' -]+?) (?:in the |as (?:the |a )?|for (?:the |a )?)?back ?(?:ground|drop)|(?:with|add|put|paint|show|have) (?P<scene2>(?![^,]*\bsky\b)[\w' -]+?) behind (?:her|him|them|it|the \w+)", value="{scene}{scene2}", other="scene"),
    _rule("sky", r"(?:replace|change|swap|make|turn|set|give it|add|paint|with|use|put) (?:the |a |an )?sky (?:with|to|into|be|look|in)? ?(?:a |an |the )?(?P<sky>(?!(?:much |slightly |a bit |a little )?(?:bluer|darker|brighter|lighter|warmer|cooler|colder|redder|pinker|greyer|softer|sharper|more |less )).+)$", value="{sky}"),
    _rule("sky", r"(?:(?:add|give it|with|make|put|use|have|under|replace it with|a|an|the|more) )*(?P<sky>(?:very |more )?(?:dramatic|starry|blue|clear blue|clear|sunset|cloudy|stormy|pink|purple|orange|red|golden|night|dark|grey|gray|beautiful|epic|sunny|fiery|green) (?:night |evening |sunset |cloudy )?sky)(?: (?:full of|with) (?P<extra>stars|clouds|a moon))?(?: behind [\w ]+)?|(?:add|more|with|some) (?P<sky2>stars|clouds|fluffy clouds|white clouds|dramatic clouds|a (?:full )?moon) (?:(?:to|in|on) the sky)", value="{sky}{sky2} {extra}"),
    # Removing
    _rule("dehaze", r"(?:remove|reduce|clear|lift|get rid of|cut(?: through)?|less|without|no) (?:the |some |any )?(?:haze|fog|mist|smog)|de-?haze|dehazing|clearer air", scoped=True),
    _rule("denoise", r"(?:remove|reduce|less|get rid of|clean(?: up)?|without|no|fix) (?:the |any |all )?(?:digital |image |colou?r |iso )?(?:noise|grain(?:iness)?)|de-?nois(?:e|ed|ing)|noise reduction|smoother? (?:out )?(?:the )?noise|cleaner"),
    _rule("mend", r"(?:remove|fix|repair|mend|get rid of|clean(?: up)?|heal|retouch|erase) (?:the |any |all )?(?:scratch(?:es)?|dust(?: spots| and scratches)?|creases?|folds?|tears?|spots|specks|damage|cracks)(?:(?:,| and)+ (?:the )?(?:scratch(?:es)?|dust|creases?|spots|tears))*"),
    _rule("balance", r"(?:remove|fix|correct|neutrali[sz]e|reduce|get rid of) (?:the |any )?(?:\w+ )?colou?r[- ]cast|(?:fix|correct|auto|adjust|neutral) (?:the )?white[- ]balance|(?:too|less) (?:yellow|blue|orange|green)(?: cast)?|colou?r[- ]correct(?:ion|ed)?|correct the colou?rs|neutral colou?rs", scoped=True),
    _rule("grey", r"(?:remove|take (?:out|away)|without|no|drop) (?:the |all |any )?colou?rs?(?! cast)", scoped=True),
    _rule("sharpen", r"(?:remove|fix|reduce|get rid of|less|correct) (?:the |any )?(?:blur(?:riness)?|softness|out[- ]of[- ]focus)|de-?blur(?:red|ring)?", 1.3, scoped=True),
    _rule("redeye", r"(?:remove|fix|correct|get rid of) (?:the |any )?red[- ]?eyes?(?: effect)?|red[- ]eye"),
    _rule("skin", r"(?:remove|fix|reduce|get rid of|hide|soften|retouch) (?:the |any |all |her |his |my )*(?:wrinkles|blemish(?:es)?|pimples?|acne|freckles|skin (?:imperfections|blemishes|texture)|pores)|(?:smooth(?:er|en)?|retouch|soften|soft|even(?: out)?) (?:out )?(?:the |her |his |my )*(?:skin|complexion|face)(?: tone)?|skin (?:smoothing|retouch\w*)|beautify|beauty (?:retouch|filter)"),
    _rule("shadows", r"(?:remove|lift|lighten|open(?: up)?|brighten|soften|fill(?: in)?|raise|recover|reduce) (?:the |any |all |harsh |dark )*shadows?|more detail in the shadows|fill light", scoped=True),
    _rule("highlights", r"(?:recover|reduce|lower|tame|pull (?:down|back)|remove|fix|darken|bring (?:down|back)) (?:the |any |blown[- ]out |bright )*(?:highlights?|glare|overexposure|hot ?spots)", scoped=True),
    _rule("trim", r"(?:remove|crop|trim|cut|get rid of) (?:off |out |away )?(?:the |any |its )?(?:white |black )?(?:borders?|frames?|bars|letterbox(?:ing)?|margins?)"),
    _rule("erase", rf"(?:remove|erase|delete|get rid of|take (?:out|away)|eliminate|clone (?:out|away)|edit out|clean (?:up|away)|paint out|hide|lose|cut) {_ART}(?P<what>(?!(?:the |this |my )*(?:image|picture|photo|shot)\b)[^,;]+?)(?: (?:in|at|on|from|to) the (?P<place>(?:(?:top|upper|bottom|lower|far)[ -]?)?(?:left|right|top|bottom|cent(?:re|er)|middle|foreground)(?: (?:corner|side|edge))?))?(?: (?:from|in|of) (?:the |this |my )?(?:image|picture|photo|scene|shot|background|foreground|it))?{_END}", value="{what}", other="{place}"),
    _rule("erase", r"without (?:the |any )(?P<what>text|watermark|logo|letters|writing|people|person|date(?: stamp)?|captions?|subtitles?)", value="{what}"),
    # Colours
    _rule("splash", rf"(?:keep|leave|only|just|highlight) (?:only )?(?:the )?(?P<what>{COLOUR}|subject|person|her|him|\w+)(?: \w+)? in colou?r(?:,? (?:and )?(?:everything|the rest|all)[\w ]*)?|(?:(?:make|turn) )?(?:everything|the rest|all|it|this|the (?:picture|photo|image))(?: else)? (?:to |is |into |in )?(?:black and white|gr[ae]y|monochrome|desaturated) (?:except|but|apart from|besides|save)(?: for)? (?:the |her |his )?(?:(?P<what2>{COLOUR})(?: \w+)?|(?P<what5>\w+(?: \w+)?))|(?:selective colou?r|colou?r splash|colou?r pop)(?: (?:on|of|with|for|in) (?:the )?(?P<what3>{COLOUR}|\w+))?|(?:only|just) (?:the )?(?P<what4>{COLOUR}) (?:in colou?r|stays|remains|visible)", value="{what}{what2}{what3}{what4}{what5}"),
    _rule("cannot", r"colou?ri[sz](?:e|ed|ing)(?! it)\b[^,;]*|(?:colou?r|add colou?rs? to) (?:the |this |my )?(?:old )?(?:black and white |b&w )(?:photo|picture|image)[^,;]*|(?:add|restore|bring back) (?:the )?(?:natural |realistic )?colou?rs? to (?:the|this|my)[^,;]*"),
    _rule("grey", r"(?:(?:make|turn|convert|change|it|this|the|to|into|in|picture|photo|image|a|an) )*(?:black[ -](?:and|&|n)[ -]white|b ?& ?w|b/w|mono ?chrom(?:e|atic)|gr[ae]y ?scale|desaturated completely)(?: (?:photo|picture|image|version|photograph))?", scoped=True),
    _rule("duotone", rf"duo-?tone(?: (?:in|of|with|from))?(?: (?P<a>{COLOUR}) (?:and|to|/|&) (?P<b>{COLOUR}))?|(?:a )?(?P<a2>{COLOUR}) (?:and|/|&) (?P<b2>{COLOUR}) duo-?tone", value="{a}{a2}", other="{b}{b2}"),
    _rule("tint", rf"(?:make|turn|tint|colou?r|wash) (?:it|this|everything|the (?:whole )?(?:picture|photo|image))(?: all)? (?:in |to )?(?P<colour>{COLOUR})(?: tinted| toned)?(?! \w*(?:back|frame|border))", 1.2, "{colour}", scoped=True),
    _rule("recolour", rf"(?:change|turn|make|paint|recolou?r|colou?r|dye|swap|replace) {_ART}(?:colou?rs? of {_ART})?(?P<what>(?!(?:the|my|this|that|a|an|her|his|their|its|all|any|our|your)\b)(?!(?:back ?ground|it\b|this\b|picture|image|photo|scene|colou?rs?\b|contrast|more\b))[a-z]+(?:[ -][a-z]+){{0,3}}?)(?:'s)?(?: colou?r)? (?:(?:to|into|in|be|with|from (?P<from>{COLOUR}) (?:to|into)) )?(?:a |an )?(?:matte |glossy |shiny |metallic |solid )?(?P<colour>{COLOUR})(?:[- ]colou?red)?(?: one)?(?! (?:light|tint|tone|hue|background|sky|frame|border|text|letters|and white))", value="{colour}", other="{from} {what}"),
    _rule("recolour", rf"(?:an? |the |make it |give (?:\w+ )?)?(?P<colour>{COLOUR})(?: (?P<what>[a-z]+(?: [a-z]+)?))? instead of (?:an? |the )?(?P<from>{COLOUR})(?: one| \w+)?", value="{colour}", other="{from} {what}"),
    _rule("recolour", rf"(?:give (?:{_ART}\w+|her|him|it|me|them) |with |make )?(?:an? )?(?P<colour>{COLOUR}) (?P<what>hair|eyes|lips|lipstick|teeth)(?! (?:with|and)? ?on)", value="{colour}", other="{what}"),
    _rule("recolour", rf"^(?:(?:i|we) (?:want|need|would like|prefer) |i'd like |let |have |can )?(?:the|her|his|my|their|its) (?P<what>(?!(?:back ?ground|picture|image|photo|scene|whole|entire)\b)[a-z]+(?: [a-z]+)??) (?:(?:to be|should be|must be|shall be|be|in|to) )?(?P<colour>{COLOUR})$", value="{colour}", other="{what}"),
    _rule("recolour", rf"(?:whiten(?:ed|ing)?|bleach(?:ed)?) {_ART}(?P<what>(?!balance)[a-z]+(?: [a-z]+)?)|whiter (?P<what2>teeth|smile|shirt|dress|wall|eyes)", 1.0, "whiter", "{what}{what2}"),
    _rule("recolour", r"(?P<how>darker|lighter) (?P<what>hair|skin|lips|lipstick|eyes|coffee|clothes|dress|shirt|suit|jacket|wall)", value="{how}", other="{what}"),
    _rule("shadow", r"(?:add|with|give it|give her|give him|put|cast)? ?(?:a |an |some )?(?:(?:soft|drop|natural|contact|subtle|realistic|ground|dark) )+shadows?(?: (?:under(?:neath)?|below|beneath|behind) (?:it|her|him|them|the \w+))?|(?:add|cast|with) (?:a |an )?shadow(?: (?:under(?:neath)?|below|beneath) (?:it|her|him|them|the \w+))?"),
    # Shape
    _rule("mirror", r"(?:mirror|flip|reverse)(?:ed)?(?: (?:it|this|the (?:image|picture|photo)))?(?: (?P<way>vertical(?:ly)?|upside down|top to bottom|horizontal(?:ly)?|left to right|left-right))?(?: image)?|mirror(?:ed)? image", value="{way}"),
    _rule("rotate", r"(?:rotate|turn|tilt|spin)(?: (?:it|this|the (?:image|picture|photo)))?(?: (?:by|to the))? ?(?P<degrees>-?\d{1,3}(?:\.\d+)?) ?(?:°|deg(?:rees?)?)(?: (?:to the )?(?P<way>counter[- ]?clockwise|anti[- ]?clockwise|clockwise|left|right))?", value="{degrees}", other="{way}"),
    _rule("rotate", r"(?:rotate|turn|spin)(?: (?:it|this|the (?:image|picture|photo)))?(?: to the)? (?P<way>counter[- ]?clockwise|anti[- ]?clockwise|clockwise|left|right)", value="90", other="{way}"),
    _rule("rotate", r"(?:turn |rotate |flip )?(?:it |this |the (?:image|picture|photo) )?upside[- ]down", value="180"),
    _rule("straighten", r"straighten(?: (?:it|this|the (?:image|picture|photo|horizon)))?(?: up)?|(?:level|fix) (?:the )?(?:horizon|tilt)|tilted"),
    _rule("extend", rf"(?:extend|expand|out-?paint|un-?crop|widen|grow|continue|enlarge)(?: (?:it|this|the|her|his|canvas|image|picture|photo|background|frame|scene|view|sides?|edges?|horizontally|vertically|more|out|beyond|its|borders|area))*(?: (?:to|into|at|on|in|towards|by|as)(?: the| a| an)*)?(?: (?P<how>{_RATIO}|left|right|top|bottom|both sides|all sides|sides|all directions|upwards?|downwards?|width|height))?(?: (?:side|format|ratio|aspect ratio|image|picture|edge))*|out-?paint(?:ing)?|zoom(?:ed)?(?: it)? out|wider (?:shot|view|frame|angle)|(?:more|add|leave|give (?:it|her|him)) (?:more )?(?:space|room) (?:around|at|on|above|below|to)(?: the| her| him| it)* ?(?P<how2>left|right|top|bottom|sides|subject)?", value="{how}{how2}"),
    _rule("crop", rf"crop(?:ped)?(?: (?:it|this|the (?:image|picture|photo)))?(?: (?:to|into|as|in|for))?(?: an?| the)? (?P<how>{_RATIO})(?: (?:format|crop|ratio|aspect ratio|shape|image))*|(?:make|turn|into|in|as|to|an?)(?: it| this)?(?: (?:into|a|an|to))* (?P<how2>square|\d{{1,2}}:\d{{1,2}})(?: (?:format|crop|ratio|aspect ratio|shape|image|picture|photo))*|(?:square|\d{{1,2}}:\d{{1,2}}) (?:crop|format|aspect ratio|ratio)", value="{how}{how2}"),
    _rule("crop", r"(?:crop|cut) (?:off|out|away) (?:the )?(?P<side>left|right|top|bottom)(?: side| half| part| edge| third)?", value="off {side}"),
    _rule("crop", r"crop(?:ped)?(?: (?:it|this|the (?:image|picture|photo)|tightly|closely|tight|close))*(?: (?:to|around|on|in on))? (?:the |her |his )?(?P<what>face|head|subject|person|man|woman|\w+)|(?:tighter|closer) (?:crop|framing|shot|view)|(?:crop|zoom)(?: it)?(?: in)?(?: (?:tighter|closer|in))?(?: (?:on|to|at) (?:the |her |his )?(?P<what2>face|head|subject|person|\w+))?|close[- ]?up(?: of (?:the |her |his )?(?P<what3>\w+))?", value="closer {what}{what2}{what3}"),
    _rule("enlarge", r"(?:upscale|enlarge|scale(?: up)?|increase (?:the )?(?:resolution|size))(?: (?:it|this|the (?:image|picture|photo)))?(?: (?:by|to))? ?(?P<times>\d(?:\.\d)?) ?(?:x|×|times)?|(?P<times2>\d(?:\.\d)?) ?(?:x|×|times) (?:larger|bigger|the (?:size|resolution))|(?:upscale|up-?res|higher resolution|increase (?:the )?resolution|more pixels|(?:make it )?(?:larger|bigger)|double (?:the )?(?:size|resolution))", value="{times}{times2}"),
    # Air
    _rule("hour", rf"(?:(?:make|turn|set|change|convert|transform|it|this|the|scene|time|of|day|lighting|light|to|into|at|in|during|a|an|look|like|as|if|under|with|photo|picture|image|be|is|taken|was|were|add) )*{_HOURS}", value="{night:night}{sunset:sunset}{dawn:dawn}{golden:golden}{blue:blue}{noon:noon}"),
    _rule("weather", r"(?:(?:add|make|it|let|with|in|some|falling|light|heavy|the|turn|into|a|an|be|to|have|during|more|is|like|day|show|on|under) )*(?:(?P<rain>rain(?:y|ing|fall|drops|storm)?(?: day| weather)?|drizzle|downpour)|(?P<snow>snow(?:y|ing|fall|flakes|storm)?(?: day| weather| scene)?|blizzard)|(?P<fog>fog(?:gy)?|mist(?:y)?|haz[ey])|(?P<storm>(?:thunder)?storm(?:y)?(?: weather)?|lightning)|(?P<sun>sun(?:ny|shine)(?: day| weather)?|sunlit)|(?P<cloud>overcast|cloudy(?: day| weather)?))(?: effect| falling| in the air| around| everywhere| on the (?:ground|trees|roofs?|floor|streets?))*", value="{rain:rain}{snow:snow}{fog:fog}{storm:storm}{sun:sun}{cloud:cloud}"),
    _rule("season", r"(?:(?:make|turn|set|change|it|this|the|scene|season|to|into|in|during|look|like|as|a|an|add|with|if|is|be|leaves|trees|foliage) )*(?:(?P<autumn>autumn(?:al)?|fall(?= (?:colou?rs|foliage|leaves|season|scene))|(?<=in )fall)|(?P<winter>winter(?:y|time)?|wintry|frozen|icy)|(?P<spring>spring(?:time)?|blossoming)|(?P<summer>summer(?:y|time)?))(?: (?:colou?rs|foliage|leaves|season|scene|mood|day|look|palette|tones|light|atmosphere))*", value="{autumn:autumn}{winter:winter}{spring:spring}{summer:summer}"),
    _rule("particles", r"(?:(?:add|with|some|a few|many|lots of|falling|floating|glowing|colou?rful|the|and|tiny|more|shower of|rain of|golden|warm) )*(?P<what>sparkles?|glitter|confetti|hearts?|petals?|falling leaves|leaves|bubbles?|embers|sparks|fire ?flies|dust(?: particles| motes)?|bokeh (?:lights|balls|circles)|fairy lights|(?:little|tiny|falling|glowing) stars|soap bubbles)(?: (?:in|to|around|everywhere|floating|falling|over) ?(?:the )?(?:air|picture|image|her|him|it|scene|sky|photo|foreground)?)?", value="{what}"),
    # Light and tone
    _rule("sepia", r"(?:(?:make|turn|convert|give|it|this|to|into|in|a|an|with|add) )*sepia(?: (?:tone|toned|look|photo|tint|effect|photograph))*", scoped=True),
    _rule("invert", r"(?:invert(?:ed)?|negate)(?: (?:the )?colou?rs?)?|(?:a |colou?r |film |photo )*negative(?: image)?", scoped=True),
    _rule("posterise", r"posteri[sz]ed?|fewer colou?rs|reduce the number of colou?rs", scoped=True),
    *(_rule("look", rf"(?:(?:add|give|it|a|an|with|make|more|in|the|apply|like|from|of|this|turn|into|have) )*(?:{words})(?: (?:look|style|grade|grading|colou?r grade|colou?r grading|effect|feel|feeling|mood|tones?|colou?rs|vibe|lighting|filter|photo|atmosphere|edit|film))*", value=name, scoped=True) for name, words in _LOOKS),
    _rule("brightness", rf"brighten(?:ed)?(?: up)?|brighter|light(?:er|en)(?: up)?|{_UP}{_OF}(?:brightness|exposure|light|lightness|illumination|luminosity)|too dark|under-?exposed|(?:less|not so) dark|add light|bright(?= and)", 1.0, scoped=True),
    _rule("brightness", rf"darken(?:ed)?|darker|dim(?:mer)?|{_DOWN}{_OF}(?:brightness|exposure|light|lightness|luminosity)|too bright|over-?exposed|(?:less|not so) bright|dark(?= and moody)", -1.0, scoped=True),
    _rule("saturation", rf"{_DOWN}{_OF}(?:saturation|vibrancy|vibrance|colou?rfulness|colou?rs?)|desaturat(?:e|ed|ion)|(?:more )?muted(?: colou?rs| tones)?|less (?:colou?rful|vivid|vibrant|saturated)|pale(?:r)?(?: colou?rs)?|too (?:colou?rful|saturated|vivid)|subdued(?: colou?rs| tones)?", -1.0, scoped=True),
    _rule("saturation", rf"{_UP}{_OF}(?:saturation|vibrancy|vibrance|colou?rfulness|vividness|intensity of (?:the )?colou?rs|colou?rs?)|(?:make )?(?:the )?colou?rs pop|(?:more )?(?:colou?rful|vivid(?:er)?|vibrant|saturated|bold(?:er)? colou?rs|rich(?:er)? colou?rs|stronger colou?rs|brighter colou?rs)(?: colou?rs?)?|saturate", 1.0, scoped=True),
    _rule("contrast", rf"{_DOWN}{_OF}contrast|flatter|low contrast|soft(?:er)? contrast|too contrasty|too (?:harsh|hard)", -1.0, scoped=True),
    _rule("contrast", rf"{_UP}{_OF}contrast|contrast(?:ier|y)|punch(?:y|ier)|more punch|high(?:er)? contrast|(?:make it )?pop(?! art)", 1.0, scoped=True),
    _rule("warmth", rf"{_UP}{_OF}warmth|warm(?:er|th)?(?: (?:up|it up|colou?rs?|tones?|light(?:ing)?|grade|look|glow|mood))*|too cold|less (?:blue|cold|cool)|co[sz]y", 1.0, scoped=True),
    _rule("warmth", r"(?:cooler|colder|cool(?: (?:down|it down|tones?|colou?rs?|light(?:ing)?|grade|look|blue tones?))+|bluer|too warm|less (?:warm|yellow|orange)|cold (?:tones?|colou?rs?|light(?:ing)?|look|mood))", -1.0, scoped=True),
    _rule("tint", rf"(?:add|give it|with|more|apply|a|an|overlay|in)* ?(?:a |an |some )?(?P<colour>{COLOUR}) (?:tint|tones?|hue|wash|overlay|cast|glow|light(?:ing)?|filter|mood)|more (?P<colour2>green|pink|purple|magenta|blue|yellow|red|orange|teal|violet|brown)|(?P<colour3>green|pink|redd|yellow)(?:er|ish)|tinted (?P<colour4>{COLOUR})", 1.0, "{colour}{colour2}{colour3}{colour4}", scoped=True),
    _rule("shadows", rf"{_DOWN}{_OF}shadows|deep(?:er|en)(?: the)? (?:shadows|blacks)|darker shadows", -1.0, scoped=True),
    _rule("highlights", r"(?:brighter|boost(?: the)?|lift(?: the)?|more) (?:highlights|whites)", -1.0, scoped=True),
    _rule("clarity", rf"{_UP}{_OF}(?:clarity|texture|details?|definition|structure|sharpness and detail)|clear(?:er)?|crisp(?:er)?(?: details?)?|more (?:defined|detailed)|gritty|sharper details?|finer details?", 1.0, scoped=True),
    _rule("sharpen", rf"sharp(?:er|en(?:ed|ing)?)?(?: (?:up|it up|focus|(?:the |all |its )?details?))*|{_UP}{_OF}sharpness|in focus", 1.0, scoped=True),
    # Effects
    _rule("blur", r"(?P<kind>motion|radial|zoom|gaussian)?[ -]?blur(?:red|ry|ring)?(?: (?:it|this|out|effect))*|out of focus|unsharp", value="{kind}", scoped=True),
    _rule("tilt", r"tilt[- ]?shift|miniature(?: effect| look| model)?|toy town|diorama"),
    _rule("glow", r"(?:(?:add|with|a|an|some|soft|give it) )*(?:glow(?:ing)?|soft[- ]focus|bloom|halation|orton(?: effect)?|soft light|diffusion)(?: effect)?|softer(?: look)?|make it soft", scoped=True),
    _rule("vignette", r"(?:(?:add|with|a|an|some|dark|apply) )*vignett(?:e|ing)(?: effect)?|dark(?:en(?:ed)?)? (?:the )?(?:edges|corners)"),
    _rule("grain", r"(?:(?:add|with|a|an|some|more|apply) )*(?:film |photographic |analog(?:ue)? )?grain(?:y)?(?: effect| texture| look)?|film noise|add (?:some )?noise"),
    _rule("rainbow", r"(?:(?:add|put|paint|draw|place|with|have|give it|show|a|an|the|big|bright|beautiful|faint|double) )*rainbow(?! (?:colou?rs?|flag|hair|palette|gradient|dress|shirt|background))(?: (?:in|across|over|above|to|on|behind) (?:the |her |him |it )?\w+(?: (?:sky|hills?|mountains?))?)?"),
    _rule("rays", r"(?:(?:add|with|a|an|some|bright|golden|warm|the) )*(?:sun ?(?:rays?|beams?|light rays?)|god ?rays?|light (?:rays?|beams?|shafts?)|rays of (?:sun|light)|shafts? of light|volumetric light(?:ing)?|crepuscular rays)(?: (?:from|coming)[\w ]*)?"),
    _rule("flare", r"(?:(?:add|with|a|an|some) )*(?:lens[- ]?flares?|sun flares?|(?P<leak>light[- ]?leaks?))", value="{leak:leak}"),
    _rule("pixelate", r"pixel(?:ate|ated|ise|ize|ised|ized)|censor(?:ed)?|anonymi[sz]e", scoped=True),
    _rule("glitch", r"(?:(?:add|with|a|an|some) )*(?:glitch(?:y|ed|es)?|vhs|chromatic aberration|rgb (?:split|shift)|scan ?lines)(?: effect| look)*"),
    _rule("frame", rf"frame (?:it|this)(?: (?:in|with)(?: an?)? (?P<what3>[a-z ]+))?|(?:(?:add|put|give|it|in|with|an?|the|surround|by|around|thin|thick|wide|simple|nice|elegant|picture|photo|and|inside) )*(?P<what>(?:(?:{COLOUR}|wood(?:en)?|oak|walnut|ornate|gilded|polaroid|film(?: strip)?|rounded|passe-?partout|gallery|museum|metal|torn|deckled) ?)*)(?:frames?|borders?|mat|passe-?partout|margin)(?: in (?P<what4>[a-z]+))?(?: (?:around (?:it|the (?:picture|image|photo))))?|rounded corners|(?P<what2>letter-?box|cinema bars|black bars)", value="{what}{what2}{what3} {what4}"),
    _rule("auto", r"(?:auto[- ]?(?:enhance|correct|fix|level|tone|adjust)\w*|enhance|improve|beautify|perfect|polish|refine|retouch|touch[- ]?up|clean up|fix|finish(?:ing)?|professional(?:ly)?(?: retouch\w*| edit\w*)?|(?:make (?:it|this) )?(?:look )?(?:nicer|better|more (?:beautiful|professional|appealing|polished))|higher quality|better quality|final touch(?:es)?)(?: (?:it|this|up|the|image|picture|photo|quality|overall|look|lighting|light|exposure|a bit))*"),
    _rule("skin", r"smooth(?:er|en)? (?:it|out)?"),
)  # fmt: skip

SCOPED: Final = frozenset(rule.kind for rule in RULES if rule.scoped)
"""Steps that can keep to one region."""
