import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { WebSocket } from "ws";
import { type Client, connect, NotRecovered, type Options, Refused } from "../src/index.js";
// @ts-ignore: it is made by `npm run build`
import { validate } from "../../dist/validators.js";
import { Local, skip } from "./local.js";
import { change, Order } from "./orders.js";

let local: Local;
const options = { timeout: 60_000, skip };

if (!skip) {
  before(async () => {
    local = await Local.start();
  });
  after(() => local.end());
}

/** A new order. */
async function put(id: string): Promise<Order> {
  const order = new Order("acme", id);
  await order.write(local.dynamodb);
  return order;
}

/** The subject of the next event. */
async function next(subscription: AsyncIterable<{ subject?: string }>): Promise<string | undefined> {
  for await (const event of subscription) return event.subject;
  return undefined;
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
    await put("1");
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
    for (const id of ["2", "3", "4"]) await put(id);
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
    await put("5");
    for await (const event of orders) {
      assert.equal(event.subject, "orders/acme/5");
      break;
    }
  });
});

test("killed and started again, the server tells what was missed", options, async () => {
  let letIn = () => {};
  const states: string[] = [];
  let isAway = Promise.resolve();
  await within({ onState: (state) => states.push(state), token: () => isAway.then(() => local.token()) }, async (client) => {
    const orders = client.subscribe("orders/acme/*");
    await orders.ready;
    await put("6");
    assert.equal(await next(orders), "orders/acme/6");
    isAway = new Promise((resolve) => (letIn = resolve));
    await local.kill();
    await local.go();
    for (const id of ["7", "8"]) await put(id);
    assert.ok(!states.slice(3).includes("subscribing"), "it was not there yet");
    letIn();
    for (const id of ["7", "8"]) assert.equal(await next(orders), `orders/acme/${id}`);
  });
});

/** Where somebody is who has handled one order, and missed two. */
async function left(): Promise<string> {
  let bookmark: string | undefined;
  await within({}, async (client) => {
    const orders = client.subscribe("orders/acme/*");
    await orders.ready;
    for (const id of ["first", "second", "third"]) {
      await new Order("acme", `${id}-${Date.now()}`).write(local.dynamodb);
      assert.match((await next(orders)) ?? "", new RegExp(id));
      // It has handled what was before the last that it was told.
      if (id === "second") bookmark = orders.bookmark;
    }
  });
  assert.ok(bookmark);
  return bookmark;
}

test("another client with another token goes on where one was", options, async () => {
  const bookmark = await left();
  await within({ token: () => local.token("1h", "eve") }, async (client) => {
    const orders = client.subscribe("orders/acme/*", { bookmark });
    for (const id of [/second/, /third/]) assert.match((await next(orders)) ?? "", id);
    await put("9");
    assert.equal(await next(orders), "orders/acme/9");
  });
});

/** What is told first is that something is missing, and why; then what is new. */
async function isNotRecovered(bookmark: string, reason: string): Promise<void> {
  await within({}, async (client) => {
    const orders = client.subscribe("orders/acme/*", { bookmark });
    await orders.ready;
    const order = await put(`after-${reason}-${Date.now()}`);
    await assert.rejects(next(orders), (problem) => problem instanceof NotRecovered && problem.reason === reason);
    assert.equal(await next(orders), order.subject);
  });
}

test("of a bookmark that is none, or of what never was, it is said that something may be missing", options, async () => {
  await isNotRecovered("no bookmark", "position-unknown");
  const ahead = (await left()).replace(/"floor":\d+/, '"floor":1000000');
  await isNotRecovered(ahead, "position-unknown");
});

test("what was trimmed is said to be missing", options, async () => {
  const bookmark = await left();
  const { "tablecast/orders": place } = JSON.parse(bookmark) as Record<string, { floor: number; seen: string }>;
  const last = Math.max(...[...`${place!.floor},${place!.seen}`.matchAll(/\d+/g)].map(Number));
  for (let offset = 0; offset <= last + 1; offset++) {
    await local.dynamodb.delete("log", { pk: { S: "orders" }, sk: { S: `${offset}`.padStart(20, "0") } });
  }
  await isNotRecovered(bookmark, "trimmed");
});

test("of a log that was made anew nothing can be recovered", options, async () => {
  const bookmark = await left();
  await local.killForGood();
  await local.go();
  await isNotRecovered(bookmark, "epoch-changed");
});

test("a last event that was lost while the server was in trouble is asked for, and told", options, async () => {
  const trouble = { code: "unavailable", message: "try again", closing: false };
  let lost = 0;
  /** The next pong after that is none. */
  class Lossy extends WebSocket {
    override emit(name: string, ...values: unknown[]): boolean {
      const text = name === "message" ? String(values[0]) : "";
      if (lost === 0 && text.includes('"order.placed.v1"')) return ++lost > 0;
      if (lost !== 1 || !text.includes("tablecast.pong.v1")) return super.emit(name, ...values);
      const [answer] = JSON.parse(text.replaceAll("tablecast.pong.v1", "tablecast.error.v1"));
      answer.data = { ...trouble, request: answer.data.request };
      return ++lost > 0 && super.emit(name, JSON.stringify([answer]), false);
    }
  }
  const states: string[] = [];
  await within({ WebSocket: Lossy, pingEvery: 50, checkEvery: 100, onState: (state) => states.push(state) }, async (client) => {
    const orders = client.subscribe("orders/acme/*");
    await orders.ready;
    const order = await put("10");
    assert.equal(await next(orders), order.subject);
    assert.equal(lost, 2);
    assert.deepEqual(states, ["connecting", "subscribing", "live"]);
  });
});

test("asked to in time, it moves to another connection: nothing is lost, and nothing comes twice", options, async () => {
  const states: string[] = [];
  let pongs = 0;
  class Heard extends WebSocket {
    override emit(name: string, ...values: unknown[]): boolean {
      if (name === "message" && String(values[0]).includes("tablecast.pong.v1")) pongs++;
      return super.emit(name, ...values);
    }
  }
  const order = new Order("acme", "old");
  // And a little longer: what is in work when the clock is moved takes too long.
  const pong = async () => {
    const before = pongs;
    while (pongs === before) await order.write(local.dynamodb);
    await new Promise((resolve) => setTimeout(resolve, 300));
  };
  await within({ WebSocket: Heard, pingEvery: 700, onState: (state) => states.push(state) }, async (client) => {
    const told: string[] = [];
    const orders = client.subscribe(order.subject);
    await orders.ready;
    void orders.listen((event) => told.push(change(event)), (problem) => told.push(`${problem}`));
    // Until 117 minutes at most. Its pings keep it open for longer than ten.
    await pong();
    for (let minutes = 0; minutes < 117 && !states.includes("moving"); minutes += 9) {
      await local.advance("9m");
      await pong();
    }
    while (states.at(-1) !== "live" || !states.includes("moving")) await order.write(local.dynamodb);
    await order.write(local.dynamodb);
    while (told.length < order.written.length) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(told, order.written);
  });
  assert.deepEqual(states, ["connecting", "subscribing", "live", "moving", "live", "closed"]);
});
