"""What is no question in English: signs, letters at random, another script, another language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from retrieval.text import STOP_WORDS

_OTHER_SCRIPT: Final = 0.3
"""Share of the letters from which on a text is not written in Latin script; formulas have Greek ones."""
_OF_SYLLABLES: Final = ("CJK", "HANGUL", "HIRAGANA", "KATAKANA")
_LETTERS_OF_A_SIGN: Final = 2
"""Letters, beside one, that a sign for a syllable or a word counts for."""
_FEW: Final = 3  # words that may be nothing but letters at random
_SHORT: Final = 2  # letters of a word that means nothing in lower case
_EMOJI: Final = re.compile(r"<a?:\w+:\d+>")
"""A server's own emoji, as Discord writes it."""
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")

_FUNCTION_WORDS: Final = {
    "Spanish": """
        el la los las un una unos unas de del que qué cómo cuál cuáles cuántos cuántas cuánto por para con sin
        es son está están tiene tienen sobre entre hay puede donde dónde cuando cuándo este esta y se lo su
        quién porque muestra artículos artículo
        puedes eres quiero gracias buenas tú yo mi tu hacer hola
    """,
    "French": """
        le la les un une des du de que qui quoi quel quelle quels quelles comment combien pourquoi où est sont
        dans pour avec sans sur ce cette ces il elle ils au aux et ou ne pas plus y a-t-il donne montre
        peux tu es vous je bonjour merci suis fais peut c'est j'ai
    """,
    "German": """
        der die das ein eine einen einem einer des dem den und oder nicht ist sind hat haben wie viele viel was
        welche welcher welches warum wann wo wer über für mit ohne von zu zur zum auf aus bei gibt es kann
        werden wurde im am
        kannst du ich dich mir bist mein dein bitte kein keine sie wir machen danke hallo
    """,
    "Italian": """
        il lo la gli le un uno una di del della dei delle che chi cosa come quale quali quanto quanti quante
        perché dove quando è sono ha hanno con senza per su tra nel nella questo questa c'è
        puoi sei ciao grazie fare tu mi ti questi
    """,
    "Portuguese": """
        o os as um uma uns umas de do da dos das que quem qual quais como quanto quantos quantas por para com
        sem é são tem têm sobre entre há onde quando não este esta isso no na nos nas artigos artigo hoje saíram mostre
        você pode obrigado obrigada olá eu fazer pela pelo
    """,
    "Dutch": """
        de het een en of niet is zijn heeft hebben hoe hoeveel wat welke waarom wanneer waar wie over voor met
        zonder van te naar op uit bij er kan worden dit deze dat heb je jij jullie ik vandaag nieuwe artikelen
        kun bent ben wil mij dank doen
    """,
    "Turkish": """
        makaleler neler bugünkü yazar kim yazdı hakkında yeni son
        bir ve bu ne nedir nasıl kaç hangi için ile mi mı mu mü var olan makale makaleler hakkında
        sen ben misin teşekkürler merhaba yapabilirsin
    """,
    "Swedish, Danish or Norwegian": """
        och og är er hur hvor mange många vilka vilken vilket hvilke hvilken hvilket handlar handler om i på av af som
        den det ett et en hva hvad vad har finns findes artiklar artikler nya nye för med fra från idag dag skrev
        kan du jag jeg vill vil tack takk tak hej mig hjälpen hjælpen
    """,
    "Polish": """
        napisał napisała autor autorzy jakie jaka jaki nowe najnowsze artykuły artykułów
        jak jest są ile co to czy który która które dlaczego kiedy gdzie kto o dla z bez nie w na do artykuł
        możesz jesteś cześć dzięki ty mnie mi masz
    """,
}
"""The commonest words of languages that are written in Latin script."""
_BY_LANGUAGE: Final = {
    language: frozenset(words.split()) - (STOP_WORDS if language != "German" else frozenset({"in"}))
    for language, words in _FUNCTION_WORDS.items()
}
_ENGLISH_TOO: Final = frozenset(
    """
    die hat was man den des am of on is come pour per no do as me lo la le to o a e un du te en de i som er av om har
    det et dag idag med for son bu es tu mi ti kan ben tack fare je dank sei ty yo comment
    """.split()
)
"""Words of these that English texts or names hold, too: they alone tell no language."""


_BEGINS: Final = frozenset(
    """
    wie wer warum welche welcher welches
    wann hola qué cómo cuál quién cuántos bonjour salut comment pourquoi quel quelle
    quels quelles combien ciao perché quali quanti olá quais quantos quantas hoe waarom welke hej vad hvad hva hvor hur
    merhaba nasıl nasılsın hangi gib zeig tak takk jak jaki jakie dlaczego czym guten buenos buenas
    """.split()
)
"""Words with which questions and greetings begin in these languages, and none in English."""
_MOST_BEGUN: Final = 5
"""Words of a text that its first one alone puts in a language."""

