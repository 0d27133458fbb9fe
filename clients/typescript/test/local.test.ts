import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { WebSocket } from "ws";
import { type Client, connect, NotRecovered, type Options, Refused } from "../src/index.js";
// @ts-ignore: it is made by `npm run build`
import { validate } from "../../dist/validators.js";
import { isBuilt, Local } from "./local.js";

let local: Local;
const options = { timeout: 60_000, skip: isBuilt ? false : "tablecast is not built: cargo build --workspace" };

if (isBuilt) {
  before(async () => {
    local = await Local.start();
  });
  after(() => local.end());
}

async function within(more: Partial<Options>, what: (client: Client) => Promise<void>): Promise<void> {
  const client = connect({ url: local.url, WebSocket, validate, token: () => local.token(), ...more });
  try {
    await what(client);
  } finally {
    client.close();
  }
}

test("with a token as a sub-protocol, a change arrives, valid by its schema", options, async () => {
  await within({}, async (client) => {
    const orders = client.subscribe("orders/acme/*", { types: ["order.placed.v1"] });
    await orders.ready;
    await local.put("1");
    for await (const event of orders) {
      assert.equal(event.subject, "orders/acme/1");
      if (event.type === "order.placed.v1") assert.equal(event.data.total, "1.5");
      else assert.fail(event.type);
      break;
    }
  });
});

test("what is not wanted by its type, or not subscribed to any more, does not arrive", options, async () => {
  await within({}, async (client) => {
    const cancelled = client.subscribe("orders/acme/2", { types: ["order.cancelled.v1"] });
    const ended = client.subscribe("orders/acme/3");
    const last = client.subscribe("orders/acme/4");
    await Promise.all([cancelled.ready, ended.ready, last.ready]);
    const seen: string[] = [];
    for (const subscription of [cancelled, ended]) {
      void subscription.listen((event) => seen.push(event.subject ?? ""), (problem) => seen.push(String(problem)));
    }
    ended.close();
    for (const id of ["2", "3", "4"]) await local.put(id);
    for await (const event of last) {
      assert.equal(event.subject, "orders/acme/4");
      break;
    }
    assert.deepEqual(seen, []);
  });
});

test("another tenant's subject is refused, and only that", options, async () => {
  await within({}, async (client) => {
    const others = client.subscribe("orders/globex/*");
    await assert.rejects(others.ready, Refused);
    await client.subscribe("orders/acme/*").ready;
  });
});

test("pings are answered", options, async () => {
  const states: string[] = [];
  await within({ pingEvery: 50, onState: (state) => states.push(state) }, async (client) => {
    await client.subscribe("orders/acme/*").ready;
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(client.state, "live");
  });
  assert.deepEqual(states, ["connecting", "subscribing", "live", "closed"]);
});

test("a token is renewed before it expires, and the connection goes on", options, async () => {
  let asked = 0;
  await within({ token: () => (asked++ === 0 ? local.token("15s") : local.token()) }, async (client) => {
    const orders = client.subscribe("orders/acme/*");
    await orders.ready;
    await new Promise((resolve) => setTimeout(resolve, 16_000));
    assert.equal(asked, 2);
    await local.put("5");
    for await (const event of orders) {
      assert.equal(event.subject, "orders/acme/5");
      break;
    }
  });
});

test("killed and started again, the server is found, and what is missing is said or told again", options, async () => {
  await within({}, async (client) => {
    const orders = client.subscribe("orders/acme/6");
    await orders.ready;
    await local.kill();
    await local.go();
    await local.put("6");
    const told = async () => {
      for await (const event of orders) return event.subject;
      return undefined;
    };
    // A server without a log cannot tell what was missed, and what came before the new subscription is not there.
    const subject = await told().catch((problem) => {
      assert.ok(problem instanceof NotRecovered, String(problem));
      return "orders/acme/6";
    });
    assert.equal(subject, "orders/acme/6");
  });
});
