// Nodes from plain values. Text only ever becomes a text node, so that a comment can't become markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes and children; a child that is null, undefined or false is left out. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.flat().filter((child) => (child ?? false) !== false));
  return made;
}

/** A drawing of one path in a square of 24; says nothing to a screen reader, so words must stand beside it. */
export function icon(path) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  drawing.append(line);
  return drawing;
}

/** Words for a screen reader alone. */
export const unseen = (text) => element("span", { class: "unseen" }, text);
