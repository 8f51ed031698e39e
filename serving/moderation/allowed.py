"""The municipality's own contact data: what is found there is nobody's personal data and no spam."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from stdnum import iban
from stdnum.be import vat

from serving.moderation.addresses import find_addresses
from serving.moderation.check_digits import compact_company, compact_iban
from serving.moderation.domains import registrable
from serving.moderation.errors import PolicyError
from serving.moderation.finds import ADDRESS, COMPANY, EMAIL, HINTS, IBAN, PHONE, Candidate
from serving.moderation.links import is_below, normal_link
from serving.moderation.phones import normal_number, parse_number


@dataclass(frozen=True)
class Allowed:
    """Contact data in the normal form that detectors compare by; `read_allowed` makes it of what people write.

    An e-mail address that begins with @ stands for every mailbox of that domain; a domain also for those below it, and with a
    path for what lies under that path only ("t.me/stad").
    """

    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    ibans: frozenset[str] = frozenset()
    companies: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()

    def covers(self, found: Candidate) -> bool:
        """Whether a find is the municipality's own."""
        if found.kind == PHONE:
            return found.value in self.phones
        if found.kind == EMAIL:
            return found.value in self.emails or found.value[found.value.rindex("@") :] in self.emails
        if found.kind == IBAN:
            return found.value in self.ibans
        if found.kind == COMPANY:
            return found.value in self.companies
        if found.kind == ADDRESS:
            return any(_same_address(found.value, own) for own in self.addresses)
        return found.kind in HINTS and any(is_below(found.value, domain) for domain in self.domains)


NOTHING_ALLOWED = Allowed()


def read_allowed(table: Mapping[str, Any]) -> Allowed:
    """Check the `[allowed]` table of a policy and bring its entries into the form that finds are compared in.

    Raises:
        PolicyError: naming the entry and how to mend it; the caller puts the file in front.
    """
    readers = {
        "phones": _phone,
        "emails": _email,
        "ibans": _iban,
        "companies": _company,
        "domains": _domain,
        "addresses": _address,
    }
    if unknown := sorted(set(table) - set(readers)):
        raise PolicyError(f"[allowed] has the unknown key {unknown[0]!r}; known keys are {', '.join(readers)}")
    return Allowed(**{key: _read(table.get(key, []), key, reader) for key, reader in readers.items()})


def _read(entries: Any, key: str, reader: Callable[[str], str | None]) -> frozenset[str]:
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        raise PolicyError(f'[allowed] {key} must be a list of strings, such as ["{_EXAMPLES[key]}"]')
    values: set[str] = set()
    for entry in entries:
        value = reader(entry.strip())
        if value is None:
            raise PolicyError(
                f"[allowed] {key}: {entry!r} is not {_WANTED[key]}; write it like {_EXAMPLES[key]!r}, or leave it out"
            )
        values.add(value)
    return frozenset(values)


_WANTED = {
    "phones": "a phone number (short ones such as 1700 are never found)",
    "emails": "an e-mail address or @domain",
    "ibans": "an IBAN with valid check digits",
    "companies": "a company number with valid check digits",
    "domains": "a domain, or a domain with a path",
    "addresses": "a street with a house number",
}
_EXAMPLES = {
    "phones": "09 300 00 11",
    "emails": "info@voorbeeld.be",
    "ibans": "BE68 5390 0754 7034",
    "companies": "0403.019.261",
    "domains": "voorbeeld.be",
    "addresses": "Dorpsstraat 1, 9999 Lindendorp",
}


def _phone(entry: str) -> str | None:
    number = parse_number(entry, services=True)
    return normal_number(number) if number else None


def _email(entry: str) -> str | None:
    local, at, domain = entry.casefold().rpartition("@")
    return f"{local}@{domain}" if at and registrable(domain) and not any(map(str.isspace, local)) else None


def _iban(entry: str) -> str | None:
    value = compact_iban(entry)
    return value if iban.is_valid(value, check_country=False) else None


def _company(entry: str) -> str | None:
    return compact_company(entry) if vat.is_valid(entry) else None


def _domain(entry: str) -> str | None:
    value = normal_link(entry)
    return value if registrable(value.partition("/")[0]) else None


def _address(entry: str) -> str | None:
    return next((found.value for found in find_addresses(entry)), None)


def _same_address(found: str, own: str) -> bool:
    """Whether two normal addresses agree; a postcode that only one of them has says nothing."""
    shorter, longer = sorted((found, own), key=len)
    return found == own or (longer.startswith(shorter + " ") and re.fullmatch(r"\d{4}", longer[len(shorter) + 1 :]) is not None)
