import type { StateListener } from "./options.js";

/** Reports on the console why there is no connection: once, and again when the reason changes. */
export function consoleReporter(): StateListener {
  let reported = "";
  return (state, reason) => {
    if (state === "live") reported = "";
    if (state !== "waiting" || reason === reported) return;
    reported = reason;
    console.warn(`tablecast: no connection, and the client tries again: ${reason}`);
  };
}
