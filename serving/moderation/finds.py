"""What a detector finds: where it stands, what it is, and the sentence that says so. Never the data themselves."""

from dataclasses import dataclass
from typing import Literal

FindCategory = Literal["personal_data", "spam"]

PHONE = "telefoonnummer"
EMAIL = "e-mailadres"
IBAN = "rekeningnummer"
REGISTER = "rijksregisternummer"
PLATE = "nummerplaat"
ADDRESS = "thuisadres"
COMPANY = "ondernemingsnummer"
LINK = "link"
SHORT_LINK = "verkorte link"
INVITE = "uitnodigingslink"

# A company's number is public (the Crossroads Bank for Enterprises prints it for anyone), even that of a one-person business:
# it discloses nobody and only hints at an offer, as a link does.
_KINDS: dict[str, tuple[FindCategory, str]] = {
    PHONE: ("personal_data", "Dit lijkt een telefoonnummer."),
    EMAIL: ("personal_data", "Dit lijkt een e-mailadres."),
    IBAN: ("personal_data", "Dit lijkt een rekeningnummer (IBAN)."),
    REGISTER: ("personal_data", "Dit lijkt een rijksregisternummer."),
    PLATE: ("personal_data", "Dit lijkt een nummerplaat."),
    ADDRESS: ("personal_data", "Dit lijkt een adres waar iemand woont."),
    COMPANY: ("spam", "Dit lijkt een ondernemingsnummer; het kan op een commercieel aanbod wijzen."),
    LINK: ("spam", "Dit is een link naar een andere website; het kan reclame zijn."),
    SHORT_LINK: ("spam", "Dit is een verkorte link: je ziet niet waar die naartoe leidt."),
    INVITE: ("spam", "Dit is een link naar een gesprek of groep in een berichtenapp."),
}
KINDS = tuple(_KINDS)
# What may just as well be harmless: a reason to look, not a breach.
HINTS = frozenset({COMPANY, LINK, SHORT_LINK, INVITE})


@dataclass(frozen=True)
class Find:
    """Where in the submitted text it stands: Unicode code points, end exclusive; `kind` in Dutch, one of KINDS."""

    start: int
    end: int
    kind: str

    @property
    def category(self) -> FindCategory:
        """The house rule it serves."""
        return _KINDS[self.kind][0]

    @property
    def reason(self) -> str:
        """One Dutch sentence for a reviewer or a resident; never repeats the text."""
        return _KINDS[self.kind][1]

    @property
    def hint(self) -> bool:
        """Whether it may just as well be harmless."""
        return self.kind in HINTS


@dataclass(frozen=True)
class Candidate:
    """A find in the making, in the text a detector read; `value` is the one form that all spellings of it share."""

    start: int
    end: int
    kind: str
    value: str
