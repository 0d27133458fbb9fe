// Renders the hooks to HTML, as a server does.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { createElement, type ReactNode } from "react";
import { renderToString } from "react-dom/server";
import { TablecastProvider, useClient, useConnectionState, useEvents } from "../../src/react/index.js";

function Page(): ReactNode {
  const { state, reason } = useConnectionState();
  useEvents("orders/1", { onEvent: () => assert.fail("an event on the server") });
  return `${state}:${reason}:${useClient()}`;
}

/** Returns options that fail when a client uses them. */
function options(context: TestContext) {
  const fail = context.mock.fn(() => assert.fail("a client on the server"));
  return { url: "/live", token: fail, WebSocket: fail as unknown as typeof globalThis.WebSocket };
}

test("a server renders the first state, and makes no client", async (context) => {
  const html = renderToString(createElement(TablecastProvider, { options: options(context) }, createElement(Page)));
  await new Promise(setImmediate);
  assert.equal(html, "connecting::null");
});

test("a server renders the same for a client that the application made", () => {
  const client = { state: "live", reason: "", on: () => assert.fail("a listener"), subscribe: () => assert.fail("a subscription") };
  const html = renderToString(createElement(TablecastProvider, { client: client as never }, createElement(Page)));
  assert.equal(html, "connecting::[object Object]");
});
