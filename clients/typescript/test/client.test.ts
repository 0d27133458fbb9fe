import assert from "node:assert/strict";
import { test } from "node:test";
import { WebSocket } from "ws";
import { connect, InvalidEvent, memoryStore, type Options, webStore } from "../src/index.js";
import { event, pong, subscribed } from "./stage.js";
import { Server } from "./server.js";

const ORDERS = "orders/*";

async function within<T>(server: Server, options: Partial<Options>, what: (client: ReturnType<typeof connect>) => Promise<T>) {
  const client = connect({ url: server.url, WebSocket, ...options });
  try {
    return await what(client);
  } finally {
    client.close();
  }
}

/** The ids of so many events. */
async function read(subscription: AsyncIterable<{ id: string }>, count: number): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of subscription) if (ids.push(id) === count) break;
  return ids;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test("events come in a loop, one after the other", async () => {
  const server = await Server.start();
  await within(server, { token: () => "a.b.c" }, async (client) => {
    const orders = client.subscribe(ORDERS);
    await orders.ready;
    for (const id of [1, 2, 3]) server.write(`orders/${id}`);
    assert.deepEqual(await read(orders, 3), ["e-1", "e-2", "e-3"]);
    assert.equal(client.state, "live");
    assert.deepEqual(server.offered, ["cloudevents-batch.json,cloudevents.json,bearer.a.b.c"]);
  });
  await server.stop();
});

test("a server that goes away and comes back is found again, and nothing is missed", async () => {
  const server = await Server.start();
  const states: string[] = [];
  await within(server, { onState: (state) => states.push(state) }, async (client) => {
    const orders = client.subscribe(ORDERS);
    await orders.ready;
    server.write("orders/1");
    await server.stop();
    server.write("orders/2");
    await until(() => states.includes("waiting"));
    await server.listen();
    server.write("orders/3");
    assert.deepEqual(await read(orders, 3), ["e-1", "e-2", "e-3"]);
  });
  assert.ok(states.filter((state) => state === "live").length >= 2, states.join());
  await server.stop();
});

test("cut at any moment, under load, every event comes once and in order", async () => {
  const server = await Server.start();
  const ids: string[] = [];
  let cuts = 0;
  await within(server, {}, async (client) => {
    const orders = client.subscribe(ORDERS);
    await orders.ready;
    const reading = read(orders, 500).then((all) => ids.push(...all));
    for (let number = 1; number <= 500; number++) {
      server.write(`orders/${number % 7}`);
      if (number % 40 === 0 && server.connections > 0) server.cut(), cuts++;
      if (number % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 3));
    }
    await reading;
  });
  assert.ok(cuts > 0);
  assert.deepEqual(ids, server.log.map((_, n) => `e-${n + 1}`));
  await server.stop();
});

test("asked to reconnect, it opens the new connection before it leaves the old one", async () => {
  const server = await Server.start();
  const states: string[] = [];
  await within(server, { onState: (state) => states.push(state) }, async (client) => {
    const orders = client.subscribe(ORDERS);
    await orders.ready;
    server.tell(event("tablecast.reconnect.v1", {}));
    await until(() => server.most === 2 && server.connections === 1);
    server.write("orders/1");
    assert.deepEqual(await read(orders, 1), ["e-1"]);
  });
  assert.deepEqual(states, ["connecting", "subscribing", "live", "moving", "live", "closed"]);
  await server.stop();
});

test("a store lets another client go on, after the last event that was handled", async () => {
  const server = await Server.start();
  const items = new Map<string, string>();
  const storage = {
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, text: string) => void items.set(name, text),
  };
  for (const store of [memoryStore(), webStore(storage)]) {
    await within(server, { store }, async (client) => {
      const orders = client.subscribe(ORDERS);
      await orders.ready;
      const first = server.log.length + 1;
      for (const id of [1, 2, 3]) server.write(`orders/${id}`);
      assert.deepEqual(await read(orders, 3), [first, first + 1, first + 2].map((offset) => `e-${offset}`));
    });
    server.write("orders/4");
    const last = server.log.length;
    await within(server, { store }, async (client) => {
      const ids = await read(client.subscribe(ORDERS), 2);
      assert.deepEqual(ids, [`e-${last - 1}`, `e-${last}`], "the last was not handled: no other was asked for");
    });
  }
  assert.ok(items.has("tablecast:orders/*"));
  await server.stop();
});

