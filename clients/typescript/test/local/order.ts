import type { DynamoDb, Item } from "./dynamodb.js";

/** One order, with every change that the test wrote to it. The events must report exactly these changes. */
export class Order {
  /** The changes, as `changeOf` describes them. */
  readonly written: string[] = [];

  constructor(
    readonly tenant: string,
    readonly id: string,
  ) {}

  get subject(): string {
    return `orders/${this.tenant}/${this.id}`;
  }

  /** Writes the next change: placed first, then by turns cancelled for a unique reason, and active again. */
  async write(dynamodb: DynamoDb): Promise<void> {
    const number = this.written.length;
    const active = ["PAID", "SHIPPED", "DELIVERED"][number % 3]!;
    const status = number === 0 ? "PLACED" : number % 2 === 1 ? "CANCELLED" : active;
    await dynamodb.put("orders", this.#item(status, `${number}`));
    this.written.push(status === "CANCELLED" ? `CANCELLED ${number}` : status);
  }

  #item(status: string, reason: string): Item {
    const createdAt = "2026-11-23T09:00:00Z";
    const texts = { tenant: this.tenant, orderId: this.id, currency: "EUR", createdAt, status, cancelReason: reason };
    const item = Object.fromEntries(Object.entries(texts).map(([name, S]) => [name, { S }]));
    const line = { M: { sku: { S: "lamp" }, quantity: { N: "1" }, unitPrice: { N: "1.50" } } };
    return { ...item, total: { N: "1.50" }, lines: { L: [line] } };
  }
}

/** Returns the change that an event reports. */
export function changeOf({ type, data }: { type: string; data: unknown }): string {
  const { to, reason } = data as { to?: string; reason?: string };
  if (type === "order.placed.v1") return "PLACED";
  return type === "order.cancelled.v1" ? `CANCELLED ${reason}` : `${to}`;
}
