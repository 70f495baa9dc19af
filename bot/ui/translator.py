"""Names and descriptions of commands in Discord's languages."""

from __future__ import annotations

from typing import Final

from discord import Locale, app_commands
from discord.app_commands import TranslationContextLocation as Location
from discord.app_commands import TranslationContextTypes, locale_str

from bot.texts import LANGUAGES, translated_name, translated_to

_NAMES: Final = {Location.command_name, Location.group_name, Location.parameter_name}


def is_name(context: TranslationContextTypes) -> bool:
    """Whether Discord's rules for names hold for a text: lower case, no spaces. Those of message menus are free."""
    return context.location in _NAMES and not isinstance(context.data, app_commands.ContextMenu)


class CatalogueTranslator(app_commands.Translator):
    """Looks texts up in the catalogues when the commands are registered."""

    async def translate(self, string: locale_str, locale: Locale, context: TranslationContextTypes) -> str | None:
        """The text in a language; ``None``: English."""
        language = LANGUAGES.get(str(locale))
        if language is None:
            return None
        look_up = translated_name if is_name(context) else _sentence
        found = look_up(string.message, language)
        return found if found != string.message else None


def _sentence(message: str, language: str) -> str:
    return translated_to(language, message)
