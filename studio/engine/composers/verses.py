# ruff: noqa: E501 — a stanza is easiest to judge whole
"""Stanzas in ballad metre (8.6.8.6, second and fourth line rhyme), by theme, mood and language.

``{the}`` is the subject once met, ``{noun}`` the subject without an article. A stanza with
neither fits any subject of its theme.
"""

from typing import Final

Stanza = tuple[str, str, str, str]


def _s(*texts: str) -> tuple[Stanza, ...]:
    out: list[Stanza] = []
    for text in texts:
        first, second, third, fourth = (line.strip() for line in text.split("/"))
        out.append((first, second, third, fourth))
    return tuple(out)


VERSES: Final[dict[str, tuple[Stanza, ...]]] = {
    "sea": _s(
        "The harbor lamps go one by one / along the sleeping quay / and every rope that holds a boat / is pulling out to sea",
        "The tide has written on the sand / and taken back the word / I said your name into the wind / and that is all it heard",
        "There's salt upon the window glass / there's weather on the way / I keep a candle for the boats / that lost the light of day",
    ),
    "mountain": _s(
        "The valley wears a coat of cloud / the ridge is sharp and clear / the higher that the footpath climbs / the more of you is here",
        "A cairn of stones, a hand of snow / a line against the blue / I count the steps, I lose the count / and start again with you",
        "The wind has only got one song / it sings it all night long / the echo tries to sing along / and gets the ending wrong",
    ),
    "forest": _s(
        "The rain has stopped but not the leaves / they let it slowly down / a bird begins, a bird replies / above the mossy ground",
        "There is a path that no one made / it turns and turns again / I followed it till I forgot / the where and why and when",
        "The oldest tree has got a scar / where someone cut a name / the bark has nearly covered it / the forest does the same",
    ),
    "city": _s(
        "The last train pulls its string of lights / across the river bend / the street is shining like a coin / that nobody will spend",
        "A window and a window more / a thousand squares of gold / and somewhere in behind the glass / a story being told",
        "I know the rhythm of the rails / the number of the floor / I know the way the evening sounds / behind your painted door",
    ),
    "space": _s(
        "The planet turns its cheek to night / the cities start to glow / there's nothing here to hear me sing / and far too far to go",
        "I wrote your name in frost and breath / inside the visor's rim / the sun came round without a sound / and then the light went dim",
        "A million miles of quiet dark / a radio, a hum / I tell the stars about your street / and wait for them to come",
    ),
    "desert": _s(
        "The sand keeps moving grain by grain / it never says goodbye / the only river that I know / is running in the sky",
        "A tin cup and a little fire / a blanket full of stars / the road behind is blown away / so no one knows how far",
        "The noon stands still, the shadows hide / the wells are dust and stone / I've carried water all this way / I won't arrive alone",
    ),
    "winter": _s(
        "The lake is holding up the sky / the snow is holding sound / I hear the whole world breathing in / whenever I look round",
        "A single light across the field / a single line of tracks / the cold can have my fingertips / it cannot have me back",
        "The frost has drawn a forest now / upon the window pane / I put my palm against the trees / and let them melt to rain",
    ),
    "garden": _s(
        "The gate was always hard to close / the roses grew right through / and every summer that I had / came in that way from you",
        "The bees are busy with the news / the apples learn to fall / a shadow and a climbing vine / are racing up the wall",
        "You put a seed into my hand / and closed my fingers tight / you said that most of growing up / is done alone at night",
    ),
    "road": _s(
        "The white line runs beneath the wheels / the radio is low / the towns are only names and lamps / that wave and let me go",
        "I drew the map from memory / the river and the store / the bridge that we were told to fear / and jumped from all the more",
        "There's gas enough for one more hour / there's dark enough for two / and every sign that's passing by / is pointing back to you",
    ),
    "stage": _s(
        "The dust is dancing in the beam / the seats are dark and deep / the song is standing in the wings / too nervous now to sleep",
        "The string is tuned a hair too sharp / I like it all the same / the light comes on and in the light / there's no one left to blame",
        "They count it in, the curtain breathes / the whole room leans to hear / and all the nights I played alone / are suddenly right here",
    ),
    "kitchen": _s(
        "The kettle starts its little song / the steam is on the glass / I draw a sun with one cold hand / and watch the morning pass",
        "The table keeps the rings we left / the chair still knows your weight / there's bread enough and light enough / to call it worth the wait",
        "A spoon goes round, the clouds go by / the radio is on / the smallest hour of every day / is bigger when it's gone",
    ),
    "workshop": _s(
        "The wheel goes round, the hands go still / the clay begins to climb / there's water running down my wrists / and no such thing as time",
        "A crooked nail, a better board / a pencil line or two / I sweep the floor and start again / the way that makers do",
        "The kiln has kept its one red eye / on everything I made / and what the fire gives back to me / is neither bought nor paid",
    ),
    "home": _s(
        "The clock is talking to the wall / the lamp is burning low / there's half a letter on the desk / with half the things I know",
        "The morning climbs across the bed / and stops beside your name / the world has changed the furniture / the light has stayed the same",
        "I kept the coat, I kept the key / I kept the second cup / some doors you close so carefully / that they keep opening up",
    ),
    "bright": _s(
        "There's paper on the kitchen floor / there's sugar in the air / and someone's dancing in their socks / and no one seems to care",
        "We've balloons on every handle now / we've candles by the score / the neighbors heard us through the wall / and knocked to ask for more",
        "The morning threw the window wide / and tossed the sunshine in / if this is how the day sits down / then how will it begin",
    ),
}

