// The local mode's page uses the client: crates/local/page/connection.js.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { project } from "../local/local-mode.js";
import { NONE, order, refused, resumedSources, subscribed, TOO_WIDE } from "../server-events.js";
import { pause, until } from "../wait.js";

const WIDE = "tablecast/orders/*";
const ACME = "tablecast/orders/acme";
const SUBJECTS = ["orders/*", "orders/acme/*"];

interface Message {
  action: string;
  id: string;
  subjects: string[];
  after?: Record<string, string>;
}

/** A socket that opens at once. */
class FakeSocket extends EventTarget {
  static readonly opened: FakeSocket[] = [];
  readonly sent: Message[] = [];
  isClosed = false;
  onopen = () => {};
  onmessage = (_message: { data: string }) => {};
  onclose = (_close: { code: number; reason: string }) => {};

  constructor(readonly url: string, readonly protocols: string[]) {
    super();
    FakeSocket.opened.push(this);
    queueMicrotask(() => this.onopen());
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.isClosed = true;
  }

  /** Browsers handle each frame in a task of its own. */
  async receive(...frames: string[]): Promise<void> {
    for (const data of frames) {
      await pause(0);
      this.dispatchEvent(new MessageEvent("message", { data }));
      this.onmessage({ data });
    }
  }

  /** Returns the subscribe message with this number. */
  async subscribe(number: number): Promise<Message> {
    const all = () => this.sent.filter(({ action }) => action === "subscribe");
    await until(() => all().length > number);
    return all()[number]!;
  }
}

/** Returns the next connection. */
async function next(): Promise<FakeSocket> {
  await until(() => FakeSocket.opened.length > 0);
  return FakeSocket.opened.pop()!;
}

interface Page {
  shown: string[];
  results: unknown[];
}

async function startPage(context: TestContext, subjects = SUBJECTS): Promise<Page> {
  const { WebSocket, fetch } = globalThis as { WebSocket?: unknown; fetch: unknown };
  const running = async () => ({ ok: true });
  Object.assign(globalThis, { WebSocket: FakeSocket, fetch: running, location: { origin: "http://localhost" } });
  const { Connection } = await import(`${project}crates/local/page/connection.js`);
  const page: Page = { shown: [], results: [] };
  const { shown } = page;
  const connection = new Connection({
    state: (name: string, text: string) => name === "cut" && shown.push(text),
    subscribing: () => {},
    subscribed: (results: unknown[]) => (page.results = results),
    notice: (text: string) => shown.push(text),
    event: ({ id }: { id: string }, text: string, replayed: boolean) => shown.push(`${replayed ? "replayed " : ""}${id} ${text.length}`),
    late: ({ id }: { id: string }) => shown.push(`late ${id}`),
  });
  connection.subscribe(async () => ({ subjects }));
  context.after(async () => {
    connection.subscribe(async () => ({ subjects: [] }));
    await until(() => shown.includes("not subscribed"));
    Object.assign(globalThis, { WebSocket, fetch, location: undefined });
  });
  return page;
}

/** The text of an event with more digits than a number of JavaScript has. */
function event(subject: string, offset: number, more: object = {}): string {
  const position = `0000000000000004-${offset}`;
  return order(subject, offset, { source: ACME, position, data: 1, ...more }).replace('"data":1', '"data":12345678901234567890');
}

function line(prefix: string, subject: string, offset: number): string {
  return `${prefix}${subject} ${offset} ${event(subject, offset).length}`;
}

test("the page shows events with all digits, and late ones apart from the news", async (context) => {
  const { shown } = await startPage(context);
  const socket = await next();
  assert.deepEqual(socket.protocols, ["cloudevents.json", "tablecast.explain"]);
  const { id } = await socket.subscribe(0);
  await socket.receive(subscribed(id, SUBJECTS, { [WIDE]: NONE, [ACME]: "0000000000000004-0" }));
  await socket.receive(event("orders/acme/1", 1), event("orders/acme/1", 2, { late: true }), event("orders/acme/1", 3));
  await until(() => shown.length === 3);
  assert.deepEqual(shown, [line("", "orders/acme/1", 1), "late orders/acme/1 2", line("", "orders/acme/1", 3)]);
});