_THANKS: Final = frozenset(
    """
    gracias gràcies graciñas merci danke dankeschön dankeschoen dank bedankt grazie obrigado obrigada obg tack
    takk tak kiitos kiitti teşekkür teşekkürler tesekkur tesekkurler sağol sagol dziękuję dziekuje dzięki dzieki
    děkuji dekuji díky diky ďakujem dakujem hvala köszönöm koszonom köszi kosz mulțumesc mulţumesc multumesc
    mersi faleminderit aitäh paldies ačiū aciu arigato arigatou shukran shukriya dhanyavaad dhanyavad xiexie
    gamsahamnida khamsahamnida spasibo blagodarya terima kasih makasih asante salamat cảm ơn ευχαριστώ спасибо
    благодарю дякую дзякуй благодаря хвала спс
    """.split()
)
"""Words of thanks in other languages than English."""
_WITH_THANKS: Final = frozenset(
    """
    todo todos toda amigo amiga amigos herzlich herzlichen herzlichsten besten ganz nochmals amico ami mon
    pessoal gente mille molte tante muchas muchísimas mil moltes beaucoup schön schoen vielen sehr lieben
    tausend je jullie u wel hartelijk veel muito muita mesmo så mye mycket tusen mange meget ska du ha for
    hjælpen hjelpen hjälpen för paljon ederim ederiz çok bardzo wielkie moc pěkně lijepa puno lepa szépen mult
    frumos molt большое огромное вам тебе дуже щиро a à de por para per pour für fürs die la l il el tu sua
    votre ton hilfe ayuda aide aiuto ajuda pomoc pomoč помощь dir ihnen euch vous toi te ti bot you very much so
    lot banyak gozaimasu много многу bạn nhiều πολύ kovasti avusta
    """.split()
)
_THANKS_IN_SIGNS: Final = (
    *(
        "ありがと",
        "有難う",
        "谢谢",
        "謝謝",
        "多谢",
        "多謝",
        "感谢",
        "감사",
        "고마",
        "고맙",
        "شكر",
        "متشکر",
        "ممنون",
        "مرسی",
    ),
    *("תודה", "धन्यवाद", "शुक्रिया", "ধন্যবাদ", "நன்றி", "ขอบคุณ", "مہربانی", "شکریہ"),
)
_LONGEST_THANKS: Final = 24
"""Letters of thanks in a script that has other words for them, or none between spaces."""


def thanks(text: str) -> bool:
    """Whether a text is nothing but thanks in another language than English: "Dziękuję bardzo"."""
    asks = any(sign in text for sign in "?？؟")
    if len(text) <= _LONGEST_THANKS and not asks and any(each in text for each in _THANKS_IN_SIGNS):
        return True
    words = {word.lower() for word in _WORD.findall(text)}
    return not words.isdisjoint(_THANKS) and words <= _THANKS | _WITH_THANKS


def other_language(text: str) -> bool:
    """Whether a text is written in another script, or in a language other than English."""
    letters = [sign for sign in text if sign.isalpha()]
    names = [unicodedata.name(sign, "") for sign in letters]
    foreign = sum(1 + _LETTERS_OF_A_SIGN * name.startswith(_OF_SYLLABLES) for name in names if name[:5] != "LATIN")
    if letters and foreign > _OTHER_SCRIPT * len(letters):
        return True
    words = [word.lower() for word in _WORD.findall(text)]
    english = sum(word in STOP_WORDS for word in words)
    accented = not text.isascii()
    if words and words[0] in _BEGINS and (accented or not english) and len(words) <= _MOST_BEGUN:
        return True
    for common in _BY_LANGUAGE.values():
        held = [word for word in words if word in common]
        telling = {word for word in held if word not in _ENGLISH_TOO}
        if ("¿" in text and held) or (telling and len(held) > english and len(held) >= max(2, len(words) / 4)):
            return True
    return False


def says_nothing(text: str, is_word: Callable[[str], bool]) -> bool:
    """Whether a text holds no word that could be asked about: signs, emoji, single letters, letters at random.

    ``is_word`` tells whether anybody ever wrote a lowered word.
    """
    text = _EMOJI.sub(" ", text)
    words = _WORD.findall(text)
    if any(sign.isdigit() for sign in text) and words:
        return False
    telling = [word for word in words if len(word) > _SHORT or (word.isupper() and len(word) > 1)]
    if not telling:
        return not any(word.lower() in STOP_WORDS and len(word) > 1 for word in words) or len(words) <= 1
    if len(telling) > _FEW or any(not word.islower() for word in telling):
        return False
    return not any(word in STOP_WORDS or is_word(word) for word in telling)


def names_in(text: str) -> list[str]:
    """Words in Latin script that may be names of systems: with a capital or a digit."""
    found = re.findall(r"(?<![\w-])[A-Za-z][\w.+-]*\w", text, re.ASCII)
    return [word for word in found if re.search(r"[A-Z]|\d", word)]
