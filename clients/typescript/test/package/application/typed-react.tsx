import { createHooks } from "tablecast-client/react";
import type { Events } from "./events/events.js";

const { TablecastProvider, useEvents } = createHooks<Events>();

function Orders() {
  useEvents("orders/acme/*", {
    types: ["order.placed.v1"],
    onEvent: (event) => {
      if (event.type !== "order.placed.v1") return;
      console.log(event.data.total.toUpperCase());
      // @ts-expect-error: the schema has no such property.
      console.log(event.data.colour);
    },
  });
  return null;
}

export const page = <TablecastProvider options={{ url: "wss://example.com" }}><Orders /></TablecastProvider>;
