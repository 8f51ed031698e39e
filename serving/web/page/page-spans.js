// A comment's text with the words that weigh most marked.

import { element, unseen } from "./page-dom.js";
import { listed } from "./page-words.js";

/**
 * The text cut where a span begins or ends: [{text, spans, ending}], `spans` covering the piece and `ending` at its end.
 * Spans may overlap. Their offsets count Unicode code points, where a JavaScript string counts UTF-16 units: one
 * emoji is one of the first and two of the second.
 */
export function pieces(text, spans) {
  const points = Array.from(text);
  const whole = spans.filter(({ start, end }) => 0 <= start && start < end && end <= points.length);
  const edges = new Set([0, points.length, ...whole.flatMap(({ start, end }) => [start, end])]);
  const sorted = [...edges].sort((a, b) => a - b);
  return sorted.slice(1).map((end, i) => ({
    text: points.slice(sorted[i], end).join(""),
    spans: whole.filter((span) => span.start <= sorted[i] && span.end >= end),
    ending: whole.filter((span) => span.end === end),
  }));
}

/** The text as nodes, and beneath it which number stands for which category; `name` gives a category's Dutch name. */
export function markedText(text, spans, name) {
  const cut = pieces(text, spans);
  const categories = [...new Set(cut.flatMap((piece) => piece.spans.map((span) => span.category)))];
  const number = (category) => categories.indexOf(category) + 1;
  const quote = element("blockquote", { class: "text" }, cut.map((piece) => marked(piece, name, number)));
  if (!categories.length) return [quote];
  const items = categories.map((category) => element("li", {}, name(category)));
  return [quote, element("p", { class: "legend-title" }, "Woorden die het meest wegen:"), element("ol", { class: "legend" }, items)];
}

function marked(piece, name, number) {
  if (!piece.spans.length) return document.createTextNode(piece.text);
  const categories = [...new Set(piece.spans.map((span) => span.category))];
  const ending = [...new Set(piece.ending.map((span) => number(span.category)))];
  const made = element(
    "mark",
    {},
    piece.text,
    unseen(` (gemarkeerd: ${listed(categories.map(name))}) `),
    ending.length > 0 && element("sup", { "aria-hidden": "true" }, ending.join(",")),
  );
  const heaviest = Math.max(...piece.spans.map((span) => span.weight));
  made.style.setProperty("--weight", heaviest);
  return made;
}
