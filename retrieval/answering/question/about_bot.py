"""Questions about the bot itself, and how each is answered: from what it holds, or with the command to use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import Final

from retrieval.answering.question.about_words import TopicWords, bare_words
from retrieval.answering.question.phrases import lines
from retrieval.english import Text


class AboutBot(Enum):
    """What people ask about the bot. The values are the replies; those about its papers are completed."""

    SIZE = Text("I've read {papers} from {lists}.")
    AGE = Text("")
    MAKER = Text(
        "I'm Daily Papers Bot, an open-source program. No language model writes my answers: they are word-for-word "
        "quotes from abstracts, or what a paper's record says. /about tells more."
    )
    HELP = Text(
        "Ask me what a paper found or how it works, which papers are on a topic, who wrote a paper and when, or what "
        "is new. /help shows all commands."
    )
    DAILY_POST = Text("A server manager can use /setup (or /daily set) to choose a channel, the time and the papers.")
    FOLLOW = Text(
        "Use /follow with words, an author or a category: I'll send you new papers that match by direct message."
    )
    SAVE = Text(
        "Use /save, or the Save button below a paper. /saved shows your list and exports it, as BibTeX for example."
    )
    MAIL = Text("Use /inbox to get the day's papers by email.")
    PRIVACY = Text("/privacy shows everything that I store about you, and deletes it if you wish.")
    SEARCH = Text("Use /search with words, an author, a category or dates, for example: diffusion after:2025 has:code.")
    FRESH_START = Text("Use /forget, or begin with “new question:”, and I'll drop what we talked about.")
    SOURCES = Text("My papers come from Hugging Face's daily lists and from what was added here: {papers}.")
    ABSTRACTS = Text("I read abstracts and records of papers, in English: no full texts, PDFs, figures or attachments.")
    RECAP = Text(
        "/recap week shows the best papers of the week. A server manager can schedule it with /recap schedule."
    )
    MATCH = Text(
        "“Strong match” means that at least 93 of 100 such answers are right, measured on questions that I was not "
        "fitted to. “Possible match” is less certain: read the quote yourself."
    )
    FEEDBACK = Text("Use the buttons below my answer to say what's wrong with it: whoever runs me reads that.")
    FIRST_READ = Text(
        "/trending shows what people vote for, today, this week or this month. That's a good place to start."
    )


def _any_of(text: str, parts: Mapping[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{line})" for line in lines(text, parts)), re.IGNORECASE)


_LONGEST: Final = 20  # words
_PARTS: Final = {
    "you": "you|u|this bot|the bot|this library|the library|this catalogue|the catalogue",
    "your": "your|ur|the|this bot['’]?s|the bot['’]?s",
    "how": "how (?:do|can|could|would|should|does|to)(?: (?:i|we|one|you|u|someone|an? admin|the admins?))?",
    "holdings": "library|collection|catalogue|catalog|database|index|archive|corpus|data ?base|paper collection",
}
_ASKED: Final = {
    AboutBot.SIZE: _any_of(
        r"""
        how many (?:papers|abstracts|articles|documents)(?: in total)?(?: (?:do|does|have|has|are|did|is) (?:there|
          <you>|in(?: <your> <holdings>)?))?(?: (?:know|have|hold|cover|read|seen|got|store|indexed|index|here|there
          |in total|altogether|now|so far|in (?:here|there|total|<your> <holdings>)|<you>|about|of|contain))*
        how (?:big|large|extensive) is <your> <holdings>
        how (?:big|large|extensive) (?:is|are) <your> (?:<holdings> )?(?:of )?(?:papers|abstracts|articles)
        (?:what is |what['’]?s )?(?:the )?(?:total )?(?:size|number|count) of (?:<your> )?(?:<holdings>|papers
          |abstracts)
          (?: (?:you have|here|in (?:here|total|<your> <holdings>)|<you>|have|know|hold|altogether))*
        how many (?:papers|abstracts|articles|documents) .{0,20}(?:have|has|did|do) <you> .{0,20}(?:stored|saved|indexed
          |read|got|loaded|collected|know|cover)
        how much (?:do|have) <you> (?:know|read)
        (?:do|have) <you> (?:know|have|got|read) (?:many|a lot of|lots of) (?:papers|abstracts|articles)
        (?:the )?how many papers <you>(?:['’]ve)? (?:got|have|know|hold|read)
        """,
        _PARTS,
    ),
    AboutBot.AGE: _any_of(
        r"""
        how (?:new|old|recent|fresh|current|up[- ]to[- ]date) (?:are|is) (?:<you>|<your> (?:papers|data|index|lists?
          |knowledge|<holdings>|newest (?:papers?|list)))
        are <you> (?:still )?(?:up[- ]to[- ]date|current)
        when (?:were|was|are|did) (?:<you>|<your> \w+)(?: get)? (?:last )?(?:updated?|refreshed|read)(?: last)?
        (?:what(?:['’]s| is) )?<your> (?:knowledge )?cut-?off(?: date)?
        (?:what(?:['’]?s| is) )?<your> (?:time |date )?(?:coverage|range|span)
        (?:what|which)(?:['’]?s| is) (?:the |your )?(?:newest|latest|most recent|last|oldest|first) (?:day|date|update)
          (?: (?:you have|<you>|have|here|in <your> <holdings>))*
        how far back do(?:es)? (?:<you>|<your> \w+) (?:go|reach|date|extend)
        when (?:did|have) <you> (?:last )?(?:get|got|receive|fetch|load|add|update)\w*(?: any| the| your)?(?: new)?
          [ ](?:papers|lists?|data|updates?)(?: last)?
        (?:what|which|when)(?:['’]s| is| was)? (?:the |your )?(?:newest|latest|most recent|last) (?:paper )?list
          (?: (?:you have|here|<you>|have|from))*
        (?:from when|how (?:old|new|recent)) (?:is|are) <your> (?:newest|latest|most recent) (?:papers?|lists?|data)
        (?:when|what date) (?:is|was) <your> (?:newest|latest|last) (?:papers?|list|update)(?: from)?
        (?:is|are) <your> (?:data|papers|lists?|information|<holdings>) (?:still )?(?:fresh|current|up[- ]to[- ]date
          |recent|old|outdated)
        (?:which|what) (?:dates|years|days|period|time(?: ?(?:span|range|frame))?|range) (?:do|does) (?:<you>|<your>
          (?:papers|data|lists|<holdings>)) (?:cover|span|have|contain|come from)
        how (?:new|old|recent|fresh|current|up[- ]to[- ]date) is (?:this|it|all this|everything here)
        """,
        _PARTS,
    ),
    AboutBot.MAKER: _any_of(
        r"""
        (?:and )?who (?:made|built|created|wrote|programmed|coded|developed|designed|runs|owns|maintains|(?:is
          |are) (?:behind|the authors? of|the makers? of)) <you>
        (?:what|who) (?:exactly )?(?:is|are) (?:<you>|this)
        (?:are|is) <you> (?:a |an )?(?:open[- ]source|llm|ai|chatgpt|gpt|bot|robot|human|language model|real|person
          |free)(?: model| bot| or .+)?
        (?:which|what) (?:technology|tech|model|stack|framework|language) (?:are|is) <you> (?:based|built|running
          |written)
          [ ](?:on|with|in)
        is (?:this|it) (?:an? )?(?:chatgpt|gpt\S*|llm|ai|bot|claude|gemini|chatbot|robot|human|real person)
        how (?:do|does) <you> (?:function|operate|find things|know (?:this|that|things|all this))
        (?:are|is) <you> .{0,30}\b(?:bot|chatbot|robot|human|person|ai|machine|llm)\b.{0,30}
        (?:is|are) there (?:an? )?(?:llm|ai|human|person|language model|gpt\S*|real person)s? (?:behind|in|inside
          |running)
          [ ](?:this|<you>)
        (?:do|can|could|will) <you> (?:ever )?(?:hallucinate|lie|make (?:things|stuff|it) up|invent (?:things|answers))
        (?:what(?:['’]s| is)|do you have) (?:your|a) name|where are you from|who pays(?: for)? <you>
        what are you (?:made|built) (?:of|with|from)|is (?:a |an )?(?:human|person|llm|ai|someone) (?:answering
          |behind|writing)\b.{0,20}
        (?:does|do) (?:it|this|<you>) cost .{0,20}
        is (?:it|this|using <you>) (?:free|paid)\b.{0,20}
        can (?:i|we) trust <you>(?:r answers)?
        do(?:es)? <you> (?:use|run) (?:an? )?(?:llm|ai|chatgpt|gpt.*|language model)
        (?:which|what) (?:model|llm|ai) (?:are|is|do|does) <you>(?: use| using| run on)?
        (?:who is|who['’]s|who are) (?:your|ur) (?:developers?|makers?|creators?|authors?|owners?|programmers?)
        how do(?:es)? (?:<you>|this) (?:work|answer|find (?:the )?answers)(?: (?:questions|exactly|this))*
        where do <your> (?:answers|papers|quotes|data) come from
        how (?:are|is) <your> (?:answers?|quotes?) made
        (?:which|what) (?:model|llm|ai) (?:runs|powers|drives|is behind) <you>
        (?:is|where(?:['’]?s| is)|can i (?:see|read|get)|do you have|got)(?: the)? <your>
          [ ](?:own )?(?:source ?)?(?:code|repo|repository|github|source)(?: (?:on|open|public|available|github
            |source|somewhere))*
        (?:how (?:do|can) i (?:know|be sure|tell)|are you sure|why should i (?:trust|believe))
          (?: (?:that|if|whether))? .{0,20}\b(?:answers?|you)\b.{0,20}
        """,
        _PARTS,
    ),
    AboutBot.HELP: _any_of(
        r"""
        i (?:don['’]t|do not|dont) know (?:what|how|where) to (?:ask|start|begin|do|use (?:this|you)).{0,20}
        (?:i['’]?m |i am )new here.{0,30}
        what (?:are|is) <you> able to (?:do|answer|tell me).{0,20}
        (?:(?:show|give|tell)(?: me| us)? )?(?:(?:some|a few|an?) )?(?:examples?|sample questions?|example questions?)
          (?: (?:of|for) (?:questions|what (?:i|you) can (?:ask|do)))?
        (?:what|which) commands (?:exist|are there|do you have|are available|can i use)
        (?:what|which)(?: (?:kind|sort)s? of)?(?: (?:things|stuff|questions|commands?|features))? (?:can|could|do
          |does|are|is) (?:<you>|i|we|there)(?: (?:do|ask|have|offer|support|answer|help(?: me| us)?(?: with)?|<you>
          |about|here|good (?:for|at)|able to do))*
        <how> (?:use|talk to|work with|ask) <you>(?: .{0,20})?
        (?:show|list|give)(?: me)? (?:all |the |your )*(?:commands|features|options)
        commands
        what else (?:can|do) (?:you|u|i) (?:do|know|offer|ask)
        (?:teach|show) (?:me|us) how to .{0,10}<you>
        what do(?:es)? the buttons? (?:do|mean)
        is there (?:a |any )?(?:manual|guide|tutorial|documentation|help).{0,20}
        (?:can|could|will|would) <you> (?:browse|google|watch|listen|play|book|order|call|draw|sing|dance|code|do my
          |write my
          |summari[sz]e (?:a |this |my )?(?:youtube|video|website|link|file)|answer in|talk in|make mistakes)\b.{0,40}
        (?:does|can) (?:this|it|<you>) work (?:in|on|with) (?:private|dms?|direct|my|our|a|other|threads?
          |servers?)\b.{0,30}
        (?:an? |the )?(?:list|overview) of (?:all |the |your )*commands
        how (?:do|can|to)(?: i| we)? use this(?: thing| app| tool)?
        can (?:i|we) use <you>.{0,30}
        help(?: me)? (?:get|getting) started.{0,20}
        help(?: me)?(?: please)?
        i need help
        show (?:me|us) what (?:you|u) can do
        (?:what|which) (?:topics?|subjects?|fields?|areas?) (?:do|does|can) <you> (?:cover|know|have|answer)(?: about)?
        what (?:you|u) can do
        what are <your> (?:commands|features|options)
        what are you (?:good|useful) for
        """,
        _PARTS,
    ),
    AboutBot.DAILY_POST: _any_of(
        r"""
        (?:<how>|can <you>|can i|could <you>|i want <you> to|is there a way to) (?:please )?(?:make|get|have|set ?up
          |configure|let|tell|schedule|turn on|enable|start|stop|change|post|send|automatically
          |automate)\b.{0,40}\b(?:post\w*|daily|every (?:day|morning|week)|schedule[d]?|automatically
          |channel)\b.{0,40}
        (?:change|move|edit|set) the (?:time ?zone|time|channel|hour|schedule)\b.{0,40}
        (?:disable|enable|deactivate|mute) (?:the |my |our )?(?:daily )?(?:posts?|posting|digest|updates|list)\b.{0,30}
        (?:stop|start|begin|pause|resume) posting.{0,40}
        <how> .{0,30}\b(?:daily|automatic) (?:posts?|digests?|papers)\b.{0,30}
        how (?:can|do|does|could) (?:our|my|a|the) (?:server|channel|guild|team).{0,60}
        <how> (?:set ?up|configure|install|add) <you>(?: .{0,30})?
        (?:set ?up|configure|enable|activate|schedule|turn on|turn off|stop) (?:the |a |my )?(?:daily )?(?:posts?
          |posting
          |digest|updates)\b.{0,40}
        (?:which|what) command (?:changes|sets|configures|controls|stops|starts|turns).{0,50}
        can (?:the )?(?:papers|posts?|lists?|digest) be (?:posted|sent|shared|published).{0,40}
        (?:post|send|share) (?:the |us |me )?(?:daily )?(?:papers|list|digest) (?:in|to|at|every|each)\b.{0,40}
        where (?:do|can) i (?:set|change) the (?:channel|time|daily post).{0,20}
        """,
        _PARTS,
    ),
    AboutBot.MAIL: _any_of(
        r"""
        (?:<how>|can i|can <you>) .{0,40}\b(?:e-?mails?|mail|newsletter|inbox)\b.{0,20}
        (?:send|mail|e-?mail) (?:me|us) .{0,40}(?:mail|daily|every (?:day|morning))\b.{0,20}
        """,
        _PARTS,
    ),
    AboutBot.FOLLOW: _any_of(
        r"""
        (?:<how>|can i|can <you>|is there a way to) (?:please )?(?:get|be|receive|follow|subscribe|track|set up
          |turn on|notify|alert|tell|keep|stay)\b.{0,50}\b(?:notif\w+|alert\w*|follow\w*|subscri\w+|new papers|author
          |topic|updates?|updated|tell me|informed|posted)\b.{0,30}
        how (?:do|does) (?:the )?(?:alerts?|follows?|notifications?|subscriptions?) work
        (?:un)?(?:subscribe|follow)(?: me| us)?(?: to| from)? .{1,40}
        (?:who|what) (?:do|am) i follow(?:ing)?
        (?:stop|don['’]t|quit) (?:notifying|alerting|messaging|pinging|notify|ping|message) (?:me|us)\b.{0,30}
        (?:set up|create|make|add) (?:an? |some )?(?:follows?|alerts?|notifications?|subscriptions?)\b.{0,40}
        <how> (?:follow|subscribe to|track|unfollow|unsubscribe).{0,40}
        i(?:['’]d| would)? (?:want|like|need) (?:to be|to get|you to) (?:notif|alert|inform|tell|ping
          |messag)\w*\b.{0,60}
        (?:please )?(?:notify|alert|ping|tell|inform|message|remind) me (?:when|if|about new|of new|whenever|as soon as
          |every time)\b.{1,60}
        can <you> (?:notify|alert|ping|tell) me (?:about new|of new|when|if|as soon as|every) .{1,40}
        """,
        _PARTS,
    ),
    AboutBot.SAVE: _any_of(
        r"""
        <how> (?:make|create|start|share|open) (?:an? |my |the )?(?:reading )?lists?\b.{0,20}
        where (?:can|do) i (?:find|see) (?:what i(?: have|['’]ve)? saved|my saved .{0,20})
        (?:export|download|see|open) my (?:saved|saved papers|bookmarks?|list|reading list)\b.{0,20}
        (?:where (?:are|is|do i find)|show(?: me)?) my (?:bookmarks?|saved (?:papers|list|items)|list
          |favou?rites
          |reading list)
        (?:<how>|can i|where can i|can <you>) (?:save|bookmark|keep|store|export|see (?:my )?saved
          |find (?:my )?saved)\b.{0,40}
        """,
        _PARTS,
    ),
    AboutBot.PRIVACY: _any_of(
        r"""
        (?:<how>|can i|can <you>|please) (?:delete|remove|erase|see|get|download|wipe) (?:all )?(?:of )?my (?:data
          |questions|history|messages|information)(?: .{0,30})?
        (?:do|does|will) <you> (?:log|store|keep|save|record|share|remember) (?:my|our|what i) .{0,30}
        (?:do|will|can) <you> (?:sell|learn from|train on|share|spy|track|read) (?:my|our|us)\b.{0,40}
        (?:please )?(?:delete|erase|remove|close) my account\b.{0,20}
        is (?:this|it|that|our (?:chat|conversation)) (?:private|confidential|public|logged|stored|recorded)
        (?:please )?forget (?:me|about me|who i am)
        what (?:data|information) (?:do|does) <you> (?:have|store|keep|save|collect|hold).{0,30}
        (?:please )?(?:delete|erase|forget|remove|wipe) (?:all|everything|whatever|my data|what)\b.{0,40}\b(?:me|my
          |i)\b.{0,20}
        (?:please )?(?:delete|erase|remove|wipe) (?:all )?(?:of )?my (?:data|history|questions|messages)
        what (?:do|does|data do) <you> (?:store|keep|know|save|collect)(?: about (?:me|us|users))?
        (?:is|are) (?:my|our) (?:questions|data|messages) (?:private|stored|public).{0,20}
        privacy(?: policy)?
        """,
        _PARTS,
    ),
    AboutBot.SEARCH: _any_of(
        r"""
        (?:<how>|can i) (?:search|find papers|look for papers|filter)(?: .{0,40})?
        """,
        _PARTS,
    ),
    AboutBot.FRESH_START: _any_of(
        r"""
        <how> (?:start|begin) (?:over|fresh|again|a new (?:conversation|topic|question|chat)).{0,20}
        <how> (?:clear|reset|restart|drop|delete) (?:the |our |this |my )?(?:context|conversation|chat|history)
        (?:a )?(?:new|different|another|next) (?:topic|subject|question|conversation)
        (?:let['’]s |please )?start (?:over|again|afresh|fresh)
        (?:let['’]s |please )?(?:start|begin) (?:over|a new (?:conversation|chat|topic))
        (?:clear|reset|restart) (?:the |our |this |my )?(?:context|conversation|chat)
        """,
        _PARTS,
    ),
    AboutBot.RECAP: _any_of(
        r"""
        (?:<how>|can <you>|can i|can we|is there) .{0,30}\b(?:recaps?|(?:weekly
          |monthly) (?:summar\w+|digests?|overviews?))\b.{0,30}
        (?:an? )?(?:weekly|monthly) (?:summary|digest|recap|round-?up)(?: (?:possible|available|too))?
        """,
        _PARTS,
    ),
    AboutBot.MATCH: _any_of(
        r"""
        what(?:['’]?s| is| does| do| are)?(?: (?:an?|the|you mean by))? \W?(?:strong|possible) match(?:es)?\b.{0,30}
        (?:why|when) .{0,25}\b(?:strong|possible) match\b.{0,30}
        """,
        _PARTS,
    ),
    AboutBot.FEEDBACK: _any_of(
        r"""
        (?:<how> |can i |i(?:['’]d| would)? (?:want|like) to |where (?:do|can) i )?(?:report
          |file|found|there(?:['’]?s| is))
          (?: an?| the)? (?:bug|problem|issue|mistake|error)(?: .{0,30})?
        (?:<how> |can i |i(?:['’]d| would)? (?:want|like) to |where (?:do|can) i )?
          (?:give|leave|send) feedback(?: .{0,20})?
        who (?:do|can|should|could) (?:i|we) (?:contact|ask|tell|write to|complain to|talk to)\b.{0,40}
        (?:<how> )?(?:give|leave|send) feedback(?: .{0,20})?
        """,
        _PARTS,
    ),
    AboutBot.FIRST_READ: _any_of(
        r"""
        (?:and )?(?:what|which (?:paper|one|papers)) (?:should|shall|do|can|could|would you have|must) (?:i|we|me|one
          |a newcomer|a beginner) (?:read|start with|begin with|look at)(?: (?:first|next|here|about))*
        where (?:do|should|can) (?:i|we) (?:start|begin)(?: reading)?
        what(?:['’]s| is) (?:worth|good to) (?:reading|read)(?: (?:today|now|first))?
        any(?: reading)? (?:recommendations?|suggestions?|tips)
        (?:can (?:you|u) )?(?:recommend|suggest)(?: me)? (?:something|anything|a paper|a good paper|some papers
          |papers?|a read)(?: (?:to read|please|pls|for today|today|to start with))*
        what do (?:you|u) recommend
        (?:anything|something|what) (?:you['’]?d|you would|u['’]?d) (?:recommend|suggest)(?: (?:to )?(?:read|me))*
        """,
        _PARTS,
    ),
}
_WORDS: Final = {
    AboutBot.FOLLOW: TopicWords.of(
        "follow unfollow subscribe unsubscribe alert alerts notify notification notifications notified",
        "author authors topic topics keyword keywords follows stop",
    ),
    AboutBot.SAVE: TopicWords.of(
        "save bookmark bookmarks bookmarked export bibtex zotero ris favourites favorites", "saved reading later"
    ),
    AboutBot.MAIL: TopicWords.of("email e-mail mail emails newsletter inbox", "digest send receive weekly"),
    AboutBot.DAILY_POST: TopicWords.of(
        "post posting posts schedule timezone pause",
        "automatically auto hour am pm o'clock another different zone change stop start resume tomorrow when move",
    ),
    AboutBot.PRIVACY: TopicWords.of(
        "privacy private gdpr delete erase wipe", "data history information info personal keep store logs remember"
    ),
    AboutBot.FRESH_START: TopicWords.of(
        "forget reset restart", "conversation chat context talked talk discussed topic history memory"
    ),
    AboutBot.HELP: TopicWords.of(
        "help commands examples capabilities features abilities functions manual tutorial", "example sample ask"
    ),
    AboutBot.SEARCH: TopicWords.of("search syntax filters operators", "query filter"),
    AboutBot.ABSTRACTS: TopicWords.of(
        "read upload translate attach understand speak quote quotes look figures browse",
        "only english pdf pdfs full text texts whole entire figures tables images pictures files file summarise"
        " summarize languages",
        spoken_to=True,
    ),
    AboutBot.SOURCES: TopicWords.of(
        "source sources feed feeds origin arxiv huggingface data", "hugging face website", spoken_to=True
    ),
    AboutBot.MAKER: TopicWords.of(
        "creator creators maker developer developers owner chatgpt gpt gpt-4 gpt-5 llm claude gemini robot human"
        " hallucinate hallucinations lie trust reliable accurate dad daddy mother father built programmed coded free"
        " cost costs price alive sentient ai behind",
        "made model language run runs answers correct based behind person bot things",
        spoken_to=True,
    ),
    AboutBot.AGE: TopicWords.of(
        "update updates updated updating newest latest", "often date fresh new refresh", spoken_to=True
    ),
    AboutBot.MATCH: TopicWords.of("certain confident confidence sure", "usually often normally", spoken_to=True),
    AboutBot.FIRST_READ: TopicWords.of("surprise"),
}
"""Where no form fits: "unfollow stuff"."""
_AROUND: Final = re.compile(
    r"^(?:(?:hey|hi|hello|ok(?:ay)?|so|well|please|pls|btw|by the way|bot|say|and|but|sorry|(?:can"
    r"|could) you tell me)[\s,!:]+)+|(?:[\s,]+(?:please|pls|plz|bot|btw|exactly|actually|then|anyway))+$",
    re.IGNORECASE,
)


def about_bot(text: str) -> AboutBot | None:
    """What a message asks about the bot; ``None`` where it asks about papers."""
    asked = " ".join(text.split()).rstrip(" ?!.…")
    words = bare_words(asked)
    if len(words) > _LONGEST:
        return None
    bare = _AROUND.sub("", asked).rstrip(" ?!.…,")
    for said in dict.fromkeys((asked, bare)):
        found = next((about for about, pattern in _ASKED.items() if pattern.fullmatch(said)), None)
        if found is not None:
            return found
    return next((about for about, topic in _WORDS.items() if topic.fit(asked, words)), None)
