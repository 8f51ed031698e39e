"""Numbers that carry check digits: bank accounts, national register and BIS numbers, company numbers."""

import re
from collections.abc import Iterator

from stdnum import iban
from stdnum.be import bis, nn, vat

from serving.moderation.cues import after, before, is_reference
from serving.moderation.finds import COMPANY, IBAN, REGISTER, Candidate
from serving.moderation.personal_data import iban_spans
from serving.moderation.phones import parse_number

_NOT_DIGIT = re.compile(r"\D")
_NOT_SIGN = re.compile(r"[^A-Z0-9]")
# Belgian accounts in other groups than four: "BE 84 995-2530829-59".
_BELGIAN_IBAN = re.compile(r"\bBE[ .:-]{0,2}\d{2}(?:[ .-]{0,2}\d){12}\b", re.IGNORECASE)
_GAP = r"[ .\-/]{0,3}"
_REGISTER = re.compile(rf"(?<![\w+])\d{{2}}({_GAP})\d{{2}}{_GAP}\d{{2}}{_GAP}\d{{3}}{_GAP}\d{{2}}(?!\w)")
_REGISTER_CUE = re.compile(r"rijksregister|\brrn?\b|r\.r\.|\binsz\b|\bniss\b|\bbis\b|bis-?nummer|nationaal|numéro national")
_COMPANY = re.compile(r"(?<![\w+])(BE[ .:-]{0,2})?([01]?\d{3}[ .]?\d{3}[ .]?\d{3})(?!\w)", re.IGNORECASE)
_COMPANY_CUE = re.compile(r"\b(?:btw|tva|vat|kbo|bce|rpr|rpm|ondernemings\w*|kruispuntbank)\b")
_COMPANY_FORM = re.compile(r"[01]\d{3}\.\d{3}\.\d{3}")
_CUE_WIDTH = 40


def find_ibans(text: str) -> Iterator[Candidate]:
    """International account numbers whose check digits hold."""
    for start, end in iban_spans(text):
        yield Candidate(start, end, IBAN, compact_iban(text[start:end]))
    for match in _BELGIAN_IBAN.finditer(text):
        if iban.is_valid(compact_iban(match[0]), check_country=False):
            yield Candidate(match.start(), match.end(), IBAN, compact_iban(match[0]))


def find_register_numbers(text: str) -> Iterator[Candidate]:
    """National register and BIS numbers; a BIS number without separators only where it is named as one.

    Eleven bare digits pass for a BIS number too easily: any "2024…" has a month above 20.
    """
    for match in _REGISTER.finditer(text):
        digits = _NOT_DIGIT.sub("", match[0])
        named = bool(_REGISTER_CUE.search(before(text, match.start(), _CUE_WIDTH)))
        valid = nn.is_valid(digits) or ((named or bool(match[1])) and bis.is_valid(digits))
        if valid and (named or not is_reference(text, match.start())):
            yield Candidate(match.start(), match.end(), REGISTER, digits)


def find_company_numbers(text: str) -> Iterator[Candidate]:
    """Company numbers with their BE, or named as one, or in their usual form where that is no phone number."""
    for match in _COMPANY.finditer(text):
        if not vat.is_valid(match[2]):
            continue
        around = before(text, match.start(), _CUE_WIDTH) + " " + after(text, match.end(), _CUE_WIDTH // 2)
        usual = _COMPANY_FORM.fullmatch(match[2]) and not parse_number(match[2])
        if match[1] or _COMPANY_CUE.search(around) or usual:
            yield Candidate(match.start(), match.end(), COMPANY, compact_company(match[2]))


def compact_iban(text: str) -> str:
    """Capitals and digits only.

    >>> compact_iban("be68 5390.0754-7034")
    'BE68539007547034'
    """
    return _NOT_SIGN.sub("", text.upper())


def compact_company(text: str) -> str:
    """Ten digits, with the 0 that numbers of nine digits got in 2005."""
    return str(vat.compact(text))
