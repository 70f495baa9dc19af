"""Small talk: greetings, thanks and questions about the bot, and the replies to them."""

from __future__ import annotations

import re
from typing import Final

from retrieval.english import Text


def _phrases(patterns: str) -> re.Pattern[str]:
    """Match any of the patterns, separated by white space, with ``_`` for a space; "hi" doesn't match "hi-res"."""
    phrases = "|".join(patterns.replace("_", r"\s+").split())
    return re.compile(rf"(?<![\w-])(?:{phrases})(?![\w-])", re.IGNORECASE)


_TALK: Final[tuple[tuple[re.Pattern[str], Text], ...]] = (
    (
        _phrases(
            "thanks? thank_(?:you|u) thx ty tysm cheers gracias grazie obrigad[oa] much_appreciated much_obliged"
            " got_it merci danke"
        ),
        Text("You're welcome! Reply to one of my answers to ask more about it."),
    ),
    (
        _phrases(
            "(?:who|what)_(?:are|r)_(?:you|u) what_can_(?:you|u)_do how_do_(?:you|u)_work "
            "are_(?:you|u)_(?:an?_)?(?:bot|human|ai|robot|llm|chatgpt) help "
            "(?:tell|write|compose|sing|draw|make|give)(?:_me|_us)?_(?:an?|another|some)(?:_\\w+)?_(?:jokes?|"
            "poems?|songs?|stor(?:y|ies)|haikus?|limericks?|riddles?|essay|pictures?)(?:_(?:about|on|for|of)_.+)? "
            "do_(?:you|u)_(?:like|love|hate|miss|know)_(?:me|us) do_(?:you|u)_(?:sleep|dream|eat|feel|have_feelings) "
            "translate_.+_(?:in)?to_\\w+ (?:what|how)(?:['’]?s|_is)_(?:the_)?(?:weather|time|meaning_of_life"
            "|for_(?:dinner|lunch))(?:_\\w+)* "
            "who_is_the_(?:president|king|queen|prime_minister|chancellor|ceo|mayor)_of_\\w+ "
            "(?:write|do|finish|fix|debug|solve)_(?:my|me)_\\w+ write_(?:\\w+_)?(?:code|text|poems?"
            "|emails?)_for_(?:me|us) "
            "tell_(?:me|us)_something_\\w+ will_(?:you|u)_marry_me "
            ""
            "(?:can|could|will|would)_(?:you|u)_(?:please_)?(?:write|do|finish)_my_\\w+ marry_me"
        ),
        Text(
            "I answer questions with quotes from the abstracts of papers. Ask me what a paper found, how it works, or "
            "which papers are on a topic. /help shows more."
        ),
    ),
    (
        _phrases("good_?(?:bye|night) bye see_(?:you|u|ya) cya"),
        Text("See you! The papers will be here."),
    ),
    (
        _phrases(
            "hello+ hi+ hey+ hiya yo greetings good_(?:morning|afternoon|evening|day) hallo howdy sup g[mn]"
            " happy_new_year what['’]?s_up"
        ),
        Text("Hello! Ask me about a paper, for example what it found or how it works. /trending shows today's papers."),
    ),
    (
        _phrases(
            "how_(?:are|r)_(?:you|u) how['’]?s_it_going lo+l h+m+ (?:ha){2,}h? lmao rofl lol_what "
            "(?:good|nice|great|cool|awesome)_(?:bot|job|work|one|answers?|stuff|reply)"
        ),
        Text("I'm well and full of abstracts, thanks! What would you like to know?"),
    ),
    (
        _phrases(
            "(?:bad|stupid|dumb|silly|useless|worst)_bot "
            "(?:you|u)(?:_are|['’]?re|_r)?_(?:so_|really_|just_|a_|an_|the_)*(?:sucks?|stupid|dumb|bad|awful"
            "|terrible|idiot"
            "|useless|annoying|worst|slow|broken)(?:_bot)? (?:this|the)_bot_(?:really_)?(?:sucks|is_\\w+) "
            "(?:useless|bad|terrible|awful|stupid|poor)_(?:answers?|reply|bot) "
            ""
            "sorry_.*\\b(?:cat|kid|keyboard|mistake|wrong_channel|pocket)\\b.* "
            "(?:that['’]?s|that_is|you['’]?re|you_are|this_is"
            "|it['’]?s)_(?:all_|just_|so_)?"
            "(?:wrong|incorrect|not_(?:right|correct|true)|false|nonsense|useless) wrong(?:_answer|_paper|_one)? "
            "(?:that['’]?s|this_is|that_is|thats)_not_(?:what|it|the)_?(?:i_(?:asked|meant|wanted|said)(?:_for)?|one)?"
        ),
        Text("Sorry! Try other words, or name the paper: I only know what abstracts and records say."),
    ),
    (
        _phrases(
            "(?:are_)?(?:you|u)_(?:still_)?(?:there|alive|awake|online|up|working) (?:is_)?any(?:body|one)_(?:home"
            "|there|here|awake) test(?:ing|s)?(?:_\\d+)* ping"
        ),
        Text("I'm here. Ask me about a paper, or what is new."),
    ),
    (
        _phrases(
            "(?:nice|great|cool|awesome|perfect|amazing|brilliant|wow|excellent|neat|sweet|lovely|interesting|helpful)"
            " impressive fantastic incredible i_(?:really_)?(?:love|like|adore)_(?:you|u|this|it|this_bot)"
            " (?:you|u)(?:_are|['’]?re|_r)?_(?:so_|really_|just_|the_|a_)*(?:best|greatest|genius|smart|clever|cute"
            "|funny"
            "|legend|star|rock|rule|hero|awesome|amazing|great|good|nice|cool|brilliant|perfect|helpful|wonderful)"
        ),
        Text("Glad to hear it! Reply to one of my answers to ask more about it."),
    ),
    (
        _phrases(
            "nope? nah yes yep yeah yup never_?mind nvm ok(?:ay)? k sure fine alright agreed exactly brb whatever"
            " i['’]?m_(?:bored|confused|tired|lost|back|hungry|sad|happy)"
        ),
        Text("OK. What would you like to know?"),
    ),
)

