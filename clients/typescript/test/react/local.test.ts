// The hooks in Chromium against the local mode: a token that expires, a reload, a cut connection, and a gap.
import assert from "node:assert/strict";
import { after, before, test, type TestContext } from "node:test";
import { createClient } from "../../src/index.js";
import { findChromium } from "../browser/chromium.js";
import { CutPlan } from "../cuts/cut-plan.js";
import { Proxy } from "../cuts/proxy.js";
import { isRequired, LocalMode, skip as notBuilt } from "../local/local-mode.js";
import { changeOf, Order } from "../local/order.js";
import { pause } from "../wait.js";
import { Chromium, type ChromiumPage } from "./chromium-page.js";
import { PageHost } from "./page-host.js";

const program = findChromium();
const skip = notBuilt || (program || isRequired ? false : "no Chromium: install it, or set CHROMIUM to its path");
const options = { skip, timeout: 120_000 };
let local: LocalMode;
let chromium: Chromium;

if (!skip) {
  before(async () => {
    assert.ok(program, "no Chromium: install it, or set CHROMIUM to its path");
    chromium = new Chromium(program);
    // An order has a channel of its own, and all orders of a tenant are wider than a channel.
    local = await LocalMode.start({ "channel: 2": "channel: 3" });
  });
  after(() => Promise.all([chromium.end(), local.end()]));
}

/** The reason of an attempt to connect with an expired token. */
const REFUSAL = /401 token-expired/;

interface Line {
  subscription?: string;
  event?: { type: string; data: unknown };
  gap?: { source: string; reason: string };
  state?: string;
  reason?: string;
  ready?: boolean;
}

/** The page, and what its components printed. */
class Page {
  readonly lines: Line[] = [];
  chromium!: ChromiumPage;
  #mayConnect = Promise.resolve();

  token = (): Promise<string> => this.nextToken();

  async nextToken(): Promise<string> {
    await this.#mayConnect;
    return local.token();
  }

  /** Without a token, the page cannot connect. Returns a function that ends this. */
  holdToken(): () => void {
    let release = () => {};
    this.#mayConnect = new Promise((resolve) => (release = resolve));
    return release;
  }

  /** Opens the page with a subscription to the order, and one to all orders of the tenant. */
  async open(url: string, order: Order, context: TestContext): Promise<void> {
    const subscriptions = [{ name: "order", subjects: [order.subject] }, { name: "all", subjects: ["orders/acme/*"] }];
    const host = await PageHost.start({ options: { url, pingEvery: 300 }, subscriptions }, () => this.token());
    context.after(() => host.end());
    this.chromium = await chromium.open(host.url, { report: (line) => this.lines.push(JSON.parse(line)) });
    await this.until("ready", () => this.of("order", "all").filter(({ ready }) => ready).length === 2);
  }

  get states(): { state: string; reason: string }[] {
    return this.lines.flatMap(({ state, reason = "" }) => (state === undefined ? [] : { state, reason }));
  }

  of(...names: string[]): Line[] {
    return this.lines.filter(({ subscription = "" }) => names.includes(subscription));
  }

  /** The changes and gaps of one subscription. */
  shown(name: string): string[] {
    const text = ({ event, gap }: Line) => (event ? changeOf(event) : gap ? `gap: ${gap.reason}` : []);
    return this.of(name).flatMap(text);
  }

  async until(name: string, condition: () => boolean): Promise<void> {
    for (const deadline = Date.now() + 20_000; !condition(); await pause(10)) {
      if (Date.now() > deadline) assert.fail(`not ${name}; ${JSON.stringify({ ...this.lines })}; ${this.chromium.problems}`);
    }
  }

  async untilShown(name: string, changes: readonly string[]): Promise<void> {
    await this.until(`showing ${changes}`, () => this.shown(name).length >= changes.length);
    assert.deepEqual(this.shown(name), changes);
  }

  /** React reports each mistake on the console, such as a mismatch of the hydration. */
  assertNoProblem(): void {
    assert.deepEqual(this.chromium.problems, []);
    assert.deepEqual(this.lines.filter((line) => "error" in line), []);
  }
}

/** Writes changes until the order has so many. */
async function write(order: Order, count: number): Promise<void> {
  while (order.written.length < count) await order.write(local.dynamodb);
}

/** Returns the ids of the events that another client receives. */
async function startOtherClient(order: Order, context: TestContext): Promise<string[]> {
  const client = createClient({ url: local.url, token: () => local.token() });
  context.after(() => client.close());
  const ids: string[] = [];
  await client.subscribe(order.subject, { onEvent: ({ id }) => ids.push(id) }).ready;
  return ids;
}

test("a page shows why its expired token is refused, and misses nothing", options, async (context) => {
  const order = new Order("acme", "token");
  const page = new Page();
  const expired = await local.token("1s");
  page.token = () => local.token("3s");
  await page.open(local.url, order, context);
  await write(order, 1);
  await page.untilShown("order", order.written);

  page.token = async () => expired;
  await page.until("refused", () => page.states.some(({ state, reason }) => state === "waiting" && REFUSAL.test(reason)));
  const release = page.holdToken();
  page.token = () => page.nextToken();
  await write(order, 3);
  assert.equal(page.shown("order").length, 1);
  release();
  await page.untilShown("order", order.written);
  page.assertNoProblem();
});

test("a page resumes after a reload, and shows each event once", options, async (context) => {
  const order = new Order("acme", "reload");
  const page = new Page();
  await page.open(local.url, order, context);
  await write(order, 2);
  await page.untilShown("order", order.written);

  const release = page.holdToken();
  await page.chromium.reload();
  await write(order, 4);
  release();
  await page.untilShown("order", order.written);
  await write(order, 5);
  await page.untilShown("order", order.written);
  page.assertNoProblem();
});

test("a page shows a cut connection and a gap, and loses nothing else", options, async (context) => {
  const order = new Order("acme", "cut");
  const proxy = await Proxy.start(local.url, new CutPlan(0, Math.random), Math.random);
  context.after(() => proxy.end());
  const page = new Page();
  await page.open(proxy.url, order, context);
  await write(order, 1);
  for (const name of ["order", "all"]) await page.untilShown(name, order.written);

  const release = page.holdToken();
  proxy.cutAll();
  await page.until("waiting", () => page.states.at(-1)?.state === "connecting");
  assert.ok(page.states.some(({ state, reason }) => state === "waiting" && reason.includes("closed")), JSON.stringify(page.states));
  const dispatched = await startOtherClient(order, context);
  await write(order, 3);
  // The server must not dispatch them to the new connection.
  await page.until("dispatched", () => dispatched.length === 2);
  release();
  await page.untilShown("order", order.written);
  await page.until("live", () => page.states.at(-1)?.state === "live");
  await write(order, 4);
  await page.untilShown("order", order.written);
  await page.untilShown("all", [order.written[0]!, "gap: too-wide", order.written[3]!]);
  page.assertNoProblem();
});
