import { Connection } from "./connection.tsx";
import type { OrderV1 } from "./events/events.ts";
import { useCollection } from "./live.ts";
import { Notice } from "./notice.tsx";

export function Board({ tenant }: { tenant: string }) {
  const { items, ...loading } = useCollection(`orders/${tenant}/*`, { type: "order.v1", select: sorted });
  return (
    <main>
      <h1>Orders of {tenant}</h1>
      <Connection />
      <Notice {...loading} />
      <table>
        <thead><tr><th>Order</th><th>Status</th><th>Total</th></tr></thead>
        <tbody>{items.map((order) => <Row key={order.orderId} {...order} />)}</tbody>
      </table>
    </main>
  );
}

function sorted(orders: ReadonlyMap<string, OrderV1>): OrderV1[] {
  return [...orders.values()].sort((one, other) => one.orderId.localeCompare(other.orderId));
}

function Row({ orderId, status, total, currency }: OrderV1) {
  return <tr data-status={status}><td>{orderId}</td><td>{status}</td><td>{total} {currency}</td></tr>;
}
