import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { WebSocket } from "ws";
import { findWebSocket } from "../../src/web-socket.js";

const file = fileURLToPath(new URL("../../src/web-socket.js", import.meta.url));

test("the client uses the global WebSocket, or else the package ws", async (context) => {
  const { WebSocket: original } = globalThis;
  context.after(() => Object.assign(globalThis, { WebSocket: original }));
  Object.assign(globalThis, { WebSocket: undefined });
  assert.equal(await findWebSocket(), WebSocket);
  class Global {}
  Object.assign(globalThis, { WebSocket: Global });
  assert.equal(await findWebSocket(), Global);
});

test("a bundle does not contain the package ws", async () => {
  const { metafile } = await build({ entryPoints: [file], bundle: true, format: "esm", minify: true, write: false, metafile: true });
  assert.equal(Object.keys(metafile.inputs).length, 1);
});
