import { createClient } from "tablecast-client";
import { validate } from "./events/validators.js";

/** Subscribes to orders, and reports each state, event and error. */
export function showOrders(url, report) {
  const client = createClient({ url, validate });
  client.on("state", (state, reason) => report(`${state}: ${reason}`));
  client.subscribe("orders/acme/*", {
    onEvent: (event) => report(`${event.type} ${event.data.total}`),
    onError: (error) => report(String(error)),
  });
}
