"""Home addresses: a Flemish street and a house number, with bus and place when they follow.

A street alone is no find, nor is a spot on it ("ter hoogte van Kerkstraat 45"), nor where a public building, shop or venue
stands. Whether someone lives there can't be told by form; the words around tell when it is something else.
"""

import re
from collections.abc import Iterator

from serving.moderation.cues import after, before
from serving.moderation.finds import ADDRESS, Candidate
from serving.moderation.streets import is_street, street_start

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’-])*")
_BUS = r"(?:\s?,?\s?(?:bus|bte|bt|b)\.?\s?(?P<bus>\d{1,4}|[A-Z]\b))"
_NUMBER = re.compile(
    r"(?:(?<=str|stw)\.|(?<=stwg)\.)?,?\s{0,2}(?:(?:huis)?(?:nummer|nr|n°)\.?\s?)?(?P<number>[1-9]\d{0,3})(?P<letter>\s?[A-GZ](?!\w)|[a-gz](?!\w))?"
    rf"(?P<part>\s?[/-]\s?\d{{1,3}}(?!\w))?{_BUS}?(?![\w%€°]|[.,:]\d|\s?(?:[/x×*+=]\s?\d|€|%))"
)
_NAME = r"[A-Z][\w'’-]{1,30}(?:\s[A-Z][\w'’-]{1,30}){0,2}"
_PLACE = re.compile(rf",?\s(?:-\s|te\s|in\s)?(?P<postcode>[1-9]\d{{3}})\s{_NAME}|,?\s(?:te|in)\s{_NAME}")
# "op nummer 12 in de Kerkstraat"
_NUMBER_FIRST = re.compile(
    r"\b(?i:(?:huis)?(?:nummer(?:tje)?|nr)\.?)\s?(?P<number>[1-9]\d{0,3})(?P<letter>[a-zA-Z])?\s(?i:(?:in|van|op|uit)\s(?:de|het|den|'t|’t)?\s?)"
    r"(?P<words>[^\W\d_][\w'’-]{1,40}(?:\s[^\W\d_][\w'’-]{1,40}){0,3})"
)
_SPOT = re.compile(
    r"\b(?:ter hoogte van|t\.?\s?h\.?\s?v\.?|tegenover|rechtover|recht over|hoek|kruispunt|halte|voorbij|werken|van|tot|tussen)"
    r"\s(?:(?:de|het|den|nummer|nr)\.?\s)*$|\b(?:perceel|percelen|pand|panden|plangebied|locatie|site|werf|project|bouwproject)"
    r"\s(?:(?:aan|op|in|van|langs)\s)?(?:(?:de|het|den)\s)?$"
)
_STRETCH = re.compile(r"\s(?:tot|t/m|à|(?P<and>en))\s(?:en met\s)?(?:nummer |nr\.? |\w+(?:straat|laan|weg) )?\d")
_STRETCH_START = re.compile(r"(?:van|tussen|vanaf)\s(?:(?:de|het|nummer|nr)\.?\s)*$")
_STRETCH_STARTS = ("van ", "tussen ")
_LIVES = re.compile(r"\b(?:wo[ou]n\w*|weun\w*|wuun\w*|thuis|adres|bij mij|bij ons|gehuisvest|slaapt|verhuis\w*|domicilie\w*)\b")
_VENUE = re.compile(
    r"\b(?:\w*(?:gemeente|stads?|districts|rust|jeugd|zieken|cultuur|club|post)huis|\w*(?:centrum|school|zaal|hal|kantoor|theek|bad|"
    r"museum|station|winkel|markt|park|lokaal|loket|terrein|kazerne|theater|praktijk|loods|kerk|kapel|tempel|moskee|abdij)|"
    r"bib|ocmw|politie|brandweer|café|cafe|kroeg|taverne|frituur|bakker(?:ij)?|slager(?:ij)?|beenhouwer(?:ij)?|restaurant|bistro|"
    r"hotel|academie|stadion|wzc|gc|cc|jh|chiro|scouts|ksa|crèche|kinderopvang|depot|dienst|bv|bvba|nv|vzw|firma|bedrijf|showroom|kapsalon)(?:[,(:]?\s[^\s,]+){0,3}[,(:\s]*$"
)
_TIME_OR_MEASURE = re.compile(
    r"\s?(?:u|uur|h|km|m|m2|cm|meter|kilometer|euro|eur|frank|procent|graden|jaar|maand|maanden|weken|week|dagen|dag|uren|minuten|min|"
    r"keer|maal|man|are|ha|kg|ton|liter|db|km/u|januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|"
    r"december|jan|feb|mrt|apr|aug|sept|okt|nov|dec|rijvakken|baanvakken)\b"
)
_NEXT_WORDS = re.compile(r"\s([a-zà-ÿ]{3,})(?:\s([a-zà-ÿ]{3,}))?")
_PLURAL_VERBS = frozenset(
    {"wonen", "hebben", "zijn", "staan", "doen", "gaan", "zitten", "maken", "worden", "moeten", "kunnen", "willen", "mogen", "zullen",
     "komen", "laten", "krijgen", "geven", "nemen", "weten", "zien", "horen", "roepen", "leven", "slapen", "lopen", "rijden",
     "parkeren", "blaffen", "dealen", "stelen", "betalen", "verkopen", "zoeken", "verhuizen", "lachen", "spelen", "klagen", "blijven", "bellen", "eens", "anders", "soms", "trouwens", "weeral", "samen", "tegen", "binnen", "buiten",
     "boven", "beneden", "achteraan", "gisteren", "morgen", "tussen", "alleen", "overigens", "meestal", "langs", "dus", "als"}
)  # fmt: skip
_DETERMINERS = frozenset({"alle", "deze", "die", "onze", "elke", "hele", "ze", "haar", "twee", "drie"})
_CUE_WIDTH = 60


