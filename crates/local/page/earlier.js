/** The events from before the page was loaded, as far as the logs have them. */

import { createClient } from "./tablecast-client.js";

/** How many events of each source to show, and of how many sources. */
const EVENTS = 100;
const SOURCES = 20;

/** Receives some events before the bookmark. A log need not have them: this is no gap. Uses a connection of its own, because a
 * resume on the first one could show gaps there. Returns the client, if there is anything to receive. */
export function receiveEarlier(options, subjects, bookmark, callbacks, failed) {
  const start = startBefore(bookmark);
  if (start === undefined) return undefined;
  const client = createClient(options);
  client.on("state", (state, reason) => {
    if (state !== "waiting") return;
    client.close();
    failed(`Earlier events are not shown: ${reason}`);
  });
  const { ready } = client.subscribe(subjects, { ...callbacks, bookmark: start, onGap: () => {}, onError: () => {} });
  // The last events are delivered after it is ready.
  ready.finally(() => setTimeout(() => client.close())).catch(() => {});
  return client;
}

/** Returns the bookmark some events before this one, or nothing if no source has events. */
function startBefore(bookmark = "{}") {
  const sources = Object.entries(JSON.parse(bookmark)).filter(([, { floor }]) => floor > 0);
  const starts = sources.slice(0, SOURCES).map(([source, { epoch, floor }]) => {
    return [source, { epoch, floor: Math.max(0, floor - EVENTS), seen: "" }];
  });
  return starts.length > 0 ? JSON.stringify(Object.fromEntries(starts)) : undefined;
}
