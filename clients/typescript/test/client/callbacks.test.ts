// Subscriptions that are read by callbacks.
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { type Client, Refused } from "../../src/index.js";
import { pause, until } from "../wait.js";
import { FakeServer } from "./fake-server.js";
import { read, useClient } from "./use-client.js";

const ORDERS = "orders/*";

/** Rejects events with `bad` in their data. */
const validate = ({ data }: { data: unknown }) => ((data as { bad?: boolean }).bad ? "is bad" : undefined);

/** Returns callbacks that record their calls. Each takes a while. */
function recorder(calls: string[]) {
  const record = async (call: string) => {
    calls.push(`begin ${call}`);
    await pause(5);
    calls.push(call);
  };
  return {
    onEvent: ({ id }: { id: string }) => record(id),
    onLate: ({ id }: { id: string }) => record(`late ${id}`),
    onGap: ({ source, reason }: { source: string; reason: string }) => record(`gap ${source} ${reason}`),
    onError: ({ name }: Error) => record(name),
  };
}

/** Returns a bookmark that the server cannot resume from. */
const LOST = JSON.stringify({ "tablecast/orders": { epoch: "e", floor: 0, seen: "" } });

test("callbacks are called in order, and each waits for the one before", async (context) => {
  const server = await FakeServer.start(context);
  server.trim();
  const calls: string[] = [];
  await useClient({ url: server.url, validate }, async (client) => {
    await client.subscribe(ORDERS, { bookmark: LOST, ...recorder(calls) }).ready;
    server.write("orders/1");
    server.write("orders/1", {}, { late: true });
    server.write("orders/1", { bad: true });
    server.write("orders/1");
    await until(() => calls.at(-1) === "e-4");
  });
  const expected = ["gap tablecast/orders trimmed", "e-1", "late e-2", "InvalidEvent", "e-4"];
  assert.deepEqual(calls, expected.flatMap((call) => [`begin ${call}`, call]));
});

test("an iteration leaves to callbacks what they receive", async (context) => {
  const server = await FakeServer.start(context);
  server.trim();
  const calls: string[] = [];
  await useClient({ url: server.url, validate }, async (client) => {
    const { onGap, onError } = recorder(calls);
    const orders = client.subscribe(ORDERS, { bookmark: LOST, onGap, onError });
    await orders.ready;
    server.write("orders/1", { bad: true });
    server.write("orders/1");
    assert.deepEqual(await read(orders, 1), ["e-2"]);
  });
  assert.deepEqual(calls.filter((call) => !call.startsWith("begin")), ["gap tablecast/orders trimmed", "InvalidEvent"]);
});

test("without onGap and onError, the console shows the first gap and each error", async (context) => {
  const server = await FakeServer.start(context);
  server.trim();
  const texts: string[] = [];
  for (const method of ["warn", "error"] as const) {
    context.mock.method(console, method, (text: string) => texts.push(`${method}: ${text}`));
  }
  const ids: string[] = [];
  await useClient({ url: server.url, validate }, async (client) => {
    let live = 0;
    client.on("state", (state) => void (state === "live" && live++));
    await client.subscribe(ORDERS, { bookmark: LOST, onEvent: ({ id }) => ids.push(id) }).ready;
    server.cut();
    await until(() => live === 2);
    server.write("orders/1", { bad: true });
    server.write("orders/1");
    await until(() => ids.length === 1);
  });
  assert.deepEqual(ids, ["e-2"]);
  assert.equal(texts.length, 2, texts.join());
  assert.match(texts[0]!, /^warn: tablecast: events of tablecast\/orders may be missing \(trimmed\)\. Set onGap/);
  assert.match(texts[1]!, /^error: tablecast: .*does not match its schema.*Set onError/);
});

test("onError receives the error of another callback, and the subscription continues", async (context) => {
  const server = await FakeServer.start(context);
  const calls: string[] = [];
  await useClient({ url: server.url }, async (client) => {
    const onEvent = ({ id }: { id: string }) => {
      if (id === "e-1") throw new Error("the callback failed");
      calls.push(id);
    };
    await client.subscribe(ORDERS, { onEvent, onError: ({ message }) => calls.push(message) }).ready;
    server.write("orders/1");
    server.write("orders/1");
    await until(() => calls.length === 2);
  });
  assert.deepEqual(calls, ["the callback failed", "e-2"]);
});

