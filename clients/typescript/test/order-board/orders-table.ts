import type { DynamoDb, Item } from "../local/dynamodb.js";

const TENANT = "acme";
const STATUSES = ["PLACED", "PAID", "SHIPPED", "DELIVERED", "CANCELLED"];
/** Items in a request. */
const BATCH = 25;

/** The table of the order board, with random writes. */
export class OrdersTable {
  #count = 0;
  readonly #versions = new Map<string, number>();

  constructor(
    private readonly dynamodb: DynamoDb,
    private readonly random: () => number,
    private readonly name = "orders",
  ) {}

  /** Adds orders. */
  async fill(count: number): Promise<void> {
    for (let first = 0; first < count; first += BATCH) {
      const items = Array.from({ length: Math.min(BATCH, count - first) }, () => this.#item(this.#newId(), "PLACED"));
      await this.dynamodb.putAll(this.name, items);
    }
  }

  /** Changes, removes or adds an order. */
  async change(): Promise<void> {
    const ids = [...this.#versions.keys()];
    const id = ids[Math.floor(this.random() * ids.length)];
    const choice = this.random();
    if (id === undefined || choice < 0.15) return this.#put(this.#newId(), "PLACED");
    if (choice < 0.3) return this.#remove(id);
    return this.#put(id, STATUSES[Math.floor(this.random() * STATUSES.length)]!);
  }

  /** Returns the rows that the board shows for the items in the table. */
  async rows(): Promise<string[]> {
    const items = await this.dynamodb.scan(this.name);
    return items.map(rowOf).sort((one, other) => one.localeCompare(other));
  }

  #newId(): string {
    return `order-${String(++this.#count).padStart(5, "0")}`;
  }

  async #put(id: string, status: string): Promise<void> {
    await this.dynamodb.put(this.name, this.#item(id, status));
  }

  #item(id: string, status: string): Item {
    // An order that was removed never has its id again, so a version can begin anew.
    const version = (this.#versions.get(id) ?? 0) + 1;
    this.#versions.set(id, version);
    const texts = { tenant: TENANT, orderId: id, status, currency: "EUR" };
    const item: Item = Object.fromEntries(Object.entries(texts).map(([name, S]) => [name, { S }]));
    return { ...item, total: { N: `${version}.5` }, version: { N: `${version}` } };
  }

  async #remove(id: string): Promise<void> {
    this.#versions.delete(id);
    await this.dynamodb.delete(this.name, { tenant: { S: TENANT }, orderId: { S: id } });
  }
}

function rowOf(item: Item): string {
  const { orderId, status, total, currency } = item as Record<string, { S?: string; N?: string }>;
  return `${orderId?.S}\t${status?.S}\t${total?.N} ${currency?.S}`;
}
