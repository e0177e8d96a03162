# ruff: noqa: E501 — a pattern or a phrasing is easiest to judge on one line
"""One request (or one step of a longer one) with everything that rules ask about it."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from studio.contract.chat import MediaKind
from studio.engine.agent.director.lexicon import CREATE, MAKEABLE, MUSIC, PICTURE, SOUND, STYLES, VIDEO
from studio.engine.agent.director.media_refs import Reference, find_reference
from studio.engine.agent.director.quantities import Figures, figures
from studio.engine.agent.director.stock import Stock
from studio.engine.agent.director.text import Text, search

STYLE = "(?:" + "|".join(sorted((re.escape(style) for style in STYLES), key=len, reverse=True)) + ")s?"

POLITE = re.compile(
    r"^ (?:give it a (?:go|try|shot)(?: :| ,)?|(?:(?:what|how) about(?= (?:an?|some|the|making|doing|\d) )(?: making| doing)?|(?:take|use|here is|this is) (?:this|the|my|that|an?) "
    r"(?:\w+ )?(?:picture|photo|image|upload|drawing)(?:(?= ,)|(?= and)|(?= :)|(?= $))|not bad|pretty good|almost(?= (?:[,.]|there))|getting there|close(?= [,.])|hmm?|(?:can|could|shall) we(?: please)?(?= (?:try|make|do|add|change|give|put|turn|cut|remove) )|(?:o+h+|a+h+|wo+w+|na+h+(?= ,)|nope(?= ,)|a+w+|whoa|ha(?:ha)*|lol|omg|ya+y+|yess+|phew|argh+|ugh+)|(?:(?:this|that|it|these|those|they) (?:is|are|looks?) )?(?:(?:so|very|really|just|absolutely|pretty) )*(?:nice|lovely|beautiful|gorgeous|stunning|amazing|awesome|fantastic|brilliant|wonderful|excellent|superb|perfect|great|good|cool|sweet|fine)(?: (?:one|work|job|start))?(?= [.!])|(?:i )?(?:love|like) (?:it|this|that|them)(?= [.!])|hey|hi(?! res| def| fi)|hello|hm+|um+|uh+|erm?|basically|right(?= [,:])|listen(?= [,:])|look(?= [,:])|yo|dude|bro|mate|sir|honestly|quickly|this time|i am (?:so |really |very |just |kinda )*(?:bored|curious|lazy|stuck|tired|in a hurry)(?= (?:[,.;] )?(?:so |please |and )?(?:make|draw|paint|show|give|surprise|can|could|create|generate|do)(?= ))|(?:could|can|may|might) i (?:please )?(?:trouble|bother|ask) you (?:for|to)|(?:may|might|could|can) i (?:please )?(?:ask for|request|order)|i am (?:after|looking for)|i fancy|fancy(?= an? )|i could (?:really )?(?:use|do with)|we are (?:after|looking for|in need of)|i am in need of|(?:sorry|apologies|excuse me)(?= ,| but| to)|ok|okay|so|well|now|also|then|and|first|firstly|next|finally|please|great|cool|nice|thanks"
    r"|yes|just|maybe|lastly|afterwards|after that|studio|there(?= (?!is |are |was |were |s |should |must |needs? ))|but|oh|alright|actually|let us|go ahead and|kindly|sure"
    r"|once (?:that is )?done|second(?:ly)?(?= ,)|good (?:morning|evening|afternoon)|step \d|\d(?= \. )|if (?:you can|possible)"
    r"|i (?:really |quite |do )?(?:like|love) (?:it|this|that|them|the idea)(?= (?:, )?(?:but|though|however))|(?:that|it|this) is (?:\w+ )?(?:nice|great|good|lovely|perfect|beautiful|cool)(?= (?:, )?(?:but|though|however))|though|however"
    r"|(?:on|in|for|with) (?:the )?(?:(?:first|second|third|fourth|last|1st|2nd|3rd) (?:one|picture|image|photo|video|clip)|(?:image|picture|photo|video|clip|upload|number) \d+)(?= (?:[:,] )?(?:please |can |could |i |we |make |add |change |remove |put |replace |give |swap |turn |let |do |take |erase |move |the ))|(?:on |in |for )?(?:the )?(?:(?:first|second|third|last|1st|2nd|3rd) (?:one|picture|image|photo|video|clip)|(?:image|picture|photo|video|clip|upload) \d+)(?= [:,] )"
    r"|(?:it|this) is for (?:\w+ ){1,4}(?=[:,.] )|i (?:want|need|would like|would love|wish|expect) you to|(?:can|could|would|will|are|may|do) you (?:be able to |able to )?"
    r"(?:please |kindly |maybe |just |also |now |perhaps )*(?=\w)(?!like|work|support|know|have|speak|see|hear|think|run|need|use|remember|understand)"
    r"|(?:can|could|may) (?:i|we) (?:please )?(?:have|get|see)(?= (?:an?|some|the|my|\d|it|this|that|them|another|more|one) )|would you mind |(?:would|is) it (?:be )?(?:at all )?possible (?:for you )?to|(?:is there )?any chance (?:that )?(?:you (?:could|can)|to|of)|do you think you (?:could|can)|you think you (?:could|can)|i wonder(?:ed)? if you (?:could|can|would)|(?:it would be|that would be|would be) (?:\w+ )?(?:great|nice|lovely|wonderful|cool|awesome) if you (?:could|can|would)|i would (?:really )?(?:appreciate it|be grateful|be happy) if you (?:could|can|would)|(?:would you )?be so kind (?:as to|and|to)|do me a favou?r and|i (?:just |only )?need you to|you (?:should|must|need to|have to|may|might)(?= (?:make|draw|paint|create|cut|remove|add|change|turn|put|give))|i was wondering if you could|is it possible to|help me(?: to)?"
    r"|try to|try and|would you|could you|can you|[,.:;!-]|feel free to|quick one :|hello there) )+"
)


@dataclass(frozen=True, eq=False)
class Clause:
    """A stretch of text in the light of what the session holds.

    Attributes:
        text: the words.
        stock: the session's pieces.
        first: whether it opens the request (later steps may point at what earlier ones make).
        carried: kinds of pieces that earlier steps of the same request will have made.
        written: the tool of the step before when that writes a text, which "read it" or "paint it" then means.
    """

    text: Text
    stock: Stock
    first: bool = True
    carried: tuple[MediaKind, ...] = ()
    written: str | None = None

    @cached_property
    def core(self) -> str:
        """The normalised words without polite beginnings; padded with spaces."""
        match = POLITE.match(self.text.norm)
        return " " + self.text.norm[match.end() :] if match else self.text.norm

    @cached_property
    def core_start(self) -> int:
        """Where ``core`` begins in the normalised text."""
        return len(self.text.norm) - len(self.core)

    @cached_property
    def figures(self) -> Figures:
        """Numbers and formats."""
        return figures(self.text)

    @cached_property
    def question(self) -> bool:
        """Whether it asks something instead of requesting a deed."""
        start = r"^ (?:what|why|who|whose|how|when|where|which|is|are|am|was|were|does|did|should|shall|whats|any|anything|anyone|do (?:i|you|we|they|these|those|the(?! (?:\w+ ){1,4}again )|people)|(?:has|have|can|could|will|would) (?:i|you|we|they|it|he|she|this|that|these|those|the|there|my|anyone|people))\b"
        if self.core_start > 0 and re.match(r"^ (?:have|has) ", self.core):
            return False
        return bool(re.match(start, self.core)) or (
            " ? " in self.text.norm and not POLITE.match(self.text.norm) and not self.creates
        )

    @cached_property
    def creates(self) -> bool:
        """Whether it opens with a verb of making or wishing."""
        wish = r"(?:i|we) (?:want|need|would like|would love|wish|d like)(?: (?:to (?:have|see|get)|for))?|need|want|looking for"
        return bool(re.match(rf"^ (?:{CREATE}|{wish})\b", self.core))

    @cached_property
    def images(self) -> Reference:
        """Pictures it points at."""
        return find_reference(self.text.norm, "image", self.stock)

    @cached_property
    def videos(self) -> Reference:
        """Clips it points at."""
        return find_reference(self.text.norm, "video", self.stock)

    @cached_property
    def sounds(self) -> Reference:
        """Sounds it points at."""
        return find_reference(self.text.norm, "audio", self.stock)

    def has(self, kind: MediaKind) -> bool:
        """Whether a piece of *kind* exists or will have been made."""
        return self.stock.has(kind) or kind in self.carried

    def says(self, pattern: str) -> bool:
        """Whether the core matches *pattern* anywhere; ``{pic}``, ``{vid}``, ``{snd}``, ``{style}`` are word classes."""
        return bool(expand(pattern).search(self._spoken))

    @cached_property
    def _spoken(self) -> str:
        """``core`` with one word for numbered pictures; only for questions, as places in it are shifted."""
        return re.sub(r" (?:picture|photo) (?=\d{1,2} )", " image ", self.core)

    @cached_property
    def points_at_video(self) -> bool:
        """Whether a clip is meant: by name, or by "it" when the latest piece is a clip."""
        noun = (
            self.says(
                r" (?:the|this|that|my|your|these|those|both|all(?: the| my)?|our|each|of|both) (?:(?!(?:into|to|in|as|an?|from|of|with|for|and|on|at|by) )\w+ ){{0,2}}?{vid} | (?:2|3|4|5) {vid} "
            )
            or self.says(
                r" (?:video|clip) \d+ | {vid} i (?:uploaded|sent)|^ (?:subtitle|caption|upscale|extend|trim) (?:\w+ )?{vid}"
            )
            or (self.stock.has("video") and self.says(r"^ {vid} "))
        )
        if noun:
            return not (self.creates_video and not self.stock.has("video") and "video" not in self.carried)
        other = (
            self.says(r" (?:the|this|that|my|these|image|picture|photo) (?:\w+ )?{pic} | image \d+ ")
            or self.images.named
        )
        bare = self.images.pointed and not other
        focus = self.carried[-1] if self.carried else self.stock.focus
        bare = bare or (
            bool(self.carried)
            and not other
            and self.says(r"^ (?:upscale|enlarge|extend|lengthen|continue)(?: |$)(?!(?:an?|the|my) )")
        )
        return bare and focus == "video"

    @cached_property
    def creates_video(self) -> bool:
        """Whether it asks for a new clip."""
        return self.says(r"^ (?:\w+ ){{0,2}}an? (?:\w+ ){{0,6}}?(?:{vid}|animation) ") or self.says(
            r"^ (?:film|record|shoot|animate an?) |^ (?:\w+ ){{0,2}}(?:2|3|4|5|6) (?:\w+ ){{0,2}}?{vid} (?::|of|showing|about) (?!them|these|those|this|my|the )"
        )

    @cached_property
    def points_at_picture(self) -> bool:
        """Whether an existing picture is meant, by name or by pronoun."""
        if self.stock.image.attached or self.images.named:
            return True
        return self.images.pointed and not self.points_at_video

    @cached_property
    def creates_new(self) -> bool:
        """Whether it asks for a new thing with a subject of its own, not for work on a piece."""
        if self.stock.image.attached and not self.says(r"^ (?:draw|paint|sketch|generate|imagine) (?:me )?an? "):
            return False
        pronoun = r"(?:it|this|that|them|these|those|him|both|all|everything|image \d+|the|my|its|his)(?= )"
        rest = re.match(
            rf"^ (?:{CREATE}|(?:i|we) (?:want|need|would like|would love)(?: to (?:have|see|get))?|need)(?: me| us)? (?!{pronoun})\w",
            self.core,
        )
        if not rest:
            return False
        if self.has("image") and self.says(
            r" (?:from|of|out of) (?:it|this|that|these|them|him|her) (?:please )?(?:[.!?,]|$)"
        ):
            return False
        return not (self.images.named and self.stock.has("image")) or self.says(r"^ (?:draw|paint|sketch) ")

    @cached_property
    def names_subject(self) -> bool:
        """Whether it reads like a description of a thing: no pronoun up front, some noun in it."""
        if self.commands_edit or re.match(
            r"^ (?:i|you|he|she|we|they|it|that|this|there|here is|here are|my|your|me|is|not|no|yes|but|why|in the|as|like|more|less|too)(?= )",
            self.core,
        ):
            return False
        return bool(search(r"[a-z]{3}", self.core)) and not self.question

    @cached_property
    def commands_edit(self) -> bool:
        """Whether it opens with a verb that only makes sense for an existing piece."""
        return self.says(
            r"^ (?:remove|delete|erase|upscale|enlarge|restore|repair|colorize|animate (?!an? )|cut (?:\w+ ){{0,3}}?out|cutout "
            r"|isolate|crop|stylize|restyle|describe|segment|brighten|darken|sharpen|denoise|get rid of|blow (?:it|this) up"
            r"|dance(?! (?:floor|hall|music|party|track|song|of))|lose the|knock out|take away|extract|orbit|rotate|caption|subtitle|extend|stitch|unblur|retouch|recolor)(?: |$)"
        )

    @cached_property
    def only_camera_words(self) -> bool:
        """Whether it names a viewpoint and nothing else ("a front-left quarter view from above")."""
        camera = [
            "give",
            "me",
            "us",
            "a",
            "an",
            "the",
            "show",
            "view",
            "views",
            "from",
            "front",
            "left",
            "right",
            "back",
            "rear",
            "side",
            "quarter",
            "above",
            "below",
            "behind",
            "top",
            "bottom",
            "bird",
            "s",
            "eye",
            "level",
            "low",
            "high",
            "angle",
            "wide",
            "close",
            "up",
            "shot",
            "medium",
            "distance",
            "seen",
            "viewed",
            "camera",
            "and",
            "of",
            "it",
            "at",
            "in",
            "please",
            "with",
            "seen",
            "now",
            "let",
            "see",
            "to",
            "we",
            "can",
            "i",
            "overhead",
            "profile",
            "3/4",
            "elevated",
            "slightly",
            "different",
            "another",
            "new",
            "perspective",
            "viewpoint",
            "turn",
            "so",
            "its",
            "his",
            "her",
        ]
        words = re.findall(r"[a-z0-9/]+", self.core)
        return bool(words) and all(word in camera for word in words)

    @cached_property
    def animates_existing(self) -> bool:
        """Whether a clip is to be made of an existing picture."""
        if self.says(
            r" (?:turn|convert|transform|change|make) (?:it|this|that|them|these|my|the|image \d+|all|both)(?: \w+){{0,3}} (?:into|to|in|a) (?:an? )?(?:\w+ )?{vid} "
        ):
            return True
        if self.says(
            r" {vid} (?:out of|from|of|with|using) (?:this|that|it|these|them|image \d|upload \d|my |the (?:{pic}|first|second|third|last))"
        ):
            return self.has("image")
        return bool(self.stock.image.attached) and self.says(r" {vid} ")

    @cached_property
    def resizes_whole(self) -> bool:
        """Whether "bigger" is said of the whole piece, not of something in it."""
        if self.says(
            r" (?:an?|the|his|her|its|with|more|much|some) (?:bigger|larger) (?!(?:version|size|copy|file|picture|image|one|print|format|resolution|please)s? )[a-z]"
        ):
            return False
        whole = r"(?:it|this|that|them|these|those|him|her|both|everything|all of (?:them|these)|image \d+|upload \d+|the (?:whole )?{pic}|(?:this|my|that) (?:\w+ )?{pic}|{pic}|(?:first|second|third|last|latest) (?:one|{pic}))"
        if self.says(r" {pic} (?:\w+ ){{0,2}}(?:bigger|larger)".replace("{pic}", whole)) or self.says(
            rf" {whole} (?:.* )?(?:bigger|larger|big|large|size) "
        ):
            return True
        return self.says(r"^ (?:\w+ )?(?:bigger|larger|twice|double|triple|\d times)(?: |$)") or not self.says(
            r" (?:make|get|scale) (?:the|his|her|its) "
        )

    @cached_property
    def style_words(self) -> str | None:
        """The first known style it names."""
        match = search(rf"(?<= ){STYLE}(?= )", self.core)
        return match[0] if match else None


@lru_cache(maxsize=4096)
def expand(pattern: str) -> re.Pattern[str]:
    """Fill the word classes into *pattern* and compile it once (there are more than ``re`` keeps)."""
    return re.compile(pattern.format(pic=PICTURE, vid=VIDEO, snd=SOUND, style=STYLE, make=MAKEABLE, music=MUSIC))
