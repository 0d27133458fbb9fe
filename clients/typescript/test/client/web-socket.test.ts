import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { WebSocket } from "ws";
import { findWebSocket } from "../../src/web-socket.js";

const file = fileURLToPath(new URL("../../src/web-socket.js", import.meta.url));

/** Sets a global object until the test ends. */
function setGlobal(context: TestContext, name: string, value: unknown): void {
  const original = Object.getOwnPropertyDescriptor(globalThis, name);
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  context.after(() => {
    delete (globalThis as Record<string, unknown>)[name];
    if (original) Object.defineProperty(globalThis, name, original);
  });
}

class Global {}

test("in Node, the client uses the package ws, also if there is a global WebSocket", async (context) => {
  setGlobal(context, "WebSocket", undefined);
  assert.equal(await findWebSocket(), WebSocket);
  setGlobal(context, "navigator", { userAgent: "Node.js/22" });
  setGlobal(context, "WebSocket", Global);
  assert.equal(await findWebSocket(), WebSocket);
});

test("elsewhere, the client uses the global WebSocket", async (context) => {
  setGlobal(context, "WebSocket", Global);
  for (const navigator of [undefined, {}, { userAgent: "Mozilla/5.0" }]) {
    setGlobal(context, "navigator", navigator);
    assert.equal(await findWebSocket(), Global);
  }
});

test("a bundle does not contain the package ws", async () => {
  const { metafile } = await build({ entryPoints: [file], bundle: true, format: "esm", minify: true, write: false, metafile: true });
  assert.equal(Object.keys(metafile.inputs).length, 1);
});
