"""E-mail addresses, with signs or in words: "jan punt peeters apenstaartje gmail punt com"."""

import re
from collections.abc import Iterator

from serving.moderation.domains import is_mail_provider, registrable
from serving.moderation.finds import EMAIL, Candidate
from serving.moderation.personal_data import email_spans

_AT_WORD = r"a?ap?en?staart(?:je)?|ape?staart(?:je)?|arobas(?:e)?"
# In brackets or as that word it can hardly be anything else; "at" or a lone @ with spaces needs a mail provider behind it.
_SURE = re.compile(rf"\s?[\[({{<]\s?(?:at|@|a|{_AT_WORD})\s?[\])}}>]\s?|\s?[-_]at[-_]\s?|\s(?:{_AT_WORD})\s", re.IGNORECASE)
_UNSURE = re.compile(r"\s@\s?|@\s|@(?=\w+\b(?!\.\w))|\sat\s", re.IGNORECASE)
# What stands in every address, however it is written.
AT = re.compile(r"@|[\[({<-]\s?a|_at|\sat\s|staart|arobas", re.IGNORECASE)
_LOCAL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}(?:\s(?:punt|dot|underscore|liggend streepje|streepje|plus)\s[\w+-]{1,64}){0,4}$", re.IGNORECASE
)
_DOMAIN = re.compile(
    r"[\w-]{1,63}(?:(?:\.|,(?=com\b|be\b)|\s\.\s|\s(?:punt|dot)\s|(?<=\s)(?:punt|dot)\s)[\w-]{1,63}){0,4}", re.IGNORECASE
)
_DOT = re.compile(r"\s?\.\s?|,|\s?(?:punt|dot)\s", re.IGNORECASE)
_LOCAL_SIGNS = (
    (re.compile(r"\s(?:punt|dot)\s", re.IGNORECASE), "."),
    (re.compile(r"\s(?:underscore|liggend streepje)\s", re.IGNORECASE), "_"),
    (re.compile(r"\sstreepje\s", re.IGNORECASE), "-"),
    (re.compile(r"\splus\s", re.IGNORECASE), "+"),
)
_LONGEST_LOCAL = 160


def find_emails(text: str) -> Iterator[Candidate]:
    """Addresses with their sign, then those in words or with spaces in them."""
    for start, end in email_spans(text):
        yield Candidate(start, end, EMAIL, text[start:end].casefold())
    for pattern, sure in ((_SURE, True), (_UNSURE, False)):
        for at in pattern.finditer(text):
            if found := _around(at, text, sure):
                yield found


def _around(at: re.Match[str], text: str, sure: bool) -> Candidate | None:
    first = max(0, at.start() - _LONGEST_LOCAL)
    local = _LOCAL.search(text[first : at.start()])
    domain = _DOMAIN.match(text, at.end())
    if not local or not domain:
        return None
    # A sentence may go on with the word for a dot: "jan(at)telemail.be, punt gedaan".
    cuts = [len(domain[0]), *(dot.start() for dot in reversed([*_DOT.finditer(domain[0])]))]
    hosts = ((cut, _DOT.sub(".", domain[0][:cut]).casefold()) for cut in cuts)
    found = next(((cut, host) for cut, host in hosts if _is_mail_host(host, sure, glued=at[0] == "@")), None)
    if not found:
        return None
    name = local[0].casefold()
    for sign, character in _LOCAL_SIGNS:
        name = sign.sub(character, name)
    return Candidate(first + local.start(), domain.start() + found[0], EMAIL, f"{name}@{found[1]}")


def _is_mail_host(host: str, sure: bool, glued: bool) -> bool:
    """Whether mail can go there; a provider may lack its suffix ("jan@gmail") where the sign can't mean something else."""
    if registrable(host):
        return sure or is_mail_provider(host)
    return (sure or glued) and "." not in host and is_mail_provider(host)
