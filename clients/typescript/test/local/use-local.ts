import type { LocalMode } from "./local-mode.js";
import { Order } from "./order.js";
// @ts-ignore: `npm run build` writes it.
export { validate } from "../../../dist/validators.js";

/** Places a new order. */
export async function put(local: LocalMode, id: string): Promise<Order> {
  const order = new Order("acme", id);
  await order.write(local.dynamodb);
  return order;
}

/** Returns the subject of the next event. */
export async function next(subscription: AsyncIterable<{ subject?: string }>): Promise<string | undefined> {
  for await (const event of subscription) return event.subject;
  return undefined;
}
