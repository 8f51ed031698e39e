"""What a Flemish street name looks like."""

import re

# A word in small letters that ends so is a street; a capital allows the wider list, which is full of ordinary words.
_SURE = ("straat", "straete", "strate", "stroate", "straote", "stroat", "straot", "straatje", "stroatje", "laan", "laantje", "dreef", "dreve", "steenweg",
         "heirweg", "str", "stwg", "stw")  # fmt: skip
_WIDER = (*_SURE, "weg", "wegel", "wegeltje", "baan", "plein", "pleintje", "hof", "dijk", "kaai", "kade", "lei", "dries", "markt", "pad",
          "steeg", "gang", "gracht", "vest", "kouter", "singel", "rui", "vliet", "gaarde", "square", "boulevard")  # fmt: skip
# Endings of villages, fields and venues as much as of streets: only where something else says that someone lives there.
_DOUBTFUL = ("akker", "berg", "bos", "broek", "brug", "donk", "dorp", "heide", "hil", "hoek", "meers", "oever", "park", "plaats",
             "poort", "veld", "wijk", "winning", "zang")  # fmt: skip
# Ordinary words with such an ending.
_NO_STREETS = re.compile(
    r"(?:onder|half|huis|auto|snel|expres|fiets|spoor|uit|om|terug|voet|buurt|landbouw|gewest|invals|hoofd|water|rij|voor|heen)?weg|"
    r"(?:rij|loop|start|ijs|kegel|bowling|skate|atletiek|glij|trein|auto|fiets|voet|land)?baan|"
    r"(?:zij|fiets|winkel|woon|eenrichtings|speel|leef|deel)?straat|(?:speel|school|voetbal|sport|stads|parkeer|festival)plein|"
    r"(?:gerechts|arbeids|kerk|voor|op)hof|(?:all|vel|gen|en|menig|twee|tweeë|drie)erlei|(?:fiets|voet|wandel|jaag|ruiter|bos|zebra)?pad|"
    r"(?:kerst|rommel|jaar|boeren|week|avond|arbeids|woning|huur|super|brocante|vlooien|school)markt|(?:zee)?dijk|laan|"
    r"(?:voet|sport|speel|slag|vlieg|trein)?veld|(?:in|har)?vest|(?:woon|speel|parkeer|zit|werk|stand|vind)?plaats|"
    r"(?:container|recyclage|speel|bedrijven|industrie|wagen|machine)?park|(?:in|uit|door|toe)?gang|(?:loop)?brug|"
    r"poort|bos|berg|hoek|dorp|wijk"
)
# Names of streets as much as words; a capital tells.
_WORDS_TOO = frozenset(
    {"achterstraat", "dwarsstraat", "hoofdstraat", "schoolstraat", "kerkplein", "stationsplein", "dorpsplein"}
)
# "Steenweg op Gent 12"
_ROAD_TO = re.compile(r"\b(?:[Ss]teenweg|[Hh]eirbaan|[Bb]aan|[Ww]eg)\s(?:op|naar)\s(?:[A-Z][\w-]{1,20}\s)?$")
# What can't be the name before "12 bus 3" or "12, 9880 Aalter".
_NO_NAMES = frozenset(
    {"lijn", "lijnen", "bus", "tram", "trein", "perron", "spoor", "halte", "nummer", "nr", "zaal", "lokaal", "kamer", "artikel", "art", "van",
     "tot", "om", "op", "in", "de", "het", "en", "of", "is", "dossier", "punt", "pagina", "code", "klas", "week", "dag", "versie",
     "postbus", "sectie", "lot", "vak", "loket", "zone", "groep", "team", "ploeg", "kanaal", "afrit", "knooppunt", "gang", "zitten", "rij"}
)  # fmt: skip
# Words with a capital that begin a sentence or a remark, not a street's name.
_NO_FIRST_NAMES = frozenset(
    {"in", "op", "aan", "bij", "van", "naar", "te", "de", "het", "een", "den", "die", "dat", "en", "of", "ik", "hij", "zij", "wij", "adres",
     "woont", "woonde", "wonend", "wonende", "mijn", "zijn", "haar", "ons", "onze", "hun", "uw", "tot", "langs", "uit", "wie", "waar", "daar",
     "hier", "kom", "zie", "straat", "nu", "ook", "thuis", "huis", "bel", "tel", "voor", "om", "met", "da", "dus", "want", "maar"}
)  # fmt: skip
_MOST_FIRST_NAMES = 3
_LONGEST_FIRST_NAME = 28
_LONGEST_ROAD = 40
_FIRST_NAME = re.compile(r"(?<![\w'’-])([A-Z][\w'’-]{1,25}\.?)\s$")


def is_street(word: str, sure: bool, lived_in: bool, first_names: bool) -> bool:
    """Whether a word before a number names a street.

    `sure` where a bus or a postcode follows that number; `lived_in` where the words before speak of living there;
    `first_names` where words with a capital stand before it, so that it may be a bare "Baan", as in "Oude Baan 7".
    """
    plain = word.casefold()
    if first_names and word[0].isupper() and plain in _WIDER:
        return True
    if _NO_STREETS.fullmatch(plain) or word in _WORDS_TOO:
        return False
    if plain.endswith(_SURE) and plain not in _SURE:
        return True
    if not word[0].isupper():
        return False
    if plain.endswith(_WIDER):
        return True
    return (sure and plain not in _NO_NAMES) or (lived_in and plain.endswith(_DOUBTFUL))


def street_start(text: str, word: re.Match[str], sure: bool, lived_in: bool) -> int | None:
    """Where the name of a street begins whose last word is `word`, or None if it names no street.

    Up to three words with a capital before it belong to it ("Jan Frans Willemsstraat").
    """
    if road := _ROAD_TO.search(text, max(0, word.start() - _LONGEST_ROAD), word.start()):
        return road.start()
    start = word.start()
    for _ in range(_MOST_FIRST_NAMES):
        first_name = _FIRST_NAME.search(text, max(0, start - _LONGEST_FIRST_NAME), start)
        if not first_name or first_name[1].casefold() in _NO_FIRST_NAMES:
            break
        start = first_name.start(1)
    return start if is_street(word[0], sure, lived_in, first_names=start < word.start()) else None
