// The order board in Chromium, with a network that a test can cut.
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { type ClientOptions, createClient } from "../../src/index.js";
import { findChromium } from "../browser/chromium.js";
import type { Cut } from "../cuts/cut-plan.js";
import { Proxy } from "../cuts/proxy.js";
import { isRequired } from "../local/local-mode.js";
import { Chromium, type ChromiumPage } from "../react/chromium-page.js";
import { pause } from "../wait.js";
import { installBoard, serveBoard, typeCheck } from "./built-board.js";
import type { OrdersTable } from "./orders-table.js";

const program = findChromium();
/** The option `skip` of tests that need a browser. */
export const skip = program || isRequired ? false : "no Chromium: install it, or set CHROMIUM to its path";

/** The page of the board. */
export class Board {
  constructor(private readonly page: ChromiumPage) {}

  async rows(): Promise<string[]> {
    return this.page.evaluate<string[]>('[...document.querySelectorAll("tbody tr")].map((row) => row.innerText)');
  }

  /** The notices that the page showed after its first items. */
  async notices(): Promise<string[]> {
    return this.page.evaluate<string[]>("globalThis.notices");
  }

  /** Moves the wall clock of the page, as after a sleep. In sleep, its timers and the monotonic clock stand still. */
  async sleep(milliseconds: number): Promise<void> {
    await this.page.evaluate(`const now = Date.now; Date.now = () => now() + ${milliseconds}; undefined`);
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
      console.error(error);
      assert.deepEqual(await this.rows(), expected);
      throw error;
    });
  }

  async #until(isTrue: () => Promise<boolean>, reason: () => string): Promise<void> {
    for (const deadline = Date.now() + 120_000; !(await isTrue()); await pause(50)) {
      if (Date.now() > deadline) assert.fail(`${reason()}: ${await this.page.evaluate("document.body.innerText")}; ${this.page.problems}`);
    }
  }
}

/** A network whose connections a test can cut, and refuse. Each message has one event, so that 1,000 missed events are too
 * much for a resume. */
export class Network {
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

  /** Passes nothing more on the open connections, as while a laptop sleeps. Neither end notices. No new one opens. */
  sleep(): void {
    this.isDown = true;
    this.#proxy.silenceAll();
  }
}

/** Opens the board on a port, or on any. The command prints a token, with the option `--claim`. */
export async function openBoard(tokenCommand: string, network: Network, context: TestContext, port = 0): Promise<Board> {
  assert.ok(program, "no Chromium: install it, or set CHROMIUM to its path");
  const application = installBoard(context);
  assert.equal(typeCheck(application), "");
  const env = { VITE_TABLECAST_URL: network.url, TABLECAST_TOKEN_COMMAND: tokenCommand };
  const url = await serveBoard(application, env, context, port);
  const chromium = new Chromium(program);
  context.after(() => chromium.end());
  return new Board(await chromium.open(url));
}

/** Waits until the log has an event of each of these changes. */
export async function logged(options: ClientOptions, changes: () => Promise<void>, count: number): Promise<void> {
  const client = createClient(options);
  let events = 0;
  const subscription = client.subscribe("orders/acme/*", { onEvent: () => ++events, types: ["order.v1", "order.removed.v1"] });
  await subscription.ready;
  await changes();
  for (const deadline = Date.now() + 120_000; events < count; await pause(50)) {
    if (Date.now() > deadline) assert.fail(`${events} of ${count} events`);
  }
  client.close();
}
