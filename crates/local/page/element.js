/** Elements of the page. Texts are only ever texts: nothing here reads markup. */

export const byId = (id) => document.getElementById(id);

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const PAUSE = 5_000;
let news;

/** Tells who listens to the page instead of looking: the latest news only, every few seconds at most. */
export function announce(text) {
  if (news === undefined) setTimeout(tell, PAUSE);
  news = text;
}

function tell() {
  byId("said").textContent = news;
  news = undefined;
}