ABOUT: Final[dict[str, tuple[Stanza, ...]]] = {
    "living": _s(
        "They told me all about {the} / they told me every part / they never said how quietly / a thing like that can start",
        "I saw {the} the other day / or maybe it was night / some people are a place to stand / and some of them are light",
    ),
    "thing": _s(
        "I used to walk on past it all / I never turned my head / now {the} lights every room / the way the papers said",
        "You ask me where the years have gone / I only smile and say: / there's {the} and you and me / and this is still today",
    ),
}

CHORUS: Final[dict[str, tuple[Stanza, ...]]] = {
    "joyful": _s(
        "Hey, {noun}, turn it up / the sky is wide and new / if there's a reason to be here / then I am here for you",
        "Sing it loud, {noun}, sing / we've got the whole night through / the floor is ours, the stars are ours / and they are dancing too",
    ),
    "melancholy": _s(
        "Oh, {noun}, don't let go / the night is coming through / and everything I ever lost / is shaped a bit like you",
        "And oh, {noun}, oh, {noun} / how long the evenings grow / I'm learning how to hold a thing / by how to let it go",
    ),
    "tense": _s(
        "Run, {noun}, don't look back / there's something on the stair / the dark has learned to say your name / and says it everywhere",
        "Hush, {noun}, hold your breath / the walls have leaned in near / it isn't what you can't make out / it's what you think you hear",
    ),
    "calm": _s(
        "Rest, {noun}, rest a while / the day has gone to ground / the moon will keep the door for you / and never make a sound",
        "Slow, {noun}, easy now / the water's still and deep / whatever you were carrying / is falling half asleep",
    ),
    "epic": _s(
        "Rise, {noun}, rise again / the morning is a flame / and every stone along the road / is calling out your name",
        "Stand, {noun}, stand with us / the thunder's drawing near / let all the world remember this: / that we were standing here",
    ),
    "funny": _s(
        "Oh, {noun}, what a mess / you've done it once again / I'd give it two stars out of five / I'd come back every ten",
        "Well, {noun}, here we are / I can't say I'm impressed / but if there was a prize for nerve / you'd turn up overdressed",
    ),
    "romantic": _s(
        "Oh, {noun}, stay with me / the night is made for two / I've looked for home in every town / and every road was you",
        "Come close, {noun}, closer still / the band is packing in / if this is how the evening ends / then let the rest begin",
    ),
    "hopeful": _s(
        "Hold on, {noun}, hold the light / the dark is almost through / there's somewhere that the river goes / and it is going too",
        "Go on, {noun}, take the step / the ice will hold, you'll see / the other side of being scared / is who you're going to be",
    ),
}