test("after it is loaded, the page requests once the events before the end of each log", async (context) => {
  const { shown } = await startPage(context);
  const socket = await next();
  const end = "0000000000000004-150";
  await socket.receive(subscribed((await socket.subscribe(0)).id, SUBJECTS, { [WIDE]: NONE, [ACME]: end }));
  const other = await next();
  const { id, after } = await other.subscribe(0);
  assert.equal(after?.[ACME], "0000000000000004-50");
  await other.receive(resumedSources(id, { [ACME]: { recovered: true, position: end } }));
  await other.receive(event("orders/acme/1", 60), subscribed(id, SUBJECTS, { [WIDE]: NONE, [ACME]: end }));
  await until(() => other.isClosed);
  assert.deepEqual(shown, [line("replayed ", "orders/acme/1", 60)]);
  assert.deepEqual([socket.sent.length, socket.isClosed], [1, false]);
});

test("a log that no longer has the events from before the page was loaded is no gap", async (context) => {
  const { shown } = await startPage(context, ["orders/acme/*"]);
  const socket = await next();
  const end = { [ACME]: "0000000000000004-150" };
  await socket.receive(subscribed((await socket.subscribe(0)).id, ["orders/acme/*"], end));
  const other = await next();
  const { id } = await other.subscribe(0);
  await other.receive(resumedSources(id, { [ACME]: { recovered: false, reason: "trimmed" } }));
  await other.receive(subscribed(id, ["orders/acme/*"], end));
  await until(() => other.isClosed);
  await socket.receive(event("orders/acme/1", 151));
  await until(() => shown.length > 0);
  assert.deepEqual(shown, [line("", "orders/acme/1", 151)]);
});

test("after a reconnect, the page names gaps and marks replayed events", async (context) => {
  const { shown } = await startPage(context);
  let socket = await next();
  const start = "0000000000000004-0";
  const end = "0000000000000004-1";
  await socket.receive(subscribed((await socket.subscribe(0)).id, SUBJECTS, { [WIDE]: NONE, [ACME]: start }));
  socket.onclose({ code: 1006, reason: "" });
  socket = await next();
  const { id, after } = await socket.subscribe(0);
  assert.deepEqual(after, { [WIDE]: NONE, [ACME]: start });
  await socket.receive(resumedSources(id, { [WIDE]: TOO_WIDE, [ACME]: { recovered: true, position: end } }));
  await socket.receive(event("orders/acme/1", 1), subscribed(id, SUBJECTS, { [WIDE]: NONE, [ACME]: end }));
  await until(() => shown.length === 3);
  const gap = `Events of ${WIDE} may be missing: the subscription is wider than a channel, so its events have no common log.`;
  assert.deepEqual(new Set(shown.slice(1)), new Set([gap, line("replayed ", "orders/acme/1", 1)]));
  assert.match(shown[0]!, /^the connection closed with code 1006.*; trying again$/);
});

test("the page shows which subjects are granted", async (context) => {
  const page = await startPage(context);
  const socket = await next();
  await socket.receive(subscribed((await socket.subscribe(0)).id, SUBJECTS, { [ACME]: "0000000000000004-0" }, ["orders/acme/*"]));
  const results = [
    { subject: "orders/*", granted: false, reason: "not-granted" },
    { subject: "orders/acme/*", granted: true, reason: undefined },
  ];
  await until(() => JSON.stringify(page.results) === JSON.stringify(results));
  assert.deepEqual(page.results, results);
});

test("the page shows why the server refuses it", async (context) => {
  const { shown } = await startPage(context);
  await (await next()).receive(refused(401, "token-expired", "The token has expired."));
  await until(() => shown.length > 0);
  assert.match(shown[0]!, /401 token-expired.*The token has expired/);
});
