import { createClient } from "tablecast-client";

const url = process.env.URL ?? "ws://127.0.0.1:8787";
const client = createClient({ url, token: () => process.env.TOKEN });
client.on("state", (state, reason) => console.error(`${state}: ${reason}`));

for await (const item of client.subscribe("orders/acme/*")) {
  if (item.type === "gap") console.log(item.source, `gap, fetch the current state: ${item.reason}`);
  else if (item.type === "order.placed.v1") console.log(item.subject, item.data.total);
  else console.log(item.subject, item.type);
}
