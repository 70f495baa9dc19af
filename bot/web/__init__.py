"""Small web pages of the bot, each in a thread of its own, so that no visitor can slow the bot down."""
