import assert from "node:assert/strict";
import { test } from "node:test";
import { WebSocket } from "ws";
import { connect, InvalidEvent } from "../../src/index.js";
import { pause } from "../wait.js";
import { FakeServer } from "./fake-server.js";
import { read, useClient } from "./use-client.js";

const ORDERS = "orders/*";

/** Rejects events with `bad` in their data. */
const validate = ({ data }: { data: unknown }) => ((data as { bad?: boolean }).bad ? "is bad" : undefined);

test("an iteration returns one event after the other", async () => {
  const server = await FakeServer.start();
  await useClient({ url: server.url, token: () => "a.b.c" }, async (client) => {
    const orders = client.subscribe(ORDERS);
    await orders.ready;
    for (const id of [1, 2, 3]) server.write(`orders/${id}`);
    assert.deepEqual(await read(orders, 3), ["e-1", "e-2", "e-3"]);
    assert.equal(client.state, "live");
    assert.deepEqual(server.offered, ["cloudevents-batch.json,cloudevents.json,bearer.a.b.c"]);
  });
  await server.stop();
});

test("an iteration throws InvalidEvent, and the next one continues", async () => {
  const server = await FakeServer.start();
  await useClient({ url: server.url, validate }, async (client) => {
    const orders = client.subscribe(ORDERS);
    await orders.ready;
    server.write("orders/1", { bad: true });
    server.write("orders/2");
    await assert.rejects(read(orders, 1), InvalidEvent);
    assert.deepEqual(await read(orders, 1), ["e-2"]);
  });
  await server.stop();
});

test("listen runs one callback at a time, and ends when a callback throws", async () => {
  const server = await FakeServer.start();
  const calls: string[] = [];
  await useClient({ url: server.url, validate }, async (client) => {
    const orders = client.subscribe(ORDERS);
    await orders.ready;
    server.write("orders/1");
    server.write("orders/2", { bad: true });
    server.write("orders/3");
    const onEvent = async ({ id }: { id: string }) => {
      calls.push(`begin ${id}`);
      await pause(5);
      calls.push(`end ${id}`);
      if (id === "e-3") throw new Error("the callback failed");
    };
    await orders.listen(onEvent, (error) => calls.push((error as Error).name));
  });
  assert.deepEqual(calls, ["begin e-1", "end e-1", "InvalidEvent", "begin e-3", "end e-3", "Error"]);
  await server.stop();
});

test("an iteration leaves late events out, counts them, and passes them to onLate in their place", async () => {
  const server = await FakeServer.start();
  const seen: string[] = [];
  await useClient({ url: server.url }, async (client) => {
    const plain = client.subscribe(ORDERS);
    const all = client.subscribe(ORDERS, { name: "all", onLate: async ({ id }) => { await pause(5); seen.push(`late ${id}`); } });
    await Promise.all([plain.ready, all.ready]);
    server.write("orders/1");
    server.write("orders/1", {}, { late: true });
    server.write("orders/1");
    server.write("orders/1", {}, { late: true });
    server.write("orders/1");
    assert.deepEqual(await read(plain, 3), ["e-1", "e-3", "e-5"]);
    for await (const { id } of all) if (seen.push(id) === 5) break;
    assert.deepEqual(seen, ["e-1", "late e-2", "e-3", "late e-4", "e-5"]);
    assert.deepEqual([plain.late, all.late], [2, 2]);
  });
  await server.stop();
});

test("an iteration throws the error of onLate, and the next one continues", async () => {
  const server = await FakeServer.start();
  await useClient({ url: server.url }, async (client) => {
    const onLate = () => { throw new Error("the callback failed"); };
    const orders = client.subscribe(ORDERS, { onLate });
    await orders.ready;
    server.write("orders/1", {}, { late: true });
    server.write("orders/2");
    await assert.rejects(read(orders, 1), /the callback failed/);
    assert.deepEqual(await read(orders, 1), ["e-2"]);
  });
  await server.stop();
});

test("close ends every iteration", async () => {
  const server = await FakeServer.start();
  const client = connect({ url: server.url, WebSocket });
  const orders = client.subscribe(ORDERS);
  client.close();
  for await (const _ of orders) assert.fail("an event after close");
  await assert.rejects(orders.ready, /closed/);
  assert.equal(client.state, "closed");
  await server.stop();
});

test("rejects a second reader", async () => {
  const server = await FakeServer.start();
  await useClient({ url: server.url }, async (client) => {
    const orders = client.subscribe(ORDERS);
    const reading = orders[Symbol.asyncIterator]().next();
    await assert.rejects(orders[Symbol.asyncIterator]().next(), /has a reader already/);
    orders.close();
    assert.deepEqual(await reading, { done: true, value: undefined });
  });
  await server.stop();
});

test("reports a failed token, and tries again", async () => {
  const server = await FakeServer.start();
  const reasons: string[] = [];
  let calls = 0;
  const token = () => {
    if (++calls === 1) throw new Error("the issuer is down");
    return "a.b.c";
  };
  const onState = (_: string, reason: string) => reasons.push(reason);
  await useClient({ url: server.url, token, onState }, (client) => client.subscribe(ORDERS).ready);
  assert.ok(reasons.includes("cannot connect: the issuer is down"), reasons.join());
  await server.stop();
});
