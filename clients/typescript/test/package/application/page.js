import { showOrders } from "./orders.js";

/** Reports are sent one after the other, so that they arrive in order. */
let last = Promise.resolve();
const report = (line) => (last = last.then(() => fetch("report", { method: "POST", body: line })));

addEventListener("error", ({ message }) => report(message));
addEventListener("unhandledrejection", ({ reason }) => report(String(reason)));
addEventListener("securitypolicyviolation", ({ blockedURI }) => report(`the policy blocks ${blockedURI}`));
showOrders(await (await fetch("url")).text(), report);