def find_addresses(text: str) -> Iterator[Candidate]:
    """Addresses where someone may live; `value` is street, number, bus and, if it stands there, postcode."""
    for word in _WORD.finditer(text):
        house = _NUMBER.match(text, word.end())
        if house and _is_house(house, text) and (found := _address(word, house, text)):
            yield found
    for match in _NUMBER_FIRST.finditer(text):
        if not _STRETCH_START.search(before(text, match.start(), _CUE_WIDTH)) and (street := _first_street(match["words"])):
            value = normal_address(street, match["number"] + (match["letter"] or ""), "", "")
            yield Candidate(match.start(), match.start("words") + len(street), ADDRESS, value)


def normal_address(street: str, number: str, bus: str, postcode: str) -> str:
    """One form for all spellings.

    >>> normal_address("Sint-Jansstraat", "12 A", "03", "9880"), normal_address("SINT JANSSTRAAT", "12a", "3", "")
    ('sintjansstraat 12a bus 3 9880', 'sintjansstraat 12a bus 3')
    """
    name = re.sub(r"\W", "", street).casefold()
    house = re.sub(r"\s", "", number).casefold()
    box = f" bus {bus.lstrip('0').casefold()}" if bus else ""
    return f"{name} {house}{box}{' ' + postcode if postcode else ''}"


def _first_street(words: str) -> str:
    """The words up to and with the first that names a street; only words with a capital may stand before it."""
    for word in _WORD.finditer(words):
        if is_street(word[0], sure=False, lived_in=True, first_names=word.start() > 0):
            return words[: word.end()]
        if not word[0][0].isupper():
            break
    return ""


def _address(word: re.Match[str], house: re.Match[str], text: str) -> Candidate | None:
    place = _PLACE.match(text, house.end())
    sure = bool(house["bus"] or (place and place["postcode"]))
    lived_in = bool(_LIVES.search(before(text, word.start(), _CUE_WIDTH)))
    start = street_start(text, word, sure, lived_in)
    if start is None or _is_elsewhere(text, start, place.end() if place else house.end()):
        return None
    number = house["number"] + (house["letter"] or "") + (house["part"] or "")
    postcode = place["postcode"] or "" if place else ""
    value = normal_address(text[start : word.end()], number, house["bus"] or "", postcode)
    return Candidate(start, place.end() if place else house.end(), ADDRESS, value)


def _is_house(house: re.Match[str], text: str) -> bool:
    """Whether the number can be a house's, and not a year, a time, a measure or a count of something."""
    if house["bus"]:
        return True
    number = int(house["number"])
    if number >= 1900 or (house["part"] and not _is_part(number, house["part"])):
        return False
    rest = text[house.end() : house.end() + 40]
    if _TIME_OR_MEASURE.match(rest.casefold()):
        return False
    following = _NEXT_WORDS.match(rest)
    if not following:
        return True
    adjective = following[1].endswith("e") and following[1] not in _DETERMINERS
    return not (_is_plural(following[1]) or (adjective and _is_plural(following[2] or "")))


def _is_part(number: int, part: str) -> bool:
    """Whether "12/3" or "12-14" is one house; "3-2" is a score."""
    return "/" in part or int(re.sub(r"\D", "", part)) > number


def _is_plural(word: str) -> bool:
    return len(word) > 3 and word.endswith(("en", "s")) and word not in _PLURAL_VERBS


def _is_elsewhere(text: str, start: int, end: int) -> bool:
    """Whether the words around say that it is a spot, a stretch of street, or the address of a venue."""
    words = before(text, start, _CUE_WIDTH)
    spot = _SPOT.search(words)
    stretch = _STRETCH.match(after(text, end, 20))
    starts_stretch = bool(spot and spot[0].startswith(_STRETCH_STARTS))
    if (spot and not starts_stretch) or (stretch and (starts_stretch or not stretch["and"])):
        return True
    return bool(_VENUE.search(words)) and not _LIVES.search(words)
