// What an application in a browser does: shows each event that it is told, over cuts and reloads.
import { connect, webStore } from "/dist/index.js";
import { validate } from "/dist/validators.js";

const shown = [];
/** One after the other, so that they come in order. */
let telling = Promise.resolve();
const tell = (what) => {
  const body = JSON.stringify({ ...what, shown });
  return (telling = telling.then(() => fetch("/told", { method: "POST", body })));
};

addEventListener("error", ({ message }) => tell({ problem: message }));
addEventListener("unhandledrejection", ({ reason }) => tell({ problem: String(reason) }));
addEventListener("securitypolicyviolation", ({ blockedURI }) => tell({ problem: `the policy blocks ${blockedURI}` }));

/** As often as it is saved, somebody is told; whose answer may be that the page is to be loaded anew. */
const storage = {
  getItem: (name) => localStorage.getItem(name),
  setItem: (name, text) => {
    localStorage.setItem(name, text);
    tell({ saved: text }).then(async (answer) => (await answer.text()) === "reload" && location.reload());
  },
};

const { url, subject } = await (await fetch("/setting")).json();
const client = connect({
  url,
  validate,
  store: webStore(storage),
  token: async () => (await fetch("/token")).text(),
  onState: (state) => tell({ state }),
});
const show = ({ type, data }) => {
  shown.push({ type, data });
  tell({});
};
client.subscribe(subject).listen(show, (problem) => tell({ problem: String(problem) }));
