// The client against the local mode: tokens, types, pings and moves.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { WebSocket } from "ws";
import { type Client, type CloudEvent, type Gap, Refused } from "../../src/index.js";
import { useClient } from "../client/use-client.js";
import { pause, until } from "../wait.js";
import { LocalMode, skip } from "./local-mode.js";
import { changeOf, Order } from "./order.js";
import { type Events, next, put, validate } from "./use-local.js";

let local: LocalMode;
const options = { timeout: 60_000, skip };

if (!skip) {
  before(async () => {
    local = await LocalMode.start();
  });
  after(() => local.end());
}

const connection = () => ({ url: local.url, validate, token: () => local.token() });

test("receives a typed event that matches its schema", options, async () => {
  await useClient(connection(), async (client: Client<Events>) => {
    const orders = client.subscribe("orders/acme/*", { types: ["order.placed.v1"] });
    await orders.ready;
    await put(local, "1");
    for await (const item of orders) {
      assert.ok(item.type === "order.placed.v1", item.type);
      assert.deepEqual([item.subject, item.data.total], ["orders/acme/1", "1.5"]);
      break;
    }
  });
});

test("receives no other types, and nothing after close", options, async () => {
  await useClient(connection(), async (client) => {
    const received: string[] = [];
    const record = {
      onEvent: ({ id }: { id: string }) => received.push(id),
      onGap: ({ source }: { source: string }) => received.push(source),
      onError: ({ message }: Error) => received.push(message),
    };
    const cancelled = client.subscribe("orders/acme/2", { types: ["order.cancelled.v1"], ...record });
    const closed = client.subscribe("orders/acme/3", record);
    const last = client.subscribe("orders/acme/4");
    await Promise.all([cancelled.ready, closed.ready, last.ready]);
    closed.close();
    for (const id of ["2", "3", "4"]) await put(local, id);
    assert.equal(await next(last), "orders/acme/4");
    assert.deepEqual(received, []);
  });
});

test("a client without subscriptions has the server's reason of a refusal", options, async () => {
  const refusals = [[undefined, "401 token-missing"], ["a.b.c", "401 token-invalid"]];
  for (const [token, expected] of refusals) {
    const reasons: string[] = [];
    const onState = (state: string, reason: string) => state === "waiting" && reasons.push(reason);
    await useClient({ url: local.url, token: () => token, onState }, () => until(() => reasons.length > 0));
    assert.match(reasons[0]!, new RegExp(`refused the connection \\(${expected}\\): .* \\(check what the option token returns\\)`));
  }
});

test("only the subject of another tenant is refused", options, async () => {
  await useClient(connection(), async (client) => {
    const others = client.subscribe("orders/globex/*");
    await assert.rejects(others.ready, Refused);
    await client.subscribe("orders/acme/*").ready;
  });
});

test("the server replies to pings", options, async () => {
  const states: string[] = [];
  const onState = (state: string) => states.push(state);
  await useClient({ ...connection(), pingEvery: 50, onState }, async (client) => {
    await client.subscribe("orders/acme/*").ready;
    await pause(500);
    assert.equal(client.state, "live");
  });
  assert.deepEqual(states, ["connecting", "subscribing", "live", "closed"]);
});

test("refreshes its token before the token expires", options, async () => {
  let calls = 0;
  const token = () => (calls++ === 0 ? local.token("15s") : local.token());
  await useClient({ ...connection(), token }, async (client) => {
    const orders = client.subscribe("orders/acme/*");
    await orders.ready;
    await pause(16_000);
    assert.equal(calls, 2);
    await put(local, "5");
    assert.equal(await next(orders), "orders/acme/5");
  });
});

test("moves to a new connection before two hours, without a loss", options, async () => {
  const states: string[] = [];
  let pongs = 0;
  class PongCounter extends WebSocket {
    override emit(name: string, ...values: unknown[]): boolean {
      if (name === "message" && String(values[0]).includes("tablecast.pong.v1")) pongs++;
      return super.emit(name, ...values);
    }
  }
  const order = new Order("acme", "old");
  // A function that runs while the clock advances would time out. So wait until none is running.
  const nextPong = async () => {
    const before = pongs;
    while (pongs === before) await order.write(local.dynamodb);
    await pause(300);
  };
  const onState = (state: string) => states.push(state);
  await useClient({ ...connection(), WebSocket: PongCounter, pingEvery: 700, onState }, async (client) => {
    const received: string[] = [];
    const onEvent = (event: CloudEvent) => received.push(changeOf(event));
    const onGap = ({ reason }: Gap) => received.push(reason);
    await client.subscribe(order.subject, { onEvent, onGap }).ready;
    await nextPong();
    // The server requests the move before 117 minutes. Each pong restarts the limit of ten idle minutes.
    for (let minutes = 0; minutes < 117 && !states.includes("moving"); minutes += 9) {
      await local.advance("9m");
      await nextPong();
    }
    while (states.at(-1) !== "live" || !states.includes("moving")) await order.write(local.dynamodb);
    await order.write(local.dynamodb);
    await until(() => received.length >= order.written.length);
    assert.deepEqual(received, order.written);
  });
  assert.deepEqual(states, ["connecting", "subscribing", "live", "moving", "live", "closed"]);
});