test("a bookmark goes on elsewhere", async () => {
  const server = await Server.start();
  const bookmark = await within(server, {}, async (client) => {
    const orders = client.subscribe(ORDERS);
    await orders.ready;
    server.write("orders/1");
    server.write("orders/2");
    for await (const { id } of orders) if (id === "e-2") return orders.bookmark;
    return undefined;
  });
  assert.ok(bookmark);
  await within(server, {}, async (client) => {
    assert.deepEqual(await read(client.subscribe(ORDERS, { bookmark }), 1), ["e-2"]);
  });
  await server.stop();
});

test("of ten thousand that nobody reads, the next are left in the log until they are read, and none is missing", async () => {
  const server = await Server.start();
  await within(server, {}, async (client) => {
    const orders = client.subscribe(ORDERS);
    await orders.ready;
    for (let number = 1; number <= 20_000; number++) {
      server.write(`orders/${number % 7}`);
      if (number % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok(server.sent >= 10_000 && server.sent < 20_000, `${server.sent} sent`);
    server.cut();
    assert.deepEqual(await read(orders, 20_000), server.log.map((_, n) => `e-${n + 1}`));
    server.write("orders/1");
    assert.deepEqual(await read(orders, 1), ["e-20001"]);
  });
  await server.stop();
});

test("an event that breaks its schema is thrown in its place, and the next iteration goes on", async () => {
  const server = await Server.start();
  const validate = ({ data }: { data: unknown }) => ((data as { bad?: boolean }).bad ? "is bad" : undefined);
  await within(server, { validate }, async (client) => {
    const orders = client.subscribe(ORDERS);
    await orders.ready;
    server.write("orders/1", { bad: true });
    server.write("orders/2");
    await assert.rejects(read(orders, 1), InvalidEvent);
    assert.deepEqual(await read(orders, 1), ["e-2"]);
  });
  await server.stop();
});

test("callbacks wait for each other; problems are told, and a failing handler ends it", async () => {
  const server = await Server.start();
  const validate = ({ data }: { data: unknown }) => ((data as { bad?: boolean }).bad ? "is bad" : undefined);
  const seen: string[] = [];
  await within(server, { validate }, async (client) => {
    const orders = client.subscribe(ORDERS);
    await orders.ready;
    server.write("orders/1");
    server.write("orders/2", { bad: true });
    server.write("orders/3");
    const handle = async ({ id }: { id: string }) => {
      seen.push(`begin ${id}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      seen.push(`end ${id}`);
      if (id === "e-3") throw new Error("the handler is broken");
    };
    await orders.listen(handle, (problem) => seen.push((problem as Error).name));
  });
  assert.deepEqual(seen, ["begin e-1", "end e-1", "InvalidEvent", "begin e-3", "end e-3", "Error"]);
  await server.stop();
});

test("what a store throws is thrown where the events are", async () => {
  const server = await Server.start();
  const store = { load: () => null, save: () => Promise.reject(new Error("the disk is full")) };
  await within(server, { store }, async (client) => {
    const orders = client.subscribe(ORDERS);
    await orders.ready;
    server.write("orders/1");
    await assert.rejects(read(orders, 2), /the disk is full/);
  });
  await server.stop();
});

test("a token that cannot be had, or an address that is none, is told and tried again", async () => {
  const server = await Server.start();
  const whys: string[] = [];
  let asked = 0;
  const token = () => {
    if (++asked === 1) throw new Error("the issuer is away");
    return "a.b.c";
  };
  await within(server, { token, onState: (_, why) => whys.push(why) }, (client) => client.subscribe(ORDERS).ready);
  assert.ok(whys.includes("cannot connect: the issuer is away"), whys.join());
  await server.stop();
  const client = connect({ url: "no address", WebSocket, onState: (_, why) => whys.push(why) });
  await until(() => whys.some((why) => why.includes("Invalid URL")));
  client.close();
});

test("a client is closed at any time, and every iteration ends", async () => {
  const server = await Server.start();
  const client = connect({ url: server.url, WebSocket });
  const orders = client.subscribe(ORDERS);
  client.close();
  for await (const _ of orders) assert.fail("nothing comes any more");
  await assert.rejects(orders.ready, /closed/);
  assert.equal(client.state, "closed");
  await server.stop();
});

test("one subject is of one subscription, and a subscription has one reader", async () => {
  const server = await Server.start();
  await within(server, {}, async (client) => {
    const orders = client.subscribe(ORDERS);
    assert.throws(() => client.subscribe(ORDERS), /already/);
    const reading = orders[Symbol.asyncIterator]().next();
    await assert.rejects(orders[Symbol.asyncIterator]().next(), /somebody else/);
    orders.close();
    assert.deepEqual(await reading, { done: true, value: undefined });
    await client.subscribe(ORDERS).ready;
  });
  await server.stop();
});

type Sent = { action: string; id: string; token?: string };

/** Connections that are there at once, without a network: for a clock that is turned by hand. */
function answering(answer: (message: Sent) => string | void) {
  return class {
    onopen!: () => void;
    onmessage: ((message: { data: string }) => void) | undefined;
    onclose: unknown;
    onerror: unknown;
    constructor() {
      queueMicrotask(() => this.onopen());
    }
    send(text: string): void {
      const data = answer(JSON.parse(text));
      if (data) queueMicrotask(() => this.onmessage?.({ data }));
    }
    close(): void {}
  };
}

async function soon(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

test("where no token is had when it is to be renewed, it is asked for again, and again", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 0 });
  const sent: Sent[] = [];
  const WebSocket = answering((message) => void sent.push(message));
  const first = `.${btoa(JSON.stringify({ exp: 50 }))}.`;
  const tokens = [first, undefined, undefined, Promise.resolve(undefined), "new"];
  const client = connect({ url: "ws://x", WebSocket, token: () => tokens.shift(), pingEvery: 1e9 });
  for (const left of [4, 3, 2, 1, 0]) {
    await soon();
    assert.equal(tokens.length, left);
    t.mock.timers.tick(left === 4 ? 42_500 : 10_000);
  }
  await soon();
  assert.deepEqual(sent.map(({ action, token }) => [action, token]), [["refresh", "new"]]);
  client.close();
});

test("what a store keeps of a subscription that gets nothing moves forward with the log", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 0 });
  let end = 10;
  const sent: Sent[] = [];
  const WebSocket = answering((message) => {
    sent.push(message);
    return message.action === "ping" ? pong(message.id, (end += 100_000)) : subscribed(message.id, [ORDERS], end);
  });
  const store = memoryStore();
  const client = connect({ url: "ws://x", WebSocket, store });
  const reading = read(client.subscribe(ORDERS), 1);
  for (let minute = 0; minute < 60; minute++) {
    await soon();
    t.mock.timers.tick(60_000);
  }
  await soon();
  t.mock.timers.tick(1);
  assert.deepEqual(sent.map(({ action }) => action), ["subscribe", ...Array.from({ length: 60 }, () => "ping")]);
  client.close();
  await reading;
  assert.deepEqual(JSON.parse((await store.load(ORDERS))!), { "tablecast/orders": { epoch: "e", floor: 5_600_010, seen: "" } });
});

test("of a slow store at most one save runs, and what it keeps is the last", async () => {
  const server = await Server.start();
  const [kept, waiting]: [string[], (() => void)[]] = [[], []];
  const store = {
    load: () => null,
    save: async (_: string, text: string) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      kept.push(text);
    },
  };
  await within(server, { store }, async (client) => {
    const orders = client.subscribe(ORDERS);
    await orders.ready;
    for (const id of [1, 2, 3]) {
      const reading = read(orders, 1);
      server.write(`orders/${id}`);
      await reading;
      await until(() => waiting.length > 0);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.equal(waiting.length, 1);
    orders.close();
    for (let saves = 1; saves <= 2; saves++) {
      waiting.pop()!();
      await until(() => kept.length === saves);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual([waiting.length, kept.at(-1)], [0, orders.bookmark]);
  });
  await server.stop();
});
