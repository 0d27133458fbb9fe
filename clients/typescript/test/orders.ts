// What is written, and what events tell of it.
import type { DynamoDb, Item } from "./dynamodb.js";

type Told = { type: string; data: unknown };

/** An order, and all that was ever written to it: the record outside the system. */
export class Order {
  /** As `change` tells them. */
  readonly written: string[] = [];

  constructor(
    readonly tenant: string,
    readonly id: string,
  ) {}

  get subject(): string {
    return `orders/${this.tenant}/${this.id}`;
  }

  /** The next change: placed first, then cancelled, for a reason that is told only once, and taken up again by turns. */
  async write(dynamodb: DynamoDb): Promise<void> {
    const number = this.written.length;
    const status = number === 0 ? "PLACED" : number % 2 === 1 ? "CANCELLED" : ["PAID", "SHIPPED", "DELIVERED"][number % 3]!;
    await dynamodb.put("orders", this.#item(status, `${number}`));
    this.written.push(status === "CANCELLED" ? `CANCELLED ${number}` : status);
  }

  #item(status: string, reason: string): Item {
    const texts = { tenant: this.tenant, orderId: this.id, currency: "EUR", createdAt: "2026-11-23T09:00:00Z", status };
    const item = Object.fromEntries(Object.entries(texts).map(([name, S]) => [name, { S }]));
    const line = { M: { sku: { S: "lamp" }, quantity: { N: "1" }, unitPrice: { N: "1.50" } } };
    return { ...item, cancelReason: { S: reason }, total: { N: "1.50" }, lines: { L: [line] } };
  }
}

/** The change that an event tells. */
export function change({ type, data }: Told): string {
  const { to, reason } = data as { to?: string; reason?: string };
  if (type === "order.placed.v1") return "PLACED";
  return type === "order.cancelled.v1" ? `CANCELLED ${reason}` : `${to}`;
}
