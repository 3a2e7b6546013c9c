"""The words of the interface in the reader's language, through gettext. English is the source.

Knows nothing about what is said with them, and never touches the words of questions and articles.
Texts are extracted where ``say`` and ``count`` are called with literals, here and in
``retrieval.messages``: ``make catalogues`` renews the catalogues.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from retrieval.messages import Message, Value, grouped

SOURCE = "en"
LANGUAGES: Mapping[str, str] = {SOURCE: ",", "de": "."}
"""What there is to choose from, each with what sets its thousands apart."""
DOMAIN = "pullquote"
LOCALE = Path(__file__).with_name("locale")


@dataclass(frozen=True, slots=True)
class Wording:
    """Says things in one language. Cheap to make: the catalogue is loaded once, at first use."""

    language: str = SOURCE

    def say(self, message: str, /, **values: Value) -> str:
        """The message in this language, its places filled by ``str.format``."""
        return self._filled(_catalogue(self.language).gettext(message), values)

    def count(self, one: str, many: str, n: int, /, **values: Value) -> str:
        """The form of the message for ``n``, which fills the place ``{n}``."""
        pattern = _catalogue(self.language).ngettext(one, many, n)
        return self._filled(pattern, {"n": n, **values})

    def retold(self, text: str, value: Callable[[str], str] = str) -> str:
        """What a ``Message`` says, in this language; any other text as it is. ``value`` makes what
        is shown of texts that are not ours.
        """
        if not isinstance(text, Message):
            return value(text)
        catalogue = _catalogue(self.language)
        if text.plural is None:
            pattern = catalogue.gettext(text.pattern) if text.pattern else ""
        else:
            pattern = catalogue.ngettext(text.pattern, text.plural, text.number)
        return self._filled(pattern, text.values, value)

    def _filled(
        self, pattern: str, values: Mapping[str, Value], value: Callable[[str], str] = str
    ) -> str:
        separator = LANGUAGES[self.language]
        shown = {
            name: grouped(given, separator) if isinstance(given, int) else self.retold(given, value)
            for name, given in values.items()
        }
        return pattern.format(**shown)


def wording(language_code: str | None, fallback: str = SOURCE) -> Wording:
    """The wording for an IETF tag such as Telegram sends: ``de-AT`` gives German. ``fallback`` is
    for languages that are not spoken here.
    """
    known = (_primary(code) for code in (language_code, fallback))
    return Wording(next((code for code in known if code in LANGUAGES), SOURCE))


def _primary(code: str | None) -> str:
    return (code or "").replace("_", "-").partition("-")[0].strip().lower()


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == SOURCE:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, LOCALE, [language], fallback=True)
