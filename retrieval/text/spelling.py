"""One spelling for words that are spelt in several ways: British and American English, and plurals of acronyms."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

_ISE: Final = re.compile(r"(?<=[a-z]{3})is(e|es|ed|ing|er|ers|able|ations?|ational)$")
_ALWAYS_ISE: Final = re.compile(
    r"(?:w|no|po|ra|gu|bru|cru|pr|adv|dev|rev|superv|telev|improv|exc|inc|conc|prec|circumc|exerc|prem|prom|surm|"
    r"franch|expert|advert|chast|desp|treat|parad|merchand|quo|torto|mala|lia|upr|sunr|^dem)$"
)
"""What precedes -ise in words that America spells so too: otherwise, denoise, raise, surprise, supervise."""
_YSE: Final = re.compile(r"(anal|paral|catal|dial|electrol|hydrol)ys(e|es|ed|er|ers|ing)$")
_OUR: Final = re.compile(
    r"(behavi|col|fav|neighb|lab|hum|tum|flav|harb|hon|rum|vap|od|arm|endeav|rig|vig|savi|sav|parl|splend|clam|glam|"
    r"cand|demean|ard|ferv|val)our"
)
_RE: Final = re.compile(r"(cent|met|lit|fib|theat|calib|spect|lust|sab|meag|somb)re(s|d|)$")
_LL: Final = re.compile(
    r"(model|label|travel|cancel|signal|tunnel|channel|level|fuel|total|unravel|funnel|panel|equal|initial|dial|spiral|"
    r"pencil|counsel|duel|marshal|quarrel|rival|pedal|shovel|swivel|bevel|chisel|revel|marvel|jewel|libel)l"
    r"(ed|ing|ings|er|ers|ous|ery)$"
)
_OGUE: Final = re.compile(r"(catal|anal)ogu(?:e(?=s?$)|(?=ed$|ing$))")
_GREEK: Final = re.compile(
    r"(?<=h)ae(?=m)|(?<=an)ae(?=m|sth)|ae(?=mia)|(?<=leuk)ae(?=m)|(?<=isch)ae(?=m)|(?<=p)ae(?=d)|(?<=gyn)ae(?=c)|"
    r"(?<=encyclop)ae(?=d)|(?<=pal)ae(?=o)|(?<=arch)ae(?=o)|^ae(?=tiol)|(?<=f)ae(?=c)|(?<=medi)ae(?=v)|"
    r"^o(?=estr|esoph|edem)|(?<=f)o(?=et[ua])|(?<=hom)o(?=eo)|(?<=rrh)o(?=ea)|(?<=man)o(?=euv)"
)
_CONSONANT: Final = "[bcdfghjklmnpqrstvwxz]"
_PLURAL: Final = re.compile(rf"(?=.*[^s]s$)(?:{_CONSONANT}{{2,}}|{_CONSONANT}pu|{_CONSONANT}{{2,3}}[aiou])s")
"""The plural of an acronym, of which Snowball keeps the s: LLMs, GPUs, RNAs."""
_SINGULAR: Final = frozenset(
    "this thus plus chris kris tts gps fps dns tls sms cls mcts nws bbs hls cms mbps gbps kbps tbps rms".split()
)
"""Acronyms that end with s without being plurals."""

_ONE_SPELLING: Final = MappingProxyType(
    {
        pair.partition(":")[0]: pair.partition(":")[2]
        for pair in """
        defence:defense defences:defenses offence:offense offences:offenses licence:license licences:licenses
        pretence:pretense practise:practice practised:practiced practises:practices practising:practicing grey:gray
        greys:grays greyscale:grayscale programme:program programmes:programs artefact:artifact artefacts:artifacts
        sceptic:skeptic sceptical:skeptical scepticism:skepticism ageing:aging judgement:judgment
        judgements:judgments acknowledgement:acknowledgment acknowledgements:acknowledgments mould:mold moulds:molds
        moulding:molding moulded:molded plough:plow enrol:enroll enrols:enrolls enrolment:enrollment
        enrolments:enrollments fulfil:fulfill fulfils:fulfills fulfilment:fulfillment distil:distill distils:distills
        skilful:skillful instalment:installment focussed:focused focussing:focusing biassed:biased benefitted:benefited
        benefitting:benefiting learnt:learned burnt:burned spelt:spelled disc:disk discs:disks
        aluminium:aluminum maths:math tyre:tire tyres:tires aeroplane:airplane
        aeroplanes:airplanes manoeuvre:maneuver manoeuvres:maneuvers manoeuvring:maneuvering
        manoeuvrability:maneuverability maneuvre:maneuver sulphur:sulfur sulphate:sulfate sulphide:sulfide
        centring:centering towards:toward amongst:among whilst:while speciality:specialty draught:draft
        adviser:advisor advisers:advisors connexion:connection cosy:cozy storey:story sizeable:sizable
        likeable:likable useable:usable moveable:movable unmoveable:unmovable cheque:check cheques:checks
        formulae:formulas dialog:dialogue dialogs:dialogues
        """.split()
    }
)
_SHORTEST: Final = 4
_LONGEST_PLURAL: Final = 8
_MAY_DIFFER: Final = re.compile(r"is[aei]|our|re[ds]?$|ll|ogue|ogui|ae|oe|ys[ei]|^grey")
"""What every word has to which a rule applies."""
_VARIES: Final = re.compile(
    r"[iy]z|or|er|og|gray|l(?:ed|ing|ings|er|ers|ous|ery)$|em|ped|gyn|paleo|arche|etiol|fec|mediev|estr|esoph|fet|homeo|rrhe|"
    r"maneu"
)
_SPELT_OTHERWISE: Final = frozenset(_ONE_SPELLING.values())


def one_spelling(word: str) -> str:
    """The spelling that stands for a lower-case word without accents: American, an acronym in the singular."""
    if word in _ONE_SPELLING:
        return _ONE_SPELLING[word]
    if word[-1:] == "s" and len(word) <= _LONGEST_PLURAL and _PLURAL.fullmatch(word) and word not in _SINGULAR:
        return word[:-1]
    if len(word) < _SHORTEST or not _MAY_DIFFER.search(word) or not word.isalpha():
        return word
    # Each pattern takes longer than to look for what it always has.
    if "is" in word and (found := _ISE.search(word)) and not _ALWAYS_ISE.search(word[: found.start()]):
        word = f"{word[: found.start()]}iz{found[1]}"
    word = word.replace("grey", "gray")
    word = _YSE.sub(r"\1yz\2", word) if "ys" in word else word
    word = _OUR.sub(r"\1or", word) if "our" in word else word
    if word.endswith(("re", "red", "res")):
        word = _RE.sub(lambda found: f"{found[1]}er{'ed' if found[2] == 'd' else found[2]}", word)
    word = _LL.sub(r"\1\2", word) if "ll" in word else word
    word = _OGUE.sub(r"\1og", word) if "ogu" in word else word
    return _GREEK.sub(lambda found: "e" if found[0] == "ae" else "", word) if "ae" in word or "oe" in word else word


def may_vary(word: str) -> bool:
    """Whether texts may spell what ``one_spelling`` returned in another way; a plural of it doesn't count."""
    return bool(_VARIES.search(word)) or word in _SPELT_OTHERWISE
