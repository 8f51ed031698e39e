// One decision, or the error in its place, as an article.

import { nameOf } from "./page-api.js";
import { element, icon, unseen } from "./page-dom.js";
import { markedText } from "./page-spans.js";
import { BLOCKED_BY, actionWords, errorSentence, isKnownError, percent } from "./page-words.js";

/** `result` of the API on `comment` ({id, text, context?}), the `place`-th of `total`. */
export function decisionCard(result, comment, place, total, facts) {
  const head = result.errors ? errorHead() : actionHead(result.action);
  const body = result.errors ? errorBody(result.errors, comment) : decisionBody(result, comment, facts, total === 1);
  const which = total > 1 ? `Reactie ${place} van ${total}` : "Reactie";
  const count = total > 1 && element("p", { class: "place" }, which);
  return element("article", { id: `reactie-${place}`, "aria-label": which, tabindex: "-1" }, count, head, body);
}

/** An action as an icon and words. */
export const badge = (action) =>
  element("span", { class: "badge", "data-action": action }, icon(actionWords(action).icon), actionWords(action).name);

function actionHead(action) {
  return [element("h3", {}, badge(action)), element("p", { class: "meaning" }, actionWords(action).meaning)];
}

const errorHead = () => element("h3", {}, "Niet beoordeeld");

function errorBody(errors, comment) {
  return [quoted(comment, []), element("div", { class: "failure" }, errorNotes(errors, 422))];
}

/** What went wrong in Dutch, with the code; the API's own English only where the page has no sentence for it. */
export function errorNotes(errors, status) {
  if (!errors.length) return [element("p", {}, errorSentence("", status), code(status || "geen antwoord"))];
  return errors.map((error) => {
    const detail = !isKnownError(error.code, status) && `${error.title}: ${error.detail}`;
    return element(
      "p",
      {},
      errorSentence(error.code, Number(error.status)),
      code(error.code),
      detail && element("span", { class: "detail", lang: "en" }, detail),
    );
  });
}

const code = (text) => [" ", element("code", {}, String(text))];

function decisionBody(decision, comment, facts, alone) {
  return [
    quoted(comment, decision.spans, (id) => nameOf(facts, id)),
    decision.labels.length > 0 && part("Gevonden", names(decision.labels, facts)),
    part("Waarom", sentences(decision.reasons.map((reason) => unbroken(reason.sentence)), "Geen enkele categorie haalt haar drempel.")),
    decision.blocked_by.length > 0 && part("Waarom een mens eerst kijkt", sentences(decision.blocked_by.map(blockedSentence))),
    decision.escalate_to.length > 0 && part("Wie je verwittigt", sentences(decision.escalate_to.map((to) => facts.escalation[to] ?? to))),
    decision.reply && part("Wat je kan antwoorden", replyWithButton(decision.reply)),
    decision.signals.length > 0 && part("Ook gezien, geen overtreding", signals(decision.signals, facts)),
    chances(decision, facts, alone),
  ];
}

/** A number and its percent sign stay on one line. */
const unbroken = (sentence) => sentence.replaceAll(" %", "\u00a0%");

const blockedSentence = (blocked) => BLOCKED_BY[blocked] ?? element("code", {}, blocked);

function quoted(comment, spans, name) {
  const context = comment.context && element("p", { class: "context" }, element("span", {}, "Antwoord op: "), comment.context);
  return element("div", { class: "quoted" }, context, markedText(comment.text, spans, name));
}

const part = (title, content) => element("section", { class: "part" }, element("h4", {}, title), content);

/** The sentences as a list, one of them as a paragraph, `none` where there are none. */
function sentences(items, none) {
  if (items.length < 2) return element("p", {}, items[0] ?? none);
  return element("ul", {}, items.map((item) => element("li", {}, item)));
}

const names = (ids, facts) => element("ul", { class: "labels" }, ids.map((id) => element("li", {}, nameOf(facts, id))));

/** Signals with their definition: unlike a category, no sentence says what they mean. */
function signals(ids, facts) {
  const items = ids.map((id) => {
    const definition = facts.signals.find((signal) => signal.id === id)?.definition;
    return [element("dt", {}, nameOf(facts, id)), definition ? element("dd", {}, definition) : null];
  });
  return element("dl", {}, items.flat());
}

function replyWithButton(reply) {
  const sentence = element("p", { class: "reply" }, reply);
  const button = element("button", { type: "button", class: "secondary unprinted" }, "Kopieer");
  const told = element("span", { role: "status", class: "hint" });
  button.addEventListener("click", async () => {
    told.textContent = (await copied(reply)) ? "Gekopieerd" : selectedInstead(sentence);
  });
  return [sentence, button, " ", told];
}

/** Browsers hand out the clipboard only over https or on the machine itself. */
const copied = (text) => navigator.clipboard?.writeText(text).then(() => true, () => false) ?? false;

function selectedInstead(node) {
  getSelection().selectAllChildren(node);
  return "De zin is geselecteerd: druk op Ctrl + C.";
}

/** All categories with a bar; folded away among other comments, where they would bury the decisions. */
function chances(decision, facts, alone) {
  const met = new Set(decision.reasons.map((reason) => reason.category));
  const rows = Object.entries(decision.probabilities).map(([id, probability]) =>
    chanceRow(nameOf(facts, id), probability, reviewThreshold(id, decision, facts), met.has(id)),
  );
  const heads = ["Categorie", "Kans", "Drempel"].map((head) => element("th", { scope: "col" }, head));
  const table = element("table", { "aria-label": "Kans per categorie" }, element("thead", {}, element("tr", {}, heads)), element("tbody", {}, rows));
  const meaning = "Het streepje is de drempel van het beleid: vanaf daar kijkt eerst een medewerker.";
  const open = alone ? { open: "" } : {};
  return element("details", open, element("summary", {}, "Kans per categorie"), table, element("p", { class: "hint" }, meaning));
}

/** From where a person looks first: what the decision says it met, for the town's policy may differ from the model's own. */
function reviewThreshold(id, decision, facts) {
  const reason = decision.action === "review" && decision.reasons.find(({ category }) => category === id);
  return (reason ? reason.threshold : facts.review[id]) ?? null;
}

function chanceRow(name, probability, threshold, met) {
  const named = element("span", { class: "name" }, name, met && unseen(" (haalt de drempel)"));
  return element(
    "tr",
    met ? { class: "met" } : {},
    element("th", { scope: "row" }, element("span", { class: "named-bar" }, named, bar(probability, threshold))),
    element("td", {}, percent(probability)),
    element("td", {}, threshold === null ? "–" : percent(threshold)),
  );
}

/** A drawing of the two numbers beside it, so nothing that a screen reader would miss. */
function bar(probability, threshold) {
  const made = element("span", { class: "bar" }, element("span", { class: "fill" }));
  made.style.setProperty("--share", probability);
  if (threshold !== null) {
    made.append(element("span", { class: "tick" }));
    made.style.setProperty("--threshold", threshold);
  }
  return made;
}
