import type { Received } from "tablecast-client";
import type { Events } from "./events/events.ts";

export interface Order {
  orderId: string;
  status: string;
  total: string;
  currency: string;
}

export type Orders = ReadonlyMap<string, Order>;

/** Returns the orders after an event. */
export function apply(orders: Orders, event: Received<Events>): Orders {
  switch (event.type) {
    case "order.placed.v1": {
      const { orderId, total, currency } = event.data;
      return withOrder(orders, { orderId, total, currency, status: "PLACED" });
    }
    case "order.status-changed.v1":
      return withStatus(orders, event.data.orderId, event.data.to);
    case "order.cancelled.v1":
      return withStatus(orders, event.data.orderId, "CANCELLED");
    default: // a type that is newer than this build
      return orders;
  }
}

function withStatus(orders: Orders, orderId: string, status: string): Orders {
  const order = orders.get(orderId);
  return order ? withOrder(orders, { ...order, status }) : orders;
}

function withOrder(orders: Orders, order: Order): Orders {
  return new Map(orders).set(order.orderId, order);
}

/** Fetches the current orders. */
export async function fetchOrders(tenant: string, signal?: AbortSignal): Promise<Orders> {
  const response = await fetch(`/api/orders?tenant=${encodeURIComponent(tenant)}`, { signal: signal ?? null });
  if (!response.ok) throw new Error(`cannot fetch the orders: ${await response.text()}`);
  const orders: Order[] = await response.json();
  return new Map(orders.map((order) => [order.orderId, order]));
}
