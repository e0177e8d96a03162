"""All evidence that speaks for a tool."""

from studio.engine.agent.director.evidence.assets import ASSETS
from studio.engine.agent.director.evidence.base import Evidence
from studio.engine.agent.director.evidence.clips import CLIPS
from studio.engine.agent.director.evidence.looking import LOOKING
from studio.engine.agent.director.evidence.pictures import PICTURES
from studio.engine.agent.director.evidence.reworked import REWORKED
from studio.engine.agent.director.evidence.words_and_sounds import WORDS_AND_SOUNDS

EVIDENCE: tuple[Evidence, ...] = (*ASSETS, *WORDS_AND_SOUNDS, *CLIPS, *REWORKED, *LOOKING, *PICTURES)
