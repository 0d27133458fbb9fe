/** Reads JSON as text, so that numbers keep all digits, even those that JavaScript cannot represent. */

import { element } from "./element.js";

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
const OPENING = new Set(["{", "["]);
const CLOSING = new Set(["}", "]"]);

/** Returns the text of each member of an object, by name. */
export function members(text) {
  const found = new Map();
  let depth = 0;
  let name;
  let start = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (depth === 1 && name !== undefined && (token === "," || token === "}")) {
      found.set(name, text.slice(start, index).trim());
      name = undefined;
    } else if (depth === 1 && token === ":") {
      start = index + 1;
    } else if (depth === 1 && name === undefined && token.startsWith('"')) {
      name = JSON.parse(token);
    }
    depth += OPENING.has(token) - CLOSING.has(token);
  }
  return found;
}

/** Returns indented, colored JSON for the page. */
export function pretty(text) {
  const tokens = text.match(TOKEN) ?? [];
  const shown = document.createDocumentFragment();
  let depth = 0;
  tokens.forEach((token, at) => {
    if (CLOSING.has(token)) {
      depth -= 1;
      if (!OPENING.has(tokens[at - 1])) shown.append(line(depth));
      shown.append(token);
    } else if (OPENING.has(token)) {
      depth += 1;
      shown.append(token);
      if (!CLOSING.has(tokens[at + 1])) shown.append(line(depth));
    } else if (token === ",") {
      shown.append(token, line(depth));
    } else if (token === ":") {
      shown.append(": ");
    } else {
      shown.append(element("span", { class: kind(token, tokens[at + 1]) }, token));
    }
  });
  return shown;
}

const line = (depth) => `\n${"  ".repeat(depth)}`;

function kind(token, next) {
  if (token.startsWith('"')) return next === ":" ? "key" : "string";
  return "number";
}
