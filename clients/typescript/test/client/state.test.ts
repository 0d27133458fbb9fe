import assert from "node:assert/strict";
import { test } from "node:test";
import { type Client, createClient } from "../../src/index.js";
import { StateListeners } from "../../src/state-listeners.js";
import { until } from "../wait.js";
import { FakeServer } from "./fake-server.js";

/** Records the states until the function that it returns is called. */
function record(client: Client): { states: string[]; stop: () => void } {
  const states: string[] = [];
  return { states, stop: client.on("state", (state, reason) => states.push(`${state}: ${reason}`)) };
}

test("every listener receives each state with its reason, until it is removed", async (context) => {
  const server = await FakeServer.start(context);
  const client = createClient({ url: server.url });
  const [one, other] = [record(client), record(client)];
  await client.subscribe("orders/1").ready;
  await until(() => client.state === "live");
  assert.equal(client.reason, "caught up");
  other.stop();
  client.close();
  assert.deepEqual([client.state, client.reason], ["closed", "closed by the application"]);
  await until(() => one.states.length === 4);
  const states = ["connecting: scheduled", "subscribing: connected", "live: caught up"];
  assert.deepEqual(other.states, states);
  assert.deepEqual(one.states, [...states, "closed: closed by the application"]);
});

test("one function can listen twice, and each removal removes one", () => {
  const listeners = new StateListeners();
  let calls = 0;
  const listener = () => calls++;
  const [remove] = [listeners.add(listener), listeners.add(listener)];
  listeners.report("live", "caught up");
  remove();
  remove();
  listeners.report("live", "caught up");
  assert.equal(calls, 3);
});

test("a listener that throws does not keep a state from the others", async (context) => {
  const listeners = new StateListeners();
  const states: string[] = [];
  const thrown: unknown[] = [];
  context.mock.method(globalThis, "queueMicrotask", (action: () => void) => {
    try {
      action();
    } catch (error) {
      thrown.push(error);
    }
  });
  const error = new Error("the listener failed");
  listeners.add(() => {
    throw error;
  });
  listeners.add((state) => states.push(state));
  listeners.report("live", "caught up");
  assert.deepEqual([states, thrown], [["live"], [error]]);
});
