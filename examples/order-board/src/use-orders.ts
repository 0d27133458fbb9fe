import { useState } from "react";
import { useEvents } from "./live.ts";
import { apply, fetchOrders, type Orders } from "./orders.ts";

/** Returns the orders of a tenant, which change while the component is mounted. */
export function useOrders(tenant: string): { orders: Orders | undefined; notice: string } {
  const [orders, setOrders] = useState<Orders>();
  const [notice, setNotice] = useState("");
  const load = async (signal?: AbortSignal) => setOrders(await fetchOrders(tenant, signal));

  useEvents(`orders/${tenant}/*`, {
    // The subscription is confirmed. Later events wait for `load`, so nothing falls between the two.
    onReady: load,
    onGap: async ({ reason }, signal) => {
      await load(signal);
      setNotice(`Some changes were missed (${reason}), so this list was loaded again.`);
    },
    onEvent: (event) => {
      if (event.type === "tablecast.event-too-large.v1") return load();
      setOrders((current) => current && apply(current, event));
    },
    onError: (error) => setNotice(error.message),
  });
  return { orders, notice };
}
