import type { Gap, Received } from "../../src/index.js";
import type { LocalMode } from "./local-mode.js";
import { Order } from "./order.js";
export type { Events } from "../events/events.js";
export { validate } from "../events/validators.js";

/** Places a new order. */
export async function put(local: LocalMode, id: string): Promise<Order> {
  const order = new Order("acme", id);
  await order.write(local.dynamodb);
  return order;
}

/** Returns the subject of the next event, or the reason of a gap. */
export async function next(subscription: AsyncIterable<Received | Gap>): Promise<string | undefined> {
  for await (const item of subscription) return item.type === "gap" ? `gap: ${item.reason}` : item.subject;
  return undefined;
}
