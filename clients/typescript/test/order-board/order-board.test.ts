// examples/order-board in Chromium, with the local mode.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { createClient } from "../../src/index.js";
import { findChromium } from "../browser/chromium.js";
import type { Cut } from "../cuts/cut-plan.js";
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
/** More events than a resume replays to a client that receives one in each message. */
const TOO_MUCH = 1_050;

test("the order board uses the versions of this client's tests", () => {
  for (const [name, version] of Object.entries(wanted)) assert.equal(version, present[name], name);
});

/** The page of the board. */
class Board {
  constructor(private readonly page: ChromiumPage) {}

  async rows(): Promise<string[]> {
    return this.page.evaluate<string[]>('[...document.querySelectorAll("tbody tr")].map((row) => row.innerText)');
  }

  /** The notices that the page showed after its first items. */
  async notices(): Promise<string[]> {
    return this.page.evaluate<string[]>("globalThis.notices");
  }

  /** Records the notices from now on. */
  async recordNotices(): Promise<void> {
    await this.page.evaluate(`globalThis.notices = []; new MutationObserver(() => {
      const text = document.querySelector("[role=alert]")?.textContent;
      if (text && !notices.includes(text)) notices.push(text);
    }).observe(document.body, { childList: true, subtree: true, characterData: true })`);
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

/** A network whose connections a test can cut, and refuse. Each message has one event, so that 1,000 missed events are too
 * much for a resume. */
class Network {
  isDown = false;
  #proxy!: Proxy;

  static async start(url: string, context: TestContext): Promise<Network> {
    const network = new Network();
    const refusal: Cut = { at: "connection", mode: "before", nth: 1, target: "this" };
    const plan = { draw: () => (network.isDown ? refusal : undefined), record: () => {} };
    network.#proxy = await Proxy.start(url, plan, Math.random, true);
    context.after(() => network.#proxy.end());
    return network;
  }

  get url(): string {
    return this.#proxy.url;
  }

  cut(): void {
    this.#proxy.cutAll();
  }
}

/** Opens the board. */
async function openBoard(local: LocalMode, network: Network, context: TestContext): Promise<Board> {
  assert.ok(program, "no Chromium: install it, or set CHROMIUM to its path");
  const application = installBoard(context);
  assert.equal(typeCheck(application), "");
  const env = { VITE_TABLECAST_URL: network.url, TABLECAST_TOKEN_COMMAND: local.tokenCommand };
  const url = await serveBoard(application, env, context);
  const chromium = new Chromium(program);
  context.after(() => chromium.end());
  return new Board(await chromium.open(url));
}

/** Waits until the log has an event of each of these changes. */
async function logged(local: LocalMode, changes: () => Promise<void>, count: number): Promise<void> {
  const client = createClient({ url: local.url, token: () => local.token() });
  let events = 0;
  const subscription = client.subscribe("orders/acme/*", { onEvent: () => ++events, types: ["order.v1", "order.removed.v1"] });
  await subscription.ready;
  await changes();
  for (const deadline = Date.now() + 120_000; events < count; await pause(50)) {
    if (Date.now() > deadline) assert.fail(`${events} of ${count} events`);
  }
  client.close();
}

test("the order board equals its table through cuts, sleep, a restart and too much for a resume", { skip, timeout: 600_000 }, async (context) => {
  const local = await LocalMode.start({}, [], source);
  context.after(() => local.end());
  const random = seededRandom(Number(process.env["TABLECAST_SEED"] ?? 1));
  const table = new OrdersTable(local.dynamodb, random);
  await table.fill(ORDERS);
  const network = await Network.start(local.url, context);
  const board = await openBoard(local, network, context);
  await board.follows(table);
  assert.equal((await board.rows()).length, ORDERS);
  await board.recordNotices();

  for (let count = 0; count < CHANGES; count++) {
    await table.change();
    if (random() < 0.1) network.cut();
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
  assert.deepEqual(await board.notices(), []);

  network.isDown = true;
  network.cut();
  await logged(local, () => table.fill(TOO_MUCH), TOO_MUCH);
  network.isDown = false;
  await table.change();
  await board.follows(table);
  assert.deepEqual(await board.notices(), ["Loading the orders again: some changes were missed"]);
  await table.change();
  await board.follows(table);
  await board.shows("[role=status]", /^live$/);
});
