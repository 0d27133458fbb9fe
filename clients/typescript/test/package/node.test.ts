// The packed client in the Node that runs the tests. `check` runs this with Node 20 and 22.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { test, type TestContext } from "node:test";
import { FakeServer } from "../client/fake-server.js";
import { Application } from "./application.js";
import { ORDER, SHOWN } from "./orders.js";

const hasWebSocket = "WebSocket" in globalThis;

function createApplication(context: TestContext): Application {
  const application = new Application(context);
  application.generate();
  application.addSources();
  return application;
}

/** Runs the application until it prints a line that matches. Returns the line. */
async function run(application: Application, server: FakeServer, expected: RegExp): Promise<string> {
  const child = spawn(process.execPath, ["terminal.js", server.url], { cwd: application.folder, stdio: ["ignore", "pipe", "inherit"] });
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (line.startsWith("live: ")) server.write("orders/acme/1", ORDER);
    if (!expected.test(line)) continue;
    child.kill();
    return line;
  }
  return assert.fail(`the application ended: ${lines.join("\n")}`);
}

test("an application in Node receives events, with ws if it has no WebSocket", { timeout: 120_000 }, async (context) => {
  const application = createApplication(context);
  const server = await FakeServer.start();
  context.after(() => server.stop());
  if (!hasWebSocket) {
    assert.match(await run(application, server, /^waiting: /), /npm install ws/);
    application.link("ws");
  }
  assert.equal(await run(application, server, /^order/), SHOWN);
});
