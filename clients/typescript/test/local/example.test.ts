// Runs example/orders.mjs while the server is killed.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test, type TestContext } from "node:test";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { pause, until } from "../wait.js";
import { LocalMode, skip } from "./local-mode.js";
import { Order } from "./order.js";

const CHANGES = 200;
const KILLS = 2;
const example = fileURLToPath(new URL("../../../example/orders.mjs", import.meta.url));

/** Starts the example. Returns the lines that it prints. */
async function startExample(local: LocalMode, context: TestContext): Promise<[subject: string, text: string][]> {
  const env = { ...process.env, URL: local.url, TOKEN: await local.token() };
  const child = spawn(process.execPath, [example], { env, stdio: ["ignore", "pipe", "inherit"] });
  context.after(() => child.kill());
  const printed: [string, string][] = [];
  createInterface({ input: child.stdout }).on("line", (line) => printed.push(line.split(" ") as [string, string]));
  return printed;
}

/** Tries again while the server is down. A repeated write of the same item is no change. */
async function write(order: Order, local: LocalMode): Promise<void> {
  while (order.written.length < CHANGES) {
    await order.write(local.dynamodb).catch(() => {});
    await pause(10);
  }
}

/** Returns the text that the example prints for a change. */
function textOf(change: string): string {
  if (change === "PLACED") return "1.5";
  return change.startsWith("CANCELLED") ? "order.cancelled.v1" : "order.status-changed.v1";
}

test("the example prints every change while the server is killed", { skip, timeout: 60_000 }, async (context) => {
  const local = await LocalMode.start();
  context.after(() => local.end());
  const printed = await startExample(local, context);
  for (let early = 0; printed.length === 0; early++) {
    await new Order("acme", `early-${early}`).write(local.dynamodb);
    await pause(20);
  }
  const orders = ["a", "b", "c"].map((id) => new Order("acme", id));
  const writing = orders.map((order) => write(order, local));
  for (let kill = 1; kill <= KILLS; kill++) {
    const before = printed.length;
    await until(() => printed.length > before + 30);
    await local.kill();
    await local.run();
  }
  assert.ok(orders.every(({ written }) => written.length < CHANGES), "the kills came before the last writes");
  await Promise.all(writing);
  await new Order("acme", "last").write(local.dynamodb);
  await until(() => printed.some(([subject]) => subject.endsWith("/last")));
  for (const { subject, written } of orders) {
    const texts = printed.filter(([one]) => one === subject).map(([, text]) => text);
    assert.deepEqual(texts, written.map(textOf), subject);
  }
});
