import { type Client, createClient } from "tablecast-client";
import type { Events, OrderPlacedV1 } from "./events/events.js";
import { validate } from "./events/validators.js";

const client: Client<Events> = createClient<Events>({ url: "wss://example.com", validate });

export async function totals(): Promise<string[]> {
  const found: string[] = [];
  for await (const item of client.subscribe("orders/acme/*", { types: ["order.placed.v1"] })) {
    if (item.type !== "order.placed.v1") continue;
    const order: OrderPlacedV1 = item.data;
    found.push(order.total);
    // @ts-expect-error: the schema has no such property.
    found.push(order.colour);
  }
  return found;
}

// @ts-expect-error: no schema has this type.
client.subscribe("orders/acme/*", { types: ["order.lost.v1"] });
