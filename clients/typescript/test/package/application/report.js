/** Reports are sent one after the other, so that they arrive in order. */
let last = Promise.resolve();

export const report = (line) => {
  last = last.then(() => fetch("report", { method: "POST", body: line }));
};

/** The address of the server. */
export const url = await (await fetch("url")).text();

addEventListener("error", ({ message }) => report(message));
addEventListener("unhandledrejection", ({ reason }) => report(String(reason)));
addEventListener("securitypolicyviolation", ({ blockedURI }) => report(`the policy blocks ${blockedURI}`));