BRIDGES: Final[dict[str, tuple[Stanza, ...]]] = {
    "dark": _s(
        "And if the last lamp should go out / and if the phone lines fall / I'll hum it through the bricks to you / the whole thing, through the wall",
        "I never asked for any more / than one more turn around / and if I ask it now, I ask / without a single sound",
    ),
    "bright": _s(
        "So take the long way, take the stairs / and take me by the sleeve / there's always one more song to go / for those who do not leave",
        "Count one for luck and two for love / and three for letting go / and four for all the things we'll do / that we do not yet know",
    ),
}

OTHER: Final[dict[str, dict[str, tuple[Stanza, ...]]]] = {
    "german": {
        "verse": _s(
            "Die Straße glänzt, der Regen geht / die Fenster werden Licht / ich sag mir, dass ich weiterging / und weiter geh ich nicht",
            "Am Rand der Stadt, da steht ein Baum / der hält den Abend fest / er gibt mir, was vom Sommer blieb / und einen kleinen Rest",
            "Der Zug ist fort, der Bahnsteig leer / die Uhr zeigt irgendwann / ich halte einen Brief im Arm / und fang von vorne an",
        ),
        "chorus": _s(
            "„{subject}“ – so heißt das Lied / das keiner singt wie du / und wenn die ganze Welt verstummt / dann hör ich dir noch zu",
            "„{subject}“ – ich sing es laut / der Morgen ist noch weit / und jeder Ton, der übrig bleibt / vertreibt ein Stück der Zeit",
        ),
        "bridge": _s(
            "Und wenn das letzte Licht verlischt / dann bleibt uns noch ein Ton / den tragen wir nach Haus zu zweit / er kennt die Straße schon"
        ),
    },
    "french": {
        "verse": _s(
            "La rue s'allume, il a plu tard / les toits sont bleus de nuit / je tiens la clé d'un vieux départ / et toi, tu tiens la pluie",
            "La mer écrit sur le vieux quai / des mots qu'elle a repris / j'avais juré de t'oublier / la mer en a souri",
            "Un train s'en va, le quai s'endort / l'horloge a ralenti / je garde encore un peu d'été / au fond de mes habits",
        ),
        "chorus": _s(
            "« {subject} », je te chanterai / jusqu'au bout de la nuit / et si le monde entier se tait / j'entends ton cœur d'ici",
            "« {subject} », reste avec moi / le jour est encore loin / il suffira d'un peu de voix / pour ouvrir le chemin",
        ),
        "bridge": _s(
            "Et si la lampe un soir s'éteint / il reste une chanson / que l'on ramène par la main / jusque dans la maison"
        ),
    },
    "spanish": {
        "verse": _s(
            "La calle brilla, ya llovió / se enciende otra ventana / yo guardo lo que me quedó / para el que vuelve mañana",
            "El mar escribe en el arenal / y borra lo que ha escrito / tu nombre sabe a luz y a sal / y yo lo dejo escrito",
            "El tren se fue, quedó el andén / el reloj va despacio / me llevo un poco de tu ayer / doblado en mi espacio",
        ),
        "chorus": _s(
            "«{subject}», canta otra vez / la noche no ha acabado / y si se calla el mundo entero / yo sigo aquí a tu lado",
            "«{subject}», quédate aquí / que el alba está lejana / lo que perdimos al dormir / lo canta la mañana",
        ),
        "bridge": _s(
            "Y si se apaga el último farol / nos queda una canción / que vuelve a casa con el sol / detrás del corazón"
        ),
    },
}