/** Returns the first error that nothing handles. */
async function unhandled(action: () => void): Promise<string> {
  const listeners = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  const rejected = once(process, "unhandledRejection");
  action();
  const [error] = (await rejected) as [Error];
  for (const listener of listeners) process.on("unhandledRejection", listener);
  return error.message;
}

async function failIn(client: Client, server: FakeServer, onError?: () => never): Promise<string | undefined> {
  const onEvent = ({ id }: { id: string }) => {
    if (id === "e-2") throw new Error("the callback failed");
  };
  const orders = client.subscribe(ORDERS, { onEvent, onError });
  await orders.ready;
  const message = await unhandled(() => {
    server.write("orders/1");
    server.write("orders/2");
    server.write("orders/3");
  });
  assert.equal(message, onError ? "onError failed" : "the callback failed");
  for await (const _ of orders) assert.fail("an item after the error");
  return orders.bookmark;
}

test("an error of a callback closes the subscription, and its event is not handled", async (context) => {
  const server = await FakeServer.start(context);
  const fail = () => {
    throw new Error("onError failed");
  };
  for (const onError of [undefined, fail]) {
    server.log.length = 0;
    await useClient({ url: server.url }, async (client) => {
      const bookmark = await failIn(client, server, onError);
      assert.deepEqual(await read(client.subscribe(ORDERS, { bookmark }), 2), ["e-2", "e-3"]);
    });
  }
});

test("an error of onError closes the subscription, and onError does not receive it", async (context) => {
  const server = await FakeServer.start(context);
  const received: string[] = [];
  await useClient({ url: server.url, validate }, async (client) => {
    const onError = ({ name }: Error) => {
      received.push(name);
      throw new Error("onError failed");
    };
    await client.subscribe(ORDERS, { onEvent: () => {}, onError }).ready;
    assert.equal(await unhandled(() => server.write("orders/1", { bad: true })), "onError failed");
  });
  assert.deepEqual(received, ["InvalidEvent"]);
});

test("onError receives a refusal, and ready rejects", async (context) => {
  const server = await FakeServer.start(context);
  server.refuse("orders/*");
  const errors: Error[] = [];
  await useClient({ url: server.url }, async (client) => {
    const orders = client.subscribe(ORDERS, { onEvent: () => {}, onError: (error) => errors.push(error) });
    await assert.rejects(orders.ready, Refused);
    await until(() => errors.length === 1);
  });
  assert.ok(errors[0] instanceof Refused && errors[0].subject === "orders/*");
});

test("a subscription is ready with one of its subjects, and not if all are refused", async (context) => {
  const server = await FakeServer.start(context);
  server.refuse("users/1");
  server.refuse("users/2");
  const errors: string[] = [];
  const onError = ({ message }: Error) => void errors.push(message);
  await useClient({ url: server.url }, async (client) => {
    await client.subscribe(["users/1", ORDERS], { onEvent: () => {}, onError }).ready;
    await until(() => errors.length === 1);
    await assert.rejects(client.subscribe(["users/1", "users/2"]).ready, /users\/2: not-granted/);
  });
  assert.deepEqual(errors, ["the server refused the subscription to users/1: not-granted"]);
});

test("a subscription with onEvent has no other reader", async (context) => {
  const server = await FakeServer.start(context);
  await useClient({ url: server.url }, async (client) => {
    const orders = client.subscribe(ORDERS, { onEvent: () => new Promise(() => {}) });
    await orders.ready;
    server.write("orders/1");
    await pause(5);
    await assert.rejects(read(orders, 1), /has a reader already/);
  });
});

test("an event on which validate throws is invalid, and the next one follows", async (context) => {
  const server = await FakeServer.start(context);
  const calls: string[] = [];
  const validate = ({ id }: { id: string }) => {
    if (id === "e-1") throw new Error("cannot read this");
    return undefined;
  };
  await useClient({ url: server.url, validate }, async (client) => {
    const onError = ({ message }: Error) => calls.push(message);
    await client.subscribe(ORDERS, { onEvent: ({ id }) => calls.push(id), onError }).ready;
    server.write("orders/1");
    server.write("orders/2");
    await until(() => calls.length === 2);
  });
  assert.deepEqual(calls, ["order.placed.v1 e-1 does not match its schema: cannot read this", "e-2"]);
});
