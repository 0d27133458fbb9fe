// The types of the hooks. The build checks this file; nothing runs it.
import { createHooks, useEvents as useUntyped } from "../../src/react/index.js";
import { createClient } from "../../src/index.js";

interface Events {
  "order.placed.v1": { orderId: string; total: string };
  "order.cancelled.v1": { orderId: string; reason?: string };
}

const { TablecastProvider, useClient, useConnectionState, useEvents } = createHooks<Events>();

export function Typed() {
  useEvents("orders/acme/*", {
    onEvent: (event) => {
      if (event.type === "order.placed.v1") event.data.total satisfies string;
      // @ts-expect-error: this event has no total
      if (event.type === "order.cancelled.v1") event.data.total;
    },
    onGap: ({ source, reason }, signal) => [source, reason, signal.aborted] satisfies [string, string, boolean],
    onReady: async (signal) => signal.aborted satisfies boolean,
  });
  useEvents(["orders/acme/1"] as const, {
    types: ["order.cancelled.v1"],
    onEvent: (event) => {
      // @ts-expect-error: not one of the types
      if (event.type === "order.placed.v1") return;
      if (event.type === "order.cancelled.v1") event.data.reason satisfies string | undefined;
    },
  });
  // @ts-expect-error: no such type
  useEvents("orders/acme/*", { types: ["order.paid.v1"] });
  useUntyped("orders/acme/*", { types: ["order.paid.v1"], onEvent: (event) => event.data });
  useConnectionState().reason satisfies string;
  useClient()?.subscribe("orders/acme/*", { types: ["order.placed.v1"] });
  return null;
}

export const own = <TablecastProvider options={{ url: "/live", token: async () => "token" }}><Typed /></TablecastProvider>;
export const given = <TablecastProvider client={createClient<Events>({ url: "/live" })}><Typed /></TablecastProvider>;
// @ts-expect-error: a client of the application has its own options
export const both = <TablecastProvider client={createClient<Events>({ url: "/live" })} options={{ url: "/live" }} />;
// @ts-expect-error: the events of another client
export const other = <TablecastProvider client={createClient<{ "a.b": { a: 1 } }>({ url: "/live" })} />;
