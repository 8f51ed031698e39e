"""Phone numbers of subscribers, plain or disguised."""

import re
from collections.abc import Iterator

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from serving.moderation.cues import is_reference
from serving.moderation.finds import PHONE, Candidate
from serving.moderation.personal_data import REGION
from serving.moderation.spelled_digits import Digits, runs

# Behind 0800, 0900, 070 and 078 stands a service, never a person.
_SERVICES = {
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.UAN,
    PhoneNumberType.VOICEMAIL,
}
# The shortest number with its 0 has nine digits, the longest with 00 and country code fifteen more than that prefix.
_SHORTEST, _LONGEST = 9, 17
_FEWEST_SINGLE_DIGITS = 6
_MOBILE = ("045", "046", "047", "048", "049")
_MOBILE_LENGTH = 10
_BEFORE_DECIMALS = re.compile(r"\d[.,]$")
_YEAR = re.compile(r"(?:19|20)\d\d")
_COUNTING = "01234567890"


def find_phones(text: str) -> Iterator[Candidate]:
    """Numbers as phonenumbers finds them, and those spelled out or cut up otherwise."""
    for match in phonenumbers.PhoneNumberMatcher(text, REGION):
        decimals = _BEFORE_DECIMALS.search(text, max(0, match.start - 2), match.start)
        if _is_subscriber(match.number) and not decimals and not is_reference(text, match.start):
            yield Candidate(match.start, match.end, PHONE, normal_number(match.number))
    for run in runs(text):
        for part in (run, _mobile_part(run)):
            start = part[0].start - (text[part[0].start - 1 : part[0].start] == "+")
            if (value := _number_of(part, text[start] == "+")) and not is_reference(text, start):
                yield Candidate(start, part[-1].end, PHONE, value)
                break


def parse_number(text: str, region: str = REGION, services: bool = False) -> PhoneNumber | None:
    """A valid number, a subscriber's unless services are asked for too, or None."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) and (services or _is_subscriber(number)) else None


def normal_number(number: PhoneNumber) -> str:
    """The number as E.164 writes it: "+32470123456"."""
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def _is_subscriber(number: PhoneNumber) -> bool:
    return phonenumbers.number_type(number) not in _SERVICES


def _number_of(run: list[Digits], international: bool) -> str:
    digits = "".join(token.digits for token in run)
    if not _SHORTEST <= len(digits) <= _LONGEST or digits in _COUNTING:
        return ""
    number = None
    if _is_dutch_mobile(run, digits):
        number = parse_number(digits, "NL")
    elif _is_disguised(run, digits) and (international or digits.startswith("0")):
        number = parse_number("+" + digits if international else digits)
    return normal_number(number) if number else ""


def _mobile_part(run: list[Digits]) -> list[Digits]:
    """The ten digits of a Belgian mobile number that an hour or a price follows: "0470 12 34 56 14.30"; else the run."""
    total = 0
    for place, token in enumerate(run, 1):
        total += len(token.digits)
        if total >= _MOBILE_LENGTH:
            return run[:place] if _is_mobile(run[:place], total) else run
    return run


def _is_disguised(run: list[Digits], digits: str) -> bool:
    """Whether it is one that phonenumbers can't read; other groups of plain digits it was right to refuse."""
    single = sum(len(token.digits) == 1 for token in run)
    return not all(token.plain for token in run) or single >= _FEWEST_SINGLE_DIGITS or _is_mobile(run, len(digits))


def _is_mobile(run: list[Digits], length: int) -> bool:
    return length == _MOBILE_LENGTH and len(run[0].digits) == 4 and run[0].digits.startswith(_MOBILE)


def _is_dutch_mobile(run: list[Digits], digits: str) -> bool:
    """Ten digits from 06 on, which no Belgian number has; not a date and an hour ("06-12-2024 10")."""
    return digits.startswith("06") and len(digits) == _MOBILE_LENGTH and not any(_YEAR.fullmatch(token.digits) for token in run)
