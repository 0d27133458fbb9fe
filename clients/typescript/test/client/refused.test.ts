// Connections that the server does not open: no token, a wrong token, no server.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { WebSocket } from "ws";
import { createClient } from "../../src/index.js";
import type { WebSocketConstructor } from "../../src/socket.js";
import { until } from "../wait.js";
import { useClient } from "./use-client.js";

/** Starts a server that replies to every upgrade with this status. */
async function refusingServer(status: number, context: TestContext): Promise<string> {
  const server = createServer();
  server.on("upgrade", (_, socket) => {
    // The client may close its end first.
    socket.on("error", () => {});
    socket.end(`HTTP/1.1 ${status} No\r\nconnection: close\r\n\r\n`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => server.close());
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Returns the reason of the first `waiting` state. Only `ws` shows the status. */
async function reasonAt(url: string, Class: WebSocketConstructor | undefined = WebSocket): Promise<string> {
  const reasons: string[] = [];
  const onState = (state: string, reason: string) => state === "waiting" && reasons.push(reason);
  await useClient({ url: `${url}?token=secret`, WebSocket: Class, onState }, () => until(() => reasons.length > 0));
  return reasons[0]!;
}

test("a refused connection reports its status and what to check", async (context) => {
  for (const [status, advice] of [[401, "token"], [403, "origin"], [500, "the server failed"]] as const) {
    const url = await refusingServer(status, context);
    const reason = await reasonAt(url);
    assert.match(reason, new RegExp(`${url} did not open \\(.*${status}\\): .*${advice}`));
    assert.doesNotMatch(reason, /secret/);
  }
});

test("the WebSocket of this Node reports a refused connection at once", async (context) => {
  const url = await refusingServer(401, context);
  const { WebSocket: ofNode } = globalThis as { WebSocket?: WebSocketConstructor };
  assert.match(await reasonAt(url, ofNode), new RegExp(`${url} did not open \\(.*\\): .*token`));
});

test("without a server, the reason names what to check", async () => {
  assert.match(await reasonAt("ws://127.0.0.1:1"), /127\.0\.0\.1:1 did not open \(.*ECONNREFUSED.*\): check that the server runs at this address$/);
});

test("an error before a connection opens is enough, because Node 22 reports no close", async () => {
  class FailingSocket {
    onerror!: (event: { message: string }) => void;
    onopen: unknown;
    onmessage: unknown;
    onclose: unknown;
    constructor() {
      queueMicrotask(() => this.onerror({ message: "non-101 status code" }));
    }
    send(): void {}
    close(): void {}
  }
  const reasons: string[] = [];
  const client = createClient({ url: "wss://x/live", WebSocket: FailingSocket });
  client.on("state", (state, reason) => state === "waiting" && reasons.push(reason));
  await until(() => reasons.length > 0);
  client.close();
  assert.match(reasons[0]!, /wss:\/\/x\/live did not open \(non-101 status code\): .*token.*origin/);
});

test("browsers hide the status, and the reason names what to check", async () => {
  class BrowserSocket {
    onclose!: (event: { code: number; reason: string }) => void;
    onopen: unknown;
    onmessage: unknown;
    onerror: unknown;
    constructor() {
      queueMicrotask(() => this.onclose({ code: 1006, reason: "" }));
    }
    send(): void {}
    close(): void {}
  }
  const reasons: string[] = [];
  const onState = (state: string, reason: string) => state === "waiting" && reasons.push(reason);
  const client = createClient({ url: "wss://x/live", WebSocket: BrowserSocket });
  client.on("state", onState);
  await until(() => reasons.length > 0);
  client.close();
  assert.match(reasons[0]!, /wss:\/\/x\/live did not open \(code 1006\): .*token.*origin/);
});

test("without a listener, the console shows each reason once", async (context) => {
  const warn = context.mock.method(console, "warn", () => {});
  const url = await refusingServer(401, context);
  let connections = 0;
  class Counted extends WebSocket {
    constructor(...values: ConstructorParameters<typeof WebSocket>) {
      super(...values);
      connections++;
    }
  }
  await useClient({ url, WebSocket: Counted }, () => until(() => connections === 3));
  const [text] = warn.mock.calls.map(({ arguments: [text] }) => String(text));
  assert.match(text!, /^tablecast: no connection, and the client tries again: .*401.*token/);
  assert.equal(warn.mock.callCount(), 1);
});

test("createClient throws for an address that can never open", () => {
  for (const url of ["no address", "localhost:8787", "ftp://x", ""]) {
    assert.throws(() => createClient({ url }), /the option url is .* Use the address of the server: wss:/, url);
  }
});

test("no error shows the query, the user or the password of the address", async () => {
  const secrets = "user:secret@127.0.0.1:1/live?token=secret@b";
  assert.throws(() => createClient({ url: secrets }), /the option url is "127\.0\.0\.1:1\/live"\. Use/);
  const reason = await reasonAt(`ws://${secrets}`);
  assert.match(reason, /^ws:\/\/127\.0\.0\.1:1\/live did not open/);
  assert.doesNotMatch(reason, /secret/);
});
