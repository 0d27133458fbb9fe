// Runs the built client in a page of Chromium, with the browser's own WebSocket.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { type CloudEvent, createClient, type Gap } from "../../src/index.js";
import { isRequired, LocalMode, skip as notBuilt } from "../local/local-mode.js";
import { changeOf, Order } from "../local/order.js";
import { pause } from "../wait.js";
import { findChromium, openInChromium } from "./chromium.js";
import { PageServer, type Report } from "./page-server.js";

const TIMEOUT = 30_000;
const chromium = findChromium();
const noChromium = chromium || isRequired ? false : "no Chromium: install it, or set CHROMIUM to its path";
const skip = notBuilt || noChromium;

/** The page, as its reports describe it. */
class Page {
  readonly reports: Report[] = [];
  /** The page gets a token when this resolves. Until then it cannot reconnect. */
  mayConnect = Promise.resolve();
  #reloadAfter = Infinity;
  #hasReloaded = false;

  report(report: Report): string {
    this.reports.push(report);
    const mustReload = report.saved !== undefined && report.shown.length >= this.#reloadAfter && !this.#hasReloaded;
    this.#hasReloaded ||= mustReload;
    return mustReload ? "reload" : "";
  }

  /** Reloads the page once, when it shows so many events and has saved its progress. */
  reloadAfter(count: number): void {
    this.#reloadAfter = count;
  }

  get shown(): string[] {
    return (this.reports.at(-1)?.shown ?? []).map(changeOf);
  }

  get states(): string[] {
    return this.reports.flatMap(({ state }) => state ?? []);
  }

  get errors(): string[] {
    return this.reports.flatMap(({ error }) => error ?? []);
  }

  async until(name: string, condition: () => boolean): Promise<void> {
    for (const deadline = Date.now() + TIMEOUT; !condition(); await pause(10)) {
      if (Date.now() < deadline) continue;
      assert.fail(`not ${name}; states: ${this.states}; last report: ${JSON.stringify(this.reports.at(-1))}`);
    }
  }
}

/** Starts the local mode, and opens the page in Chromium. */
async function openPage(page: Page, order: Order, context: TestContext): Promise<LocalMode> {
  const config = () => ({ url: local.url, subject: order.subject });
  const token = () => page.mayConnect.then(() => local.token());
  const server = new PageServer({ config, token, report: (report) => page.report(report) });
  const origin = await server.listen();
  context.after(() => server.end());
  const local: LocalMode = await LocalMode.start({}, ["--origin", origin]);
  context.after(() => local.end());
  assert.ok(chromium, "no Chromium: install it, or set CHROMIUM to its path");
  const browser = openInChromium(chromium, origin);
  context.after(() => browser.end());
  return local;
}

/** Records the changes that another client receives. */
async function startOtherClient(local: LocalMode, order: Order, context: TestContext): Promise<string[]> {
  const client = createClient({ url: local.url, token: () => local.token() });
  context.after(() => client.close());
  const changes: string[] = [];
  const onEvent = (event: CloudEvent) => changes.push(changeOf(event));
  const onGap = ({ reason }: Gap) => assert.fail(reason);
  await client.subscribe(order.subject, { onEvent, onGap, onError: assert.fail }).ready;
  return changes;
}

test("a page shows each event once, over a killed server and a reload", { skip, timeout: 120_000 }, async (context) => {
  const page = new Page();
  const order = new Order("acme", "browser");
  const local = await openPage(page, order, context);
  const write = async (count: number) => {
    while (order.written.length < count) await order.write(local.dynamodb);
  };

  await page.until("live", () => page.states.at(-1) === "live");
  await write(2);
  await page.until("showing two events", () => page.shown.length === 2);
  // The page was shown a moment ago. The first scheduled ping comes after a minute.
  await page.until("pinging", () => page.reports.some(({ sent }) => sent?.includes("ping")));

  let allowConnection = () => {};
  page.mayConnect = new Promise((resolve) => (allowConnection = resolve));
  const others = await startOtherClient(local, order, context);
  await local.kill();
  await page.until("disconnected", () => page.states.at(-1) !== "live");
  await local.run();
  await write(5);
  await page.until("seen by the other client", () => others.length === 3);
  assert.equal(page.shown.length, 2);

  page.reloadAfter(6);
  allowConnection();
  await page.until("showing the missed events", () => page.shown.length === 5);
  assert.deepEqual(page.shown, order.written);
  await write(6);
  await page.until("reloaded", () => page.shown.length === 0);
  await write(8);
  const isLiveAgain = () => page.states.filter((state) => state === "live").length === 3;
  await page.until("showing the events after the reload", () => page.shown.length === 2 && isLiveAgain());
  const beforeReload = page.reports.map(({ shown }) => shown.map(changeOf)).find(({ length }) => length === 6);
  assert.deepEqual(beforeReload, order.written.slice(0, 6));
  assert.deepEqual(page.shown, order.written.slice(6));
  assert.deepEqual(page.errors, []);
});
