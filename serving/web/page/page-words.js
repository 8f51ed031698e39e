// The Dutch words for the API's codes. Names of categories are not here: they come from /v1/taxonomy.
// A code that is not listed is shown as it is.

export const ACTIONS = {
  publish: {
    name: "Publiceren",
    meaning: "De reactie blijft staan.",
    icon: "M4.5 12.5l5 5 10-11",
  },
  review: {
    name: "Eerst een medewerker",
    meaning: "Een medewerker leest de reactie en beslist.",
    icon: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20.5c.8-4 4-5.5 8-5.5s7.2 1.5 8 5.5",
  },
  auto_hide: {
    name: "Meteen verbergen",
    meaning: "De reactie wordt verborgen, niet verwijderd. Een medewerker kan dat terugdraaien.",
    icon: "M3 12c2.5-4.5 5.5-6.5 9-6.5s6.5 2 9 6.5c-2.5 4.5-5.5 6.5-9 6.5S5.5 16.5 3 12zM4.5 20l15-16",
  },
};

const UNKNOWN_ICON = "M12 6v7M12 17.5v.5";

/** Name, meaning and icon of an action. */
export const actionWords = (action) => ACTIONS[action] ?? { name: action, meaning: "", icon: UNKNOWN_ICON };

export const BLOCKED_BY = {
  criticism_shield:
    "Er zit kritiek in. Kritiek op de gemeente wordt nooit zonder een mens verborgen als belediging, pesten of ruzie.",
  never_hidden_automatically: "Wat een bedreiging kan zijn, verbergt de dienst nooit zelf. Een mens moet het meteen zien.",
  any_violation:
    "Geen enkele regel haalt op zichzelf de drempel. Dat er minstens één overtreden is, is wel waarschijnlijk genoeg om eerst te kijken.",
  other_alphabet: "De tekst staat in een ander alfabet. Het model kan dat niet lezen.",
  mostly_unknown: "Het model kent de meeste woorden niet.",
  cut_off: "De tekst is te lang. Het model las niet alles.",
  other_language: "De tekst lijkt geen Nederlands. Het model kan ze niet goed beoordelen.",
  sperperiode: "Het is sperperiode. Over partijen en kandidaten beslist altijd een mens.",
  crisis: "Het crisisprofiel staat aan. Wat niet duidelijk onschuldig is, wacht op een mens.",
};

const ERRORS = {
  too_many_comments: "Dat zijn te veel reacties in één keer. Geef er minder tegelijk.",
  too_much_text: "Dat is te veel tekst in één keer. Geef minder reacties tegelijk.",
  body_too_slow: "De tekst kwam te traag aan. Probeer het opnieuw, of geef minder reacties tegelijk.",
  body_too_large: "Dat is te veel tekst in één keer. Geef minder reacties tegelijk.",
  too_long: "De tekst is te lang. Kort ze in, of splits ze.",
  empty_text: "Er staat geen enkel zichtbaar teken in. Laat deze reactie weg.",
  invalid_unicode: "Er staat een half teken in de tekst. Kopieer ze opnieuw.",
  busy: "De dienst heeft het te druk.",
  internal_error: "Er ging iets mis op de server. De reacties zijn niet beoordeeld. Probeer het opnieuw.",
};

const STATUSES = {
  0: "De server antwoordt niet. Kijk of je verbinding hebt, en probeer het opnieuw.",
  401: "Deze dienst vraagt een geldige API-sleutel.",
  403: "Met deze API-sleutel mag je geen reacties laten beoordelen.",
  413: "Dat is te veel in één keer. Geef minder reacties tegelijk.",
  429: "Je vroeg te veel op korte tijd.",
  503: "De dienst heeft het te druk, of is nog aan het opstarten.",
};

/** One Dutch sentence for an error of the API, by its code or else by its HTTP status. */
export function errorSentence(code, status) {
  if (ERRORS[code]) return ERRORS[code];
  if (STATUSES[status]) return STATUSES[status];
  return status >= 500 ? "Er ging iets mis op de server. Probeer het later opnieuw." : "De server aanvaardt deze vraag niet.";
}

/** Whether the code or the status has a sentence of its own, so that the API's English detail adds nothing. */
export const isKnownError = (code, status) => code in ERRORS || status in STATUSES;

/** A probability of 0 to 1 as a resident reads it; never 0 % or 100 % where the model only comes close. */
export function percent(probability) {
  const rounded = Math.round(probability * 100);
  if (rounded === 0 && probability > 0) return "< 1\u00a0%";
  if (rounded === 100 && probability < 1) return "> 99\u00a0%";
  return `${rounded}\u00a0%`;
}

/** "a", "a en b", "a, b en c" */
export const listed = (words) => new Intl.ListFormat("nl-BE").format(words);

/** What happened to a whole call: how many of which action. */
export function summary(results) {
  const counts = new Map();
  for (const result of results) {
    const name = result.errors ? "niet beoordeeld" : actionWords(result.action).name.toLowerCase();
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  if (results.length === 1) return `1 reactie: ${[...counts.keys()][0]}.`;
  return `${results.length} reacties: ${listed([...counts].map(([name, count]) => `${count} × ${name}`))}.`;
}
