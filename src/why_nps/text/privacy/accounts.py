"""Where a person is found on the internet: e-mail addresses, profiles, handles and logins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_LETTER_AT = r"(?:ape?n?[ ]?staart(?:je)?|at)"
_EMAIL = _compile(
    r"[\w.+-]{1,64}(?:[\[(](?:dot|punt)[\])][\w-]{1,40})?\s?(?:@|\[at?\]|\(at?\))\s?[\w-]{1,63}(?:(?:\.|\s?[\[(](?:dot|punt)[\])]\s?)[\w-]{1,63}){1,4}"
    r"|[\w.+-]{2,64}@[a-z][\w-]{2,63}(?:,(?:nl|be|com|net|eu)(?!\w))?"  # its end mistyped or left out
)
_SPOKEN_EMAIL = _compile(
    r"[\w.+-]{1,40}(?:\s(?:punt|dot|streepje)\s\w{1,40}){0,3}"
    rf"\s?(?:(?<=\s)(?:{_LETTER_AT}|@)|[\[(]{_LETTER_AT}[\])])\s"
    r"[\w-]{1,40}\s?(?:punt|dot|\.)\s?(?:com|nl|be|net|org|eu)(?!\w)"
)
_PROFILE = _compile(
    r"(?:https?://)?(?:[a-z]{1,3}\.)?(?:(?:facebook|fb|linkedin|instagram|twitter|tiktok|x|github|snapchat"
    r"|pinterest|youtube)\.com|t\.me|linktr\.ee)/[\w./?=&%@-]{2,100}"
    r"|(?<!\w)(?:https?://)?(?:www\.)?[\w-]{2,30}\.[a-z]{2,4}/(?:in|athletes|users?|profiles?|profiel|people|u|@)/?"
    r"[\w.-]{2,60}"
)
_HANDLE = _compile(
    r"(?:(?<=insta )|(?<=instagram )|(?<=twitter )|(?<=tiktok ))@[\w.]{2,30}"
    r"|(?<![\w.])@(?=[a-z.]{0,20}[\d_.][\w])[a-z][\w.]{2,29}"
)
_NAMED_HANDLE = _compile(
    r"(?<!\w)(?:insta|instagram|snap|snapchat|twitter|tiktok|discord|skype|telegram)(?:naam|account)?"
    r"(?:\sis\s|\s?[:=]\s?|\s)(@?(?=[a-z_.]{0,20}(?:[\d_]|\.\w))(?=[\d_.]{0,8}[a-z])[\w.]{3,30})"
)
_LOGIN = _compile(
    r"(?:gebruikersnaam|inlognaam|inlogcode|inlog|login|username|wachtwoord|paswoord|password)"
    r"(?:\s(?:is|was))?\s?(?:[:=]\s?([^\s\0]{3,40})|\s((?=[^\d\s\0]{0,30}\d)(?=\d{0,30}[^\d\s\0])[^\s\0]{3,40}))"
)


def find_accounts(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, kind) of e-mail addresses, handles and profile pages.

    Examples
    --------
    >>> [kind for *_, kind in find_accounts("jo@example.nl of jo at example punt nl")]
    ['email', 'email']
    """
    if "@" in text or "(a" in text or "[a" in text:
        yield from _all(_EMAIL, text, "email")
        yield from _all(_HANDLE, text, "account")
    if "/" in text and "." in text:
        yield from _all(_PROFILE, text, "account")
    if " at " in text or "staart" in text or "@" in text:
        yield from _all(_SPOKEN_EMAIL, text, "email")


def find_logins(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, kind) of user names, passwords and handles behind the word for them.

    Examples
    --------
    >>> [span[:2] for span in find_logins("gebruikersnaam: toosje, wachtwoord vergeten")]
    [(16, 23)]
    """
    if "rsnaam" in text or "woord" in text or "nlog" in text or "ogin" in text or "ername" in text:
        yield from _all(_LOGIN, text, "account")
    if "nsta" in text or "nap" in text or "witter" in text or "iktok" in text or "kype" in text:
        yield from _all(_NAMED_HANDLE, text, "account")


def _all(pattern: re.Pattern[str], text: str, kind: str) -> Iterator[tuple[int, int, str]]:
    for found in pattern.finditer(text):
        yield *found.span(found.lastindex or 0), kind
