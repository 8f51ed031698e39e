"""Which names can be a domain: those that end in a suffix of the Public Suffix List (bundled with publicsuffixlist, no network)."""

import re

from publicsuffixlist import PublicSuffixList

_SUFFIXES = PublicSuffixList(accept_unknown=False)
_HOST = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}")
# Mail of people: these alone make "naam at gmail punt com" an address, where "14u @ kerk.be" is none.
_MAIL_PROVIDERS = frozenset(
    {"gmail", "googlemail", "hotmail", "outlook", "live", "msn", "yahoo", "icloud", "protonmail", "proton", "gmx",
     "telenet", "skynet", "proximus", "scarlet", "pandora", "edpnet"}
)  # fmt: skip


def registrable(host: str) -> str | None:
    """The part of a host that someone registered, or None if it can't be a host on the public internet.

    >>> registrable("www.stad.voorbeeld.be"), registrable("bijlage.pdf"), registrable("be")
    ('voorbeeld.be', None, None)
    """
    host = host.casefold()
    if not _HOST.fullmatch(host):
        return None
    domain: str | None = _SUFFIXES.privatesuffix(host)
    return domain


def is_mail_provider(domain: str) -> bool:
    """Whether the domain, with or without its suffix, is one that people have a mailbox at."""
    return domain.casefold().split(".")[0] in _MAIL_PROVIDERS
