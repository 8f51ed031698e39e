"""Links, and of those the ones through a shortener or into a chat. Each is a hint of spam, no more."""

import re
from collections.abc import Iterator

from serving.moderation.domains import registrable
from serving.moderation.finds import INVITE, LINK, SHORT_LINK, Candidate

_SHORTENERS = frozenset(
    {"adf.ly", "bit.ly", "bitly.com", "bl.ink", "buff.ly", "cutt.ly", "dlvr.it", "goo.gl", "is.gd", "lnkd.in", "ow.ly", "qrco.de",
     "rb.gy", "rebrand.ly", "s.id", "short.io", "shorte.st", "shorturl.at", "shrtco.de", "t.co", "t.ly", "tiny.cc", "tiny.one",
     "tinyurl.com", "tr.im", "v.gd"}
)  # fmt: skip
_CHATS = frozenset(
    {"chat.whatsapp.com", "wa.me", "api.whatsapp.com", "whatsapp.com/channel", "t.me", "telegram.me", "telegram.dog", "discord.gg",
     "discord.com/invite", "discordapp.com/invite", "signal.group", "signal.me", "m.me", "messenger.com/t", "invite.viber.com",
     "line.me", "snapchat.com/add"}
)  # fmt: skip
# What a name may end in to be a link without "www", scheme or path. Short country codes that are Dutch words (.nu, .de, .me,
# .is) are not here: "dat is zo.nu nog de rest" is a sentence whose writer forgot a space.
_BARE_SUFFIXES = (
    ".be", ".nl", ".eu", ".com", ".org", ".net", ".info", ".biz", ".vlaanderen", ".brussels", ".gent", ".shop", ".online", ".store",
    ".site", ".xyz", ".top", ".club", ".app", ".io", ".link", ".click", ".website", ".page", ".blog", ".dev", ".tv", ".fr", ".lu",
    ".vip", ".deals", ".date", ".cam", ".bet", ".casino", ".tech", ".immo", ".agency", ".news", ".world",
)  # fmt: skip
_SCHEME = r"h(?:tt|xx)ps?://"
# Letters of any alphabet: a name that looks like a bank's may hold a Cyrillic one.
_NAME = r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[a-z]{2,24}"
_NUMERIC = r"\d{1,3}(?:\.\d{1,3}){3}"
_LINK = re.compile(
    rf"(?<![\w@.-])(?:(?P<numeric>{_SCHEME}{_NUMERIC})|(?P<scheme>{_SCHEME})?(?P<host>{_NAME}))(?![\w@-])(?::\d{{1,5}})?(?P<path>[/?#][^\s<>\"]*)?",
    re.IGNORECASE,
)
_CLOSING = ".,;:!?'\"”’»)]}"
# "www . x . be", "t . me / x", "bit[.]ly", "zonnepanelen (punt) be": a dot that is written so is meant to be read as one.
DISGUISED = re.compile(
    r"\s?[\[({]\s?(?:\.|dot|punt)\s?[\])}]\s?|(?<=\w)\s\.\s(?P<end>[a-z]{2,3})\s/\s(?=\w)|(?<=\w)\s\.\s(?=\w)|"
    r"(?<=\w)\s(?:punt|dot)\s(?=(?:be|com|org)\b)",
    re.IGNORECASE,
)


def undisguised(match: re.Match[str]) -> str:
    """What a match of DISGUISED stands for."""
    return f".{match['end']}/" if match["end"] else "."


def find_links(text: str) -> Iterator[Candidate]:
    """Every link; `value` is host and path without scheme and "www."."""
    for match in _LINK.finditer(text):
        path = (match["path"] or "").rstrip(_CLOSING)
        if match["numeric"] or _is_link(match, path):
            end = match.start("path") + len(path) if match["path"] else match.end()
            value = normal_link((match["numeric"] or match["host"]) + path)
            yield Candidate(match.start(), end, _kind(value), value)


def normal_link(link: str) -> str:
    """Host and path, without scheme, "www." and closing slash; the host in small letters.

    >>> normal_link("https://www.Voorbeeld.be/Kermis/")
    'voorbeeld.be/Kermis'
    """
    host, slash, path = re.sub(_SCHEME, "", link.strip(), flags=re.IGNORECASE).partition("/")
    return (host.casefold().removeprefix("www.") + slash + path).rstrip("/")


def is_below(link: str, place: str) -> bool:
    """Whether a normal link lies on a host (or one below it) and, where the place has a path, under that path.

    >>> is_below("loket.voorbeeld.be/kaart", "voorbeeld.be"), is_below("t.me/anderen", "t.me/stad")
    (True, False)
    """
    host, _, path = re.sub(r"[?#]", "/", link, count=1).partition("/")
    wanted_host, _, wanted_path = place.partition("/")
    same_host = host == wanted_host or host.endswith("." + wanted_host)
    return same_host and (not wanted_path or path == wanted_path or path.startswith(wanted_path + "/"))


def _is_link(match: re.Match[str], path: str) -> bool:
    host = match["host"]
    plain = match["scheme"] or path or host.casefold().startswith("www.")
    return registrable(host) is not None and bool(plain or _is_bare_link(host))


def _is_bare_link(host: str) -> bool:
    """Whether a name alone is a link: a suffix that is no word, in one case, and something to call it by."""
    name = host.casefold()
    one_case = host.isupper() or host.rpartition(".")[2].islower()
    return one_case and name.endswith(_BARE_SUFFIXES) and bool(re.search(r"[a-z]{2}", name.rpartition(".")[0]))


def _kind(value: str) -> str:
    if any(is_below(value, chat) for chat in _CHATS):
        return INVITE
    return SHORT_LINK if any(is_below(value, shortener) for shortener in _SHORTENERS) else LINK
