import { Connection } from "./connection.tsx";
import type { Order } from "./orders.ts";
import { useOrders } from "./use-orders.ts";

export function Board({ tenant }: { tenant: string }) {
  const { orders, notice } = useOrders(tenant);
  return (
    <main>
      <h1>Orders of {tenant}</h1>
      <Connection />
      {notice && <p role="alert">{notice}</p>}
      <table>
        <thead><tr><th>Order</th><th>Status</th><th>Total</th></tr></thead>
        <tbody>{[...(orders?.values() ?? [])].map((order) => <Row key={order.orderId} {...order} />)}</tbody>
      </table>
    </main>
  );
}

function Row({ orderId, status, total, currency }: Order) {
  return <tr data-status={status}><td>{orderId}</td><td>{status}</td><td>{total} {currency}</td></tr>;
}
