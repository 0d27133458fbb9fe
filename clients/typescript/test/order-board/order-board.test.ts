// examples/order-board in Chromium, with the local mode.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { findChromium } from "../browser/chromium.js";
import { Proxy } from "../cuts/proxy.js";
import { isRequired, LocalMode, skip as notBuilt } from "../local/local-mode.js";
import { seededRandom } from "../random.js";
import { Chromium, type ChromiumPage } from "../react/chromium-page.js";
import { pause } from "../wait.js";
import { installBoard, present, serveBoard, source, typeCheck, wanted } from "./built-board.js";
import { OrdersTable } from "./orders-table.js";

const program = findChromium();
const skip = notBuilt || (program || isRequired ? false : "no Chromium: install it, or set CHROMIUM to its path");

/** Orders before anybody connects, and changes of each part of the test. */
const ORDERS = Number(process.env["TABLECAST_ORDERS"] ?? 500);
const CHANGES = Number(process.env["TABLECAST_CHANGES"] ?? 60);

test("the order board uses the versions of this client's tests", () => {
  for (const [name, version] of Object.entries(wanted)) assert.equal(version, present[name], name);
});

/** The page of the board. */
class Board {
  constructor(private readonly page: ChromiumPage) {}

  async rows(): Promise<string[]> {
    return this.page.evaluate<string[]>('[...document.querySelectorAll("tbody tr")].map((row) => row.innerText)');
  }

  /** Waits until a part of the page has this text. */
  async shows(selector: string, text: RegExp): Promise<void> {
    const read = () => this.page.evaluate<string>(`document.querySelector(${JSON.stringify(selector)})?.innerText ?? ""`);
    await this.#until(async () => text.test(await read()), () => `${selector} is not ${text}`);
  }

  /** Waits until the board and the table are equal, cell by cell. */
  async follows(table: OrdersTable): Promise<void> {
    const expected = await table.rows();
    const isEqual = async () => JSON.stringify(await this.rows()) === JSON.stringify(expected);
    await this.#until(isEqual, () => "the board differs from the table").catch(async (error) => {
      assert.deepEqual(await this.rows(), expected);
      throw error;
    });
  }

  async #until(isTrue: () => Promise<boolean>, reason: () => string): Promise<void> {
    for (const deadline = Date.now() + 60_000; !(await isTrue()); await pause(50)) {
      if (Date.now() > deadline) assert.fail(`${reason()}: ${await this.page.evaluate("document.body.innerText")}; ${this.page.problems}`);
    }
  }
}

/** Opens the board, which reaches the local mode through a proxy. */
async function openBoard(local: LocalMode, context: TestContext): Promise<{ board: Board; proxy: Proxy }> {
  assert.ok(program, "no Chromium: install it, or set CHROMIUM to its path");
  const noCuts = { draw: () => undefined, record: () => {} };
  const proxy = await Proxy.start(local.url, noCuts, Math.random);
  context.after(() => proxy.end());
  const application = installBoard(context);
  assert.equal(typeCheck(application), "");
  const env = { VITE_TABLECAST_URL: proxy.url, TABLECAST_TOKEN_COMMAND: local.tokenCommand };
  const url = await serveBoard(application, env, context);
  const chromium = new Chromium(program);
  context.after(() => chromium.end());
  return { board: new Board(await chromium.open(url)), proxy };
}

test("the order board equals its table through cuts, sleep, a restart and a gap", { skip, timeout: 600_000 }, async (context) => {
  const local = await LocalMode.start({}, [], source);
  context.after(() => local.end());
  const random = seededRandom(Number(process.env["TABLECAST_SEED"] ?? 1));
  const table = new OrdersTable(local.dynamodb, random);
  await table.fill(ORDERS);
  const { board, proxy } = await openBoard(local, context);
  await board.follows(table);
  assert.equal((await board.rows()).length, ORDERS);

  for (let count = 0; count < CHANGES; count++) {
    await table.change();
    if (random() < 0.1) proxy.cutAll();
  }
  await board.follows(table);

  await local.advance("1h"); // as for a laptop that sleeps: API Gateway closes the connection
  await table.change();
  await board.follows(table);

  await local.kill();
  await board.shows("[role=status]", /^waiting: .*did not open/);
  await local.run();
  for (let count = 0; count < CHANGES; count++) await table.change();
  await board.follows(table);

  // All orders of a tenant are wider than such a channel, so that each reconnect has a gap.
  local.writePipes({ "channel: 2": "channel: 3" });
  await local.kill();
  await local.run();
  for (let count = 0; count < CHANGES; count++) {
    await table.change();
    if (random() < 0.1) proxy.cutAll();
  }
  await board.follows(table);
  await board.shows("[role=status]", /^live$/);
});
