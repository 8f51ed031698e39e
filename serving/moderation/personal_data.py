"""Personal data that can be told by form alone: phone numbers, e-mail addresses, IBANs, national register numbers.

What counts as each is left to libraries that know the numbering plans and check digits (phonenumbers, python-stdnum), so
that prices, dates, bus lines and file numbers are not taken for them. Training masks these four kinds, no more: a rule added
here changes the texts that models learn from. What reads context, disguise and allow-list stands in `detectors`.
"""

import re
from collections.abc import Iterator

import phonenumbers
from stdnum import iban
from stdnum.be import nn

from serving.moderation.finds import EMAIL, IBAN, PHONE, REGISTER, Find

REGION = "BE"
_DIGIT = re.compile(r"\d")
_NOT_LOCAL_PART = re.compile(r"[^\w.+-]")
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_IBAN = re.compile(r"\b[A-Za-z]{2}\d{2}(?:[ .-]?[A-Za-z0-9]{4}){2,7}(?:[ .-]?[A-Za-z0-9]{1,3})?\b")
_REGISTER = re.compile(r"\b\d{2}[ .-]?\d{2}[ .-]?\d{2}[ .-]?\d{3}[ .-]?\d{2}\b")


def find_personal_data(text: str) -> list[Find]:
    """Every find in the order of the text; where two overlap, the one that starts first, then the longer one."""
    finds = sorted(_finds(text), key=lambda find: (find.start, -find.end))
    kept: list[Find] = []
    for find in finds:
        if not kept or find.start >= kept[-1].end:
            kept.append(find)
    return kept


def mask_personal_data(text: str) -> str:
    """The text with every find made nobody's, its form kept: what is served keeps its form too, so a model must know it.

    >>> mask_personal_data("mail jan@voorbeeld.be of bel 0470 12 34 56 voor 14.30 u")
    'mail naam@voorbeeld.be of bel 0000 00 00 00 voor 14.30 u'
    """
    for find in reversed(find_personal_data(text)):
        found = text[find.start : find.end]
        masked = "naam@voorbeeld.be" if find.kind == EMAIL else _DIGIT.sub("0", found)
        text = text[: find.start] + masked + text[find.end :]
    return text


def email_spans(text: str) -> Iterator[tuple[int, int]]:
    """Every `local@domain.tld`, looked for from its @: a pattern that begins with the local part takes quadratic time."""
    start = done = 0
    for edge in _NOT_LOCAL_PART.finditer(text):
        begin = max(start, done)
        start = edge.end()
        if edge[0] == "@" and begin < edge.start() and (domain := _DOMAIN.match(text, start)):
            done = domain.end()
            yield begin, done


def iban_spans(text: str) -> Iterator[tuple[int, int]]:
    for match in _IBAN.finditer(text):
        if (end := _iban_end(match)) is not None:
            yield match.start(), end


def _finds(text: str) -> Iterator[Find]:
    for start, end in email_spans(text):
        yield Find(start, end, EMAIL)
    for start, end in iban_spans(text):
        yield Find(start, end, IBAN)
    for match in _REGISTER.finditer(text):
        if nn.is_valid(match.group()):
            yield Find(match.start(), match.end(), REGISTER)
    for number in phonenumbers.PhoneNumberMatcher(text, REGION):
        yield Find(number.start, number.end, PHONE)


def _iban_end(match: re.Match[str]) -> int | None:
    """Where the IBAN ends: the pattern may have taken a following word of four letters with it."""
    found = match.group()
    for end in range(len(found), 14, -1):
        # The country's own check would refuse banks that are newer than its list.
        if found[end - 1].isalnum() and iban.is_valid(found[:end], check_country=False):
            return match.start() + end
    return None
