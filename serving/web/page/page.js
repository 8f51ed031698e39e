// The page: reads what was typed, asks the API, shows the answer. Keeps nothing: no storage, no cookie, no log.

import { NO_FACTS, call, loadFacts } from "./page-api.js";
import { badge, decisionCard, errorNotes } from "./page-decision.js";
import { element } from "./page-dom.js";
import { ACTIONS, percent, summary } from "./page-words.js";

const at = (id) => document.getElementById(id);
const state = { key: "", facts: null, busy: false, clock: 0 };

function typedComments() {
  const context = at("context").value.trim();
  const typed = at("text").value;
  const texts = at("per-line").checked ? typed.split("\n").map((line) => line.trim()) : [typed];
  return texts
    .filter((text) => text.trim())
    .map((text, i) => ({ id: String(i + 1), text, ...(context && { context }) }));
}

async function judge() {
  if (state.busy) return;
  clear();
  const comments = typedComments();
  if (!comments.length) return refuseEmpty();
  setBusy(true);
  await learnFacts();
  const { record, failure } = await call("v1/score", state.key, { comments, explain: true });
  setBusy(false);
  if (failure) showFailure(failure);
  else showOutcome(comments, record);
}

function clear() {
  clearInterval(state.clock);
  at("failure").replaceChildren();
  at("again").hidden = true;
  at("outcome").hidden = true;
  at("status").textContent = "";
}

function refuseEmpty() {
  at("failure").replaceChildren(failureBox([element("p", {}, "Typ of plak eerst een reactie.")]));
  at("text").focus();
}

function setBusy(busy) {
  state.busy = busy;
  at("send").setAttribute("aria-disabled", String(busy));
  at("send").textContent = busy ? "Bezig…" : "Beoordeel";
}

const failureBox = (notes) => element("div", { class: "failure" }, notes);

function showFailure({ status, errors, wait }) {
  const notes = errorNotes(errors, status);
  if (wait) notes.push(element("p", {}, `Wacht ${wait} seconden en probeer het dan opnieuw.`));
  at("failure").replaceChildren(failureBox(notes));
  if (status === 401 || status === 403) askKey();
  else offerAgain(wait ?? 0);
}

function askKey() {
  at("key-form").hidden = false;
  at("key").value = "";
  at("key").focus();
}

/** The button to try again, asleep until `seconds` have passed. */
function offerAgain(seconds) {
  const wakes = Date.now() + seconds * 1000;
  const tell = () => {
    const left = Math.ceil((wakes - Date.now()) / 1000);
    at("again").disabled = left > 0;
    at("again").textContent = left > 0 ? `Probeer opnieuw over ${left} s` : "Probeer opnieuw";
    if (left > 0) return;
    clearInterval(state.clock);
    if (seconds) at("status").textContent = "Je kan het nu opnieuw proberen.";
  };
  at("again").hidden = false;
  state.clock = setInterval(tell, 250);
  tell();
}

function showOutcome(comments, record) {
  const { results, ...versions } = record;
  const facts = state.facts ?? NO_FACTS;
  const cards = results.map((result, i) => decisionCard(result, comments[i], i + 1, results.length, facts));
  at("decisions").replaceChildren(...cards);
  at("summary").textContent = (results.length > 1 ? summary(results) : "") + (state.facts ? "" : " De namen van de categorieën kwamen niet door; je ziet hun codes.");
  showOverview(comments, results);
  at("versions").textContent = versionLine(versions);
  at("raw").textContent = JSON.stringify(record, null, 2);
  at("outcome").hidden = false;
  at("status").replaceChildren(summary(results), " ", element("a", { href: "#outcome-title" }, "Naar de uitkomst"));
  bringIntoView(at("outcome"));
}

function showOverview(comments, results) {
  at("overview").hidden = results.length < 2;
  const lines = results.map((result, i) => {
    const what = result.errors ? element("span", { class: "badge" }, "Niet beoordeeld") : badge(result.action);
    return element("li", {}, element("a", { href: `#reactie-${i + 1}` }, what, element("span", { class: "start" }, comments[i].text)));
  });
  at("overview").firstElementChild.replaceChildren(...lines);
}

function versionLine({ model, policy, taxonomy }) {
  const when = new Date().toLocaleString("nl-BE", { dateStyle: "long", timeStyle: "short" });
  return `Model ${model} · beleid ${policy} · categorieën ${taxonomy} · beoordeeld op ${when}`;
}

/** On a phone the outcome is below what was typed; beside it, on a desk, nothing needs to move. */
function bringIntoView(node) {
  if (node.getBoundingClientRect().top < innerHeight / 2) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  node.scrollIntoView({ behavior: calm ? "auto" : "smooth" });
}

/** Ask once for names, definitions, thresholds and card; the failure, if there was one. */
async function learnFacts() {
  if (state.facts) return null;
  const { facts, failure } = await loadFacts(state.key);
  if (failure) return failure;
  state.facts = facts;
  const defined = [...facts.categories, ...facts.signals].map(({ id, name, definition }) => [
    element("dt", {}, name),
    element("dd", {}, definition, facts.review[id] ? ` Een medewerker kijkt vanaf ${percent(facts.review[id])}.` : ""),
  ]);
  at("categories").querySelector("dl").replaceChildren(...defined.flat());
  at("card").querySelector("pre").textContent = facts.card;
  at("categories").hidden = at("card").hidden = false;
  return null;
}

function showActions() {
  const entries = Object.entries(ACTIONS).map(([action, words]) => [
    element("dt", {}, badge(action)),
    element("dd", {}, words.meaning),
  ]);
  at("actions").replaceChildren(...entries.flat());
}

function fillIn(example) {
  if (state.busy) return;
  at("text").value = example.dataset.text;
  at("context").value = example.dataset.context;
  at("per-line").checked = "perLine" in example.dataset;
  tellHowRead();
  judge();
}

function tellHowRead() {
  at("text-hint").textContent = at("per-line").checked
    ? "Elke regel in dit veld is een reactie. Lege regels tellen niet mee."
    : "Alles in dit veld is samen één reactie, ook als er witregels in staan.";
}

function onSubmit(form, act) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act();
  });
}

function useKey() {
  state.key = at("key").value.trim();
  at("key").value = "";
  at("key-form").hidden = true;
  if (typedComments().length) judge();
  else greet();
}

/** At the start and after a key without a comment: learn the names, and ask a key where the server wants one. */
async function greet() {
  at("failure").replaceChildren();
  const failure = await learnFacts();
  if (failure?.status === 401 || failure?.status === 403) showFailure(failure);
}

onSubmit(at("ask"), judge);
onSubmit(at("key-form"), useKey);
at("again").addEventListener("click", judge);
at("per-line").addEventListener("change", tellHowRead);
at("examples").addEventListener("click", ({ target }) => target.closest("button") && fillIn(target.closest("button")));
at("to-card").addEventListener("click", () => (at("card").open = true));
at("ask").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) at("ask").requestSubmit();
});
showActions();
greet();
