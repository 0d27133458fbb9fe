/** Creates and finds elements of the page. All content is text: nothing here parses markup. */

export const byId = (id) => document.getElementById(id);

export function element(name, attributes = {}, ...children) {
  const created = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) created.setAttribute(key, value);
  created.append(...children);
  return created;
}

const ANNOUNCEMENT_INTERVAL = 5_000;
let pending;

/** Announces a text to screen readers: only the latest text, at most every few seconds. */
export function announce(text) {
  if (pending === undefined) setTimeout(flush, ANNOUNCEMENT_INTERVAL);
  pending = text;
}

function flush() {
  byId("announcement").textContent = pending;
  pending = undefined;
}
