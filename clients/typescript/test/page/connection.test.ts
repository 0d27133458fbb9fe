// The client of the local mode's page: crates/local/page/connection.js.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { NONE, order, pong, resumedSources, subscribed, TOO_WIDE } from "../server-events.js";
import { project } from "../local/local-mode.js";
import { until } from "../wait.js";

const WIDE = "tablecast/orders/*";
const ACME = "tablecast/orders/acme";
const SUBJECTS = ["orders/*", "orders/acme/*"];
const END = "0000000000000004-1";

/** A socket that opens at once. */
class FakeSocket {
  static readonly OPEN = 1;
  static readonly opened: FakeSocket[] = [];
  readonly readyState = 1;
  readonly sent: { after?: Record<string, string> }[] = [];
  onopen = () => {};
  onmessage = (_message: { data: string }) => {};
  onclose = () => {};

  constructor() {
    FakeSocket.opened.push(this);
    queueMicrotask(() => this.onopen());
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {}

  receive(...frames: string[]): void {
    for (const data of frames) this.onmessage({ data });
  }
}

/** Returns the next connection after it has subscribed. */
async function next(): Promise<FakeSocket> {
  await until(() => (FakeSocket.opened.at(-1)?.sent.length ?? 0) > 0);
  return FakeSocket.opened.pop()!;
}

async function startPage(context: TestContext): Promise<string[]> {
  const { WebSocket } = globalThis as { WebSocket?: unknown };
  Object.assign(globalThis, { WebSocket: FakeSocket, location: { origin: "http://localhost" } });
  context.after(() => Object.assign(globalThis, { WebSocket, location: undefined }));
  const { Connection } = await import(`${project}crates/local/page/connection.js`);
  const shown: string[] = [];
  const connection = new Connection({
    state: () => {},
    subscribed: () => {},
    notice: (text: string) => shown.push(text),
    event: ({ id }: { id: string }) => shown.push(id),
    late: ({ id }: { id: string }) => shown.push(`late ${id}`),
  });
  connection.subscribe(async () => ({ subjects: SUBJECTS }));
  context.after(() => connection.subscribe(async () => ({ subjects: [] })));
  return shown;
}

test("the page keeps positions of the sources that the server lists", async (context) => {
  const shown = await startPage(context);
  let socket = await next();
  socket.receive(subscribed("1", SUBJECTS, { [WIDE]: NONE, [ACME]: "0000000000000005-0" }));
  socket.receive(order("orders/acme/1", undefined, { id: "acme", source: ACME, position: END }));
  socket.receive(order("orders/globex/1", undefined, { id: "globex", source: "tablecast/orders/globex", position: END }));
  socket.onclose();
  socket = await next();
  assert.deepEqual(socket.sent[0]?.after, { [WIDE]: NONE, [ACME]: END });
  socket.receive(resumedSources("1", { [WIDE]: TOO_WIDE, [ACME]: { recovered: true, position: END } }));
  socket.receive(subscribed("1", SUBJECTS, { [WIDE]: NONE, [ACME]: END }), pong("2", { [WIDE]: NONE }));
  socket.onclose();
  assert.deepEqual((await next()).sent[0]?.after, { [WIDE]: NONE });
  const gap = `Events of ${WIDE} may be missing: the subscription is wider than a channel, so its events have no common log.`;
  assert.deepEqual(shown, ["acme", "globex", gap]);
});

test("the page receives a late event apart from the news", async (context) => {
  const shown = await startPage(context);
  const socket = await next();
  socket.receive(subscribed("", SUBJECTS, { [ACME]: END }));
  socket.receive(order("orders/acme/1", 1), order("orders/acme/1", 2, { late: true }), order("orders/acme/1", 3));
  assert.deepEqual(shown, ["orders/acme/1 1", "late orders/acme/1 2", "orders/acme/1 3"]);
});

test("after it is loaded, the page asks once for the events before the end of each log", async (context) => {
  const shown = await startPage(context);
  const socket = await next();
  const end = "0000000000000004-150";
  socket.receive(subscribed("", SUBJECTS, { [WIDE]: NONE, [ACME]: end }));
  assert.deepEqual(socket.sent[1]?.after, { [ACME]: "0000000000000004-50" });
  socket.receive(resumedSources("", { [ACME]: { recovered: false, reason: "trimmed" } }));
  socket.receive(subscribed("", SUBJECTS, { [WIDE]: NONE, [ACME]: end }));
  assert.equal(socket.sent.length, 2);
  assert.deepEqual(shown, [], "a log that no longer has them is no gap");
});
