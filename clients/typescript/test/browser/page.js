// The application in the browser: shows each event, and reports to the test after each change.
import { createClient, webStore } from "/dist/index.js";
import { validate } from "/build/test/events/validators.js";

const shown = [];
/** The actions of the messages that the client sent. */
const sent = [];
const { send } = WebSocket.prototype;
WebSocket.prototype.send = function (text) {
  sent.push(JSON.parse(text).action);
  send.call(this, text);
};
/** Reports are sent one after the other, so that they arrive in order. */
let lastReport = Promise.resolve();
const report = (change) => {
  const body = JSON.stringify({ ...change, shown, sent });
  return (lastReport = lastReport.then(() => fetch("/report", { method: "POST", body })));
};

addEventListener("error", ({ message }) => report({ error: message }));
addEventListener("unhandledrejection", ({ reason }) => report({ error: String(reason) }));
addEventListener("securitypolicyviolation", ({ blockedURI }) => report({ error: `the policy blocks ${blockedURI}` }));

/** Reports each save. The test answers `reload` when the page must reload. */
const storage = {
  getItem: (name) => localStorage.getItem(name),
  setItem: (name, text) => {
    localStorage.setItem(name, text);
    report({ saved: text }).then(async (response) => (await response.text()) === "reload" && location.reload());
  },
};

const { url, subject } = await (await fetch("/config")).json();
const client = createClient({
  url,
  validate,
  store: webStore(storage),
  token: async () => (await fetch("/token")).text(),
});
client.on("state", (state) => {
  report({ state });
  if (state === "live") document.dispatchEvent(new Event("visibilitychange"));
});
const show = ({ type, data }) => {
  shown.push({ type, data });
  report({});
};
const onGap = ({ reason }) => report({ error: `gap: ${reason}` });
client.subscribe(subject, { onEvent: show, onGap, onError: (error) => report({ error: String(error) }) });
