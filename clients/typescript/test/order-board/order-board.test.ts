// examples/order-board in Chromium, with the local mode.
import assert from "node:assert/strict";
import { test } from "node:test";
import { findChromium } from "../browser/chromium.js";
import { isRequired, LocalMode, skip as notBuilt } from "../local/local-mode.js";
import { Order } from "../local/order.js";
import { Chromium, type ChromiumPage } from "../react/chromium-page.js";
import { pause } from "../wait.js";
import { installBoard, present, serveBoard, typeCheck, wanted } from "./built-board.js";

const program = findChromium();
const skip = notBuilt || (program || isRequired ? false : "no Chromium: install it, or set CHROMIUM to its path");

test("the order board uses the versions of this client's tests", () => {
  for (const [name, version] of Object.entries(wanted)) assert.equal(version, present[name], name);
});

/** Waits until a part of the page has this text. */
async function untilText(page: ChromiumPage, selector: string, text: RegExp): Promise<void> {
  const read = () => page.evaluate<string>(`document.querySelector(${JSON.stringify(selector)})?.innerText ?? ""`);
  for (const deadline = Date.now() + 20_000; !text.test(await read()); await pause(20)) {
    if (Date.now() > deadline) assert.fail(`not ${text}: ${await page.evaluate("document.body.innerText")}; ${page.problems}`);
  }
}

/** Changes an order that was placed, without an event: only the API has the change. */
async function changeTotal({ tenant, id }: Order, { dynamodb }: LocalMode): Promise<void> {
  const texts = { tenant, orderId: id, status: "PLACED", currency: "EUR" };
  const item = Object.fromEntries(Object.entries(texts).map(([name, S]) => [name, { S }]));
  await dynamodb.put("orders", { ...item, total: { N: "2.5" } });
}

test("the order board shows changes, a lost connection and a gap", { skip, timeout: 120_000 }, async (context) => {
  assert.ok(program, "no Chromium: install it, or set CHROMIUM to its path");
  // All orders of a tenant are wider than a channel, so that a reconnect has a gap.
  const local = await LocalMode.start({ "channel: 2": "channel: 3" });
  context.after(() => local.end());
  const board = installBoard(context);
  assert.equal(typeCheck(board), "");
  const env = { VITE_TABLECAST_URL: local.url, DYNAMODB_URL: local.dynamodb.endpoint, TABLECAST_TOKEN_COMMAND: local.tokenCommand };
  const url = await serveBoard(board, env, context);
  const [first, second] = [new Order("acme", "first"), new Order("acme", "second")];
  await first.write(local.dynamodb);
  const chromium = new Chromium(program);
  context.after(() => chromium.end());
  const page = await chromium.open(url);

  await untilText(page, "table", /first\s+PLACED\s+1.5 EUR/);
  await untilText(page, "[role=status]", /^live$/);
  await second.write(local.dynamodb);
  await untilText(page, "table", /first\s+PLACED.*\n.*second\s+PLACED\s+1.5 EUR/);
  await second.write(local.dynamodb);
  await untilText(page, "table", /second\s+CANCELLED/);

  await local.kill();
  await untilText(page, "[role=status]", /^waiting: .*did not open/);
  await local.run();
  await changeTotal(first, local);
  await second.write(local.dynamodb);
  await page.evaluate('dispatchEvent(new Event("online"))');
  await untilText(page, "[role=alert]", /too-wide/);
  await untilText(page, "table", /first\s+PLACED\s+2.5 EUR\n.*second\s+DELIVERED/);
  await first.write(local.dynamodb);
  await untilText(page, "table", /first\s+CANCELLED/);
  await untilText(page, "[role=status]", /^live$/);
});
