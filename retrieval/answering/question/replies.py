"""What the bot says to messages that ask for no paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from retrieval.answering.question.intents import Intent
from retrieval.english import Text

REPLIES: Final[Mapping[Intent, Text]] = {
    Intent.SIZE: Text("I've read {papers} from {lists}."),
    Intent.AGE: Text(""),
    Intent.MAKER: Text(
        "The Daily Papers Bot engineers wrote me, and my code is open source. I can't tell who runs this copy of me, "
        "but a manager of this server may know."
    ),
    Intent.LICENCE: Text(
        "I'm open source under the MIT licence: you may use, change and share my code, also at work. Whoever runs me "
        "can tell you where it is."
    ),
    Intent.IDENTITY: Text(
        "I'm Daily Papers Bot, an open-source program. No language model writes my answers: they are word-for-word "
        "quotes from abstracts, or what a paper's record says. /about tells more."
    ),
    Intent.METHOD: Text(
        "I look for the sentence of an abstract that answers, and quote it word for word. No language model writes or "
        "rephrases anything. If no abstract has the answer, I say so."
    ),
    Intent.TRUST: Text(
        "I can be wrong: my quotes are word for word, but I may pick the wrong sentence or paper. Of answers marked "
        "“Strong match”, at least 93 of 100 are right; check a “Possible match” before you rely on it."
    ),
    Intent.HELP: Text(
        "Ask me what a paper found or how it works, which papers are on a topic, who wrote a paper and when, or what "
        "is new. /help shows all commands."
    ),
    Intent.EXAMPLES: Text(
        "For example: {questions}. /help shows more.",
        questions=(
            "“What is speculative decoding?”",
            "“Which papers are about quantization?”",
            "“Who wrote Attention Is All You Need?”",
            "“What were the best papers this week?”",
        ),
    ),
    Intent.DAILY_POST: Text(
        "A server manager can use /setup (or /daily set) to choose a channel, the time and the papers."
    ),
    Intent.DAILY_STOP: Text(
        "A server manager can use /daily pause to pause the daily post, or /daily remove to end it."
    ),
    Intent.DAILY_STATUS: Text(
        "A server manager can use /daily status to see when the next post goes out, and /status to see what went wrong "
        "and which permissions I need."
    ),
    Intent.SELECTION: Text(
        "The papers come from the daily lists, and people's votes rank them: the more votes and the newer, the higher. "
        "A server manager can set rules for the daily post with /setup."
    ),
    Intent.FOLLOW: Text(
        "Use /follow with words, an author or a category: I'll send you new papers that match by direct message."
    ),
    Intent.UNFOLLOW: Text(
        "/following shows what you follow: there you can edit, pause or remove it, and choose how often I notify you."
    ),
    Intent.SAVE: Text(
        "Use /save, or the Save button below a paper. /saved shows your list and exports it, as BibTeX for example."
    ),
    Intent.MAIL: Text("Use /inbox to get the day's papers by email."),
    Intent.MAIL_STOP: Text(
        "Use /inbox to get fewer emails, and press “{leave}” there to get none. Every email has a link to unsubscribe, "
        "too.",
        leave=Text("Leave"),
    ),
    Intent.PRIVACY: Text("/privacy shows everything that I store about you, and deletes it if you wish."),
    Intent.SEARCH: Text(
        "Use /search with words, an author, a category or dates, for example: diffusion after:2025 has:code."
    ),
    Intent.FRESH_START: Text("Use /forget, or begin with “new question:”, and I'll drop what we talked about."),
    Intent.FOLLOW_UP: Text(
        "Reply to one of my answers to ask more about it: I'll know what “it” and “the second one” are. /forget starts "
        "fresh."
    ),
    Intent.SOURCES: Text("My papers come from Hugging Face's daily lists and from what was added here: {papers}."),
    Intent.ABSTRACTS: Text(
        "I read abstracts and records of papers, in English: no full texts, PDFs, figures or attachments."
    ),
    Intent.RECAP: Text(
        "/recap week shows the best papers of the week. A server manager can schedule it with /recap schedule."
    ),
    Intent.MATCH: Text(
        "“Strong match” means that at least 93 of 100 such answers are right, measured on questions that I was not "
        "fitted to. “Possible match” is less certain: read the quote yourself."
    ),
    Intent.WHY: Text(
        "“{why}” below an answer shows what I looked for and what was missing, and “{context}” shows the whole "
        "abstract.",
        why=Text("Why this?"),
        context=Text("Show in context"),
    ),
    Intent.FEEDBACK: Text("Use the buttons below my answer to say what's wrong with it: whoever runs me reads that."),
    Intent.FIRST_READ: Text(
        "/trending shows what people vote for, today, this week or this month. That's a good place to start."
    ),
    Intent.LANGUAGE: Text(
        "My buttons and cards are in the language of your Discord: English, German, French, Spanish, Japanese or "
        "Chinese. Please ask in English; quotes stay as they are."
    ),
    Intent.COST: Text(
        "I'm free, and you need no account and no key. After many questions in a row, you may have to wait a little."
    ),
    Intent.WHERE: Text(
        "Mention me or use /ask in a channel, or send me a direct message. With “private”, /ask answers only you."
    ),
    Intent.INVITE: Text(
        "Whoever runs me has the link that adds me to a server, and can tell you how to run your own copy. Then a "
        "server manager uses /setup."
    ),
    Intent.ADD_PAPERS: Text(
        "Whoever runs me can add papers, from the daily lists or from files. With an arXiv link, /paper may fetch a "
        "single one."
    ),
    Intent.VOTE_DISCUSS: Text(
        "Press “{vote}” under a paper, and again to take it back. “{discuss}” opens a thread about it.",
        vote=Text("Vote"),
        discuss=Text("Discuss a paper"),
    ),
    Intent.READING: Text(
        "/reading list shows what this server may read next: vote, and join. /reading add puts a paper forward. A "
        "server manager starts it with /reading setup."
    ),
    Intent.LINKS: Text(
        "A server manager can use /links on to turn pasted links to papers into cards, and /links off to stop that."
    ),
    Intent.FEEDS: Text(
        "A server manager can use /daily feed to make links for feed readers, if whoever runs me has turned on web "
        "pages."
    ),
    Intent.PAPER_CARD: Text(
        "Use /paper with an arXiv id, a link or part of the title. It shows the authors, votes, abstract and links."
    ),
    Intent.TRENDING: Text("/trending shows the top papers of a day, a week, a month or any days."),
    Intent.UPDATES: Text(
        "When a paper that you saved is withdrawn, or gets a new version or code, I'll send you a direct message."
    ),
    Intent.GREETING: Text(
        "Hello! Ask me about a paper, for example what it found or how it works. /trending shows today's papers."
    ),
    Intent.THANKS: Text("You're welcome! Reply to one of my answers to ask more about it."),
    Intent.PRAISE: Text("Glad to hear it! Reply to one of my answers to ask more about it."),
    Intent.COMPLAINT: Text("Sorry! Try other words, or name the paper: I only know what abstracts and records say."),
    Intent.GOODBYE: Text("See you! The papers will be here."),
    Intent.FEELINGS: Text("I'm well and full of abstracts, thanks! What would you like to know?"),
    Intent.ACKNOWLEDGE: Text("OK. What would you like to know?"),
    Intent.PRESENCE: Text("I'm here. Ask me about a paper, or what is new."),
    Intent.OFF_TOPIC: Text(
        "I answer questions with quotes from the abstracts of papers. Ask me what a paper found, how it works, or "
        "which papers are on a topic. /help shows more."
    ),
}
"""Those about the bot's papers are completed: with fields, or with the days that its lists cover."""
