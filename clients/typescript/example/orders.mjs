import { WebSocket } from "ws"; // Node 20; browsers and Node 22 have their own
import { connect } from "tablecast-client";
import { validate } from "tablecast-client/validators";

const client = connect({
  url: process.env.URL ?? "ws://127.0.0.1:8787",
  WebSocket,
  validate,
  token: () => process.env.TOKEN,
  onState: (state, reason) => console.error(`${state}: ${reason}`),
});

for await (const event of client.subscribe("orders/acme/*")) {
  if (event.type === "order.placed.v1") console.log(event.subject, event.data.total);
  else console.log(event.subject, event.type);
}