# An emoticon, or a custom emoji or mention in Discord's format.
_FACES: Final = re.compile(r"[:;=]-?[()DPpOo/]+(?!\w)|<3+|\bxD+\b|<(?:a?:\w+:|@[!&]?)\d+>")

# Words around small talk that ask nothing, not even together: none of them starts a question.
_FILLERS: Final = _phrases(
    """
    there here everyone everybody all guys folks friends? team mate man dude bro buddy bot world dear you u your me my i
    (?:this|that|it)_(?:is|was) (?:that|it)['’]?s i['’]?m again so very really much a an the lot bunch ton million
    ok(?:ay)? oh wow ah yes yeah yep no nope well and but too also just please pls indeed then now today tonight
    tomorrow later soon day week(?:end)? good great nice quick cool awesome perfect amazing brilliant interesting
    this that it its then beaucoup
    super kindly right bored gotta go useful helpful helped helps sch(?:ö|oe)n sehr muchas what_(?=$) kind new back
    doing going have had can ask
    question to for_(?:this|that|it|everything)
    for_(?:the|your)_(?:quick_)?(?:answers?|reply|replies|time|info|explanation|quotes?|papers?) for
    """
)


def small_talk(text: str) -> Text | None:
    """A reply to small talk; ``None`` if the message asks something.

    Polite people greet or thank before they ask, so a message is only small talk if there's nothing else in it.
    """
    reply = next((reply for pattern, reply in _TALK if pattern.search(text)), None)
    return reply if reply is not None and not _asks(text) else None


def _asks(text: str) -> bool:
    """Whether the message has words besides small talk and fillers."""
    for pattern in (_FACES, *(pattern for pattern, _ in _TALK), _FILLERS):
        text = pattern.sub(" ", text)
    return re.search(r"\w", text) is not None
