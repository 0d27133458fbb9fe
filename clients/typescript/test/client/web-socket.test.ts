import assert from "node:assert/strict";
import { test } from "node:test";
import { WebSocket } from "ws";
import { findWebSocket } from "../../src/web-socket.js";

test("the client uses the global WebSocket, or else the package ws", async (context) => {
  const { WebSocket: original } = globalThis;
  context.after(() => Object.assign(globalThis, { WebSocket: original }));
  Object.assign(globalThis, { WebSocket: undefined });
  assert.equal(await findWebSocket(), WebSocket);
  class Global {}
  Object.assign(globalThis, { WebSocket: Global });
  assert.equal(await findWebSocket(), Global);
});
