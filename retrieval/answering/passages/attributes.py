"""Attributes that people ask about and that abstracts often don't mention, and the words that would state them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final


@dataclass(frozen=True, slots=True)
class _Attribute:
    """The words that ask about an attribute, and those that state it."""

    asked: re.Pattern[str]
    said: re.Pattern[str]

    @classmethod
    def of(cls, asked: str, said: str) -> _Attribute:
        """Patterns separated by white space, with ``_`` for a space; words that ask about an attribute also state it.

        "Hardware-aware" doesn't ask about hardware, but "Apache-2.0" states a licence.
        """
        return cls(_any_word(asked, r"(?![\w-])"), _any_word(f"{asked} {said}", r"(?!\w)"))


def _any_word(patterns: str, end: str) -> re.Pattern[str]:
    words = "|".join(patterns.replace("_", r"[\s-]").split())
    return re.compile(rf"(?<![\w-])(?:{words}){end}", re.IGNORECASE)


_ATTRIBUTES: Final = tuple(
    _Attribute.of(asked, said)
    for asked, said in (
        (
            r"gpus? gpu_hours? tpus? cards? hardware [ahbv]\d00s? rtx_?\d+\w* \d090s? mi\d00\w*",
            "nvidia cuda accelerators?",
        ),
        (r"vram ram memory gigabytes? gb", r"\d+\s?[gm]i?b footprint"),
        (r"costs? price dollars? usd money budget bucks euros? pa(?:y|id)", r"[$€£]\d* cheap\w* expens\w*"),
        (r"licen[cs]\w* commercial\w* copyright", r"apache mit cc_by\w*"),
        (
            r"(?:code|weights|checkpoints?)_(?:is_|are_)?(?:available|public\w*|released?|open\w*|out|online|anywhere) "
            r"(?:is|are)_there_(?:any_|a_)?(?:code|weights|checkpoints?) "
            r"releas\w*_(?:the_|their_|its_|any_)*(?:code|weights|checkpoints?) github repo(?:sitory)? download\w*",
            r"available publicly releas\w* hugging_?face https? accessible open_sourc\w*",
        ),
        (r"kappa agree\w* inter_annotator inter_rater", "consensus icc"),
        (r"annotators? raters? reviewers? crowd\w* judges? volunteers?", r"human\w* experts? assessors? participants?"),
        (
            "participants? patients? subjects? people volunteers? listeners?",
            r"humans? users? cohort individuals? adults? women men children n\s?=\s?\d+ cases assessors? "
            r"researchers? practitioners?",
        ),
        ("epochs? steps iterations?", "updates? rounds?"),
        (
            "learning_rate batch_size optimi[sz]er hyper_?parameters? warm_?up seeds? dropout temperature rank",
            "default",
        ),
        (r"param(?:eter)?s? how_(?:big|large)_is", r"\d+(?:\.\d+)?\s?[bm] billion million"),
        (r"authors? affiliat\w* universit\w* lab institut\w* who_(?:wrote|made) engineers? startups?", "team company"),
        (r"fund\w* grants? sponsor\w*", ""),
        ("conference venue journal accepted neurips icml iclr cvpr acl", "published"),
        ("hours? days? weeks? how_long", "minutes? seconds? months? years? ms latency frames lengths? real_time"),
        ("latency fps hz per_second throughput", r"ms milliseconds? seconds? real_time faster speed\w* times"),
        ("tokens? corpus_size", r"\d+(?:\.\d+)?\s?[tbmk] words trillion"),
        (
            "vision_encoder encoder backbone base_model teacher tokeni[sz]er codebook ocr",
            r"based_on built_on clip siglip dino\w* qwen\S* llama\S* gpt\S* initiali\w* backbones? distill\w*",
        ),
        ("phone mobile edge on_device smartphones?", "devices?"),
        (
            "real_(?:robot|arm|world) wet_lab in_vivo clinical_trial",
            r"real_world physical\w* experimental\w* deploy\w*",
        ),
        ("dos(?:e|es|age) mg concentration", r"\d+\s?(?:mg|µg|ug|ml|nm|µm)\S*"),
        ("side_effects? adverse safety toxicity", r"tolerat\w* complications?"),
        ("follow(?:ed)?_up", "months? years?"),
        ("age how_old", "years? elderly aged adults? children infants?"),
        (
            r"countr\w* cit(?:y|ies) hospitals? where_was",
            r"centers? centres? clinics? national\w* china usa japan europe\w*",
        ),
        (r"p_values? significan\w* confidence_intervals?", r"p\s?[<=>]\s?0?\.\d+ ci 95\s?\\?%"),
        ("mice mouse rats? animals? species strain", "murine rodents? zebrafish drosophila human"),
        (
            "languages? dutch german french chinese swahili arabic japanese hindi spanish",
            r"multilingual english cross_lingual \w+ese",
        ),
        ("videos? clips? frames?", r"footage temporal\w*"),
        ("images? pictures? photos?", r"visual\w* samples pairs figures?"),
        ("version operating_system windows linux macos docker", r"v\d\S*"),
        ("worst last least lowest", r"weak\w* poor\w* bottom minimum struggl\w* fail\w* only low"),
    )
)


def attributes_missing(question: str, text: str) -> float:
    """The share of the attributes asked about that a text doesn't mention; 0 if none is asked about."""
    asked = _asked(question)
    return sum(not said.search(text) for said in asked) / len(asked) if asked else 0.0


def statement_of(word: str, text: str) -> str:
    """The words of a text that state an attribute that a word asks about: "H100" for "GPU"; empty if there are none."""
    stated = (each.said.search(text) for each in _ATTRIBUTES if each.asked.fullmatch(word))
    return next((found[0] for found in stated if found), "")


@lru_cache(maxsize=64)
def _asked(question: str) -> tuple[re.Pattern[str], ...]:
    """What would state the attributes that a question asks about."""
    return tuple(each.said for each in _ATTRIBUTES if each.asked.search(question))
