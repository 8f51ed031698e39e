"""Phone numbers of subscribers, plain or disguised."""

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
_COUNTING = "01234567890"


def find_phones(text: str) -> Iterator[Candidate]:
    """Numbers as phonenumbers finds them, and those spelled out or cut up otherwise."""
    for match in phonenumbers.PhoneNumberMatcher(text, REGION):
        if _is_subscriber(match.number) and not is_reference(text, match.start):
            yield Candidate(match.start, match.end, PHONE, normal_number(match.number))
    for run in runs(text):
        for part in (run, _mobile_part(run)):
            if (value := _number_of(part, text)) and not is_reference(text, part[0].start):
                yield Candidate(part[0].start, part[-1].end, PHONE, value)
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


def _number_of(run: list[Digits], text: str) -> str:
    digits = "".join(token.digits for token in run)
    if not _SHORTEST <= len(digits) <= _LONGEST or digits in _COUNTING or not _is_disguised(run, digits):
        return ""
    if text[run[0].start - 1 : run[0].start] == "+":
        number = parse_number("+" + digits)
    elif digits.startswith("0"):
        # Across the border a mobile number has ten digits from 06 on; no Belgian number is like it.
        number = parse_number(digits) or (parse_number(digits, "NL") if digits.startswith("06") and len(digits) == 10 else None)
    else:
        return ""
    return normal_number(number) if number else ""


def _mobile_part(run: list[Digits]) -> list[Digits]:
    """The first ten digits, where those may be a mobile number and an hour or a price follows: "0470 12 34 56 14.30"."""
    total = 0
    for place, token in enumerate(run, 1):
        total += len(token.digits)
        if total >= _MOBILE_LENGTH:
            return run[:place]
    return run


def _is_disguised(run: list[Digits], digits: str) -> bool:
    """Whether it is one that phonenumbers can't read; other groups of plain digits it was right to refuse."""
    if not all(token.plain for token in run):
        return True
    if sum(len(token.digits) == 1 for token in run) >= _FEWEST_SINGLE_DIGITS or digits.startswith("06"):
        return True
    return len(digits) == _MOBILE_LENGTH and run[0].digits.startswith(_MOBILE) and len(run[0].digits) == 4
