// The client as it is built, in a page of Chromium: by the page's own WebSocket, from an origin that is let in.
import assert from "node:assert/strict";
import { test } from "node:test";
import { WebSocket } from "ws";
import { connect } from "../src/index.js";
import { isAskedFor, Local, skip as unbuilt } from "./local.js";
import { change, Order } from "./orders.js";
import { browse, chromium, Site, type Told } from "./site.js";

const program = chromium();
const skip = unbuilt || (program || isAskedFor ? false : "there is no Chromium: install it, or name it with CHROMIUM");

const PATIENCE = 30_000;

/** What the page told, and what it is let have. */
class Page {
  readonly all: Told[] = [];
  #isLoadedAnew = false;
  #reloadAfter = Infinity;
  /** While it is away, it gets no token, so that it does not come back. */
  back = Promise.resolve();

  told(told: Told): string {
    this.all.push(told);
    const isTime = told.saved !== undefined && told.shown.length >= this.#reloadAfter && !this.#isLoadedAnew;
    this.#isLoadedAnew ||= isTime;
    return isTime ? "reload" : "";
  }

  /** Once it has shown so many, and keeps that it did. */
  reloadAfter(count: number): void {
    this.#reloadAfter = count;
  }

  get shown(): string[] {
    return (this.all.at(-1)?.shown ?? []).map(change);
  }

  get states(): string[] {
    return this.all.flatMap(({ state }) => state ?? []);
  }

  get problems(): string[] {
    return this.all.flatMap(({ problem }) => problem ?? []);
  }

  async until(what: string, condition: () => boolean): Promise<void> {
    for (const end = Date.now() + PATIENCE; !condition(); await new Promise((resolve) => setTimeout(resolve, 10))) {
      if (Date.now() > end) assert.fail(`not ${what}; the page was ${this.states} and told ${JSON.stringify(this.all.at(-1))}`);
    }
  }
}

test("in a browser too: the server is killed and the page loaded anew, and it shows each event once", { skip, timeout: 120_000 }, async (context) => {
  const page = new Page();
  const order = new Order("acme", "browser");
  const token = () => page.back.then(() => local.token());
  const setting = () => ({ url: local.url, subject: order.subject });
  const site = new Site({ setting, token, told: (told) => page.told(told) });
  const origin = await site.listen();
  context.after(() => site.end());
  const local: Local = await Local.start({}, ["--origin", origin]);
  context.after(() => local.end());
  assert.ok(program, "there is a Chromium, or CHROMIUM names it");
  const browser = browse(program, origin);
  context.after(() => browser.end());
  const write = async (count: number) => {
    while (order.written.length < count) await order.write(local.dynamodb);
  };

  await page.until("live", () => page.states.at(-1) === "live");
  await write(2);
  await page.until("shown", () => page.shown.length === 2);

  let comeBack = () => {};
  page.back = new Promise((resolve) => void (comeBack = resolve));
  const seen: string[] = [];
  const other = connect({ url: local.url, WebSocket, token: () => local.token() });
  context.after(() => other.close());
  const orders = other.subscribe(order.subject);
  await orders.ready;
  void orders.listen((event) => seen.push(change(event)), (problem) => assert.fail(String(problem)));
  await local.kill();
  await page.until("away", () => page.states.at(-1) !== "live");
  await local.go();
  await write(5);
  await page.until("seen by the other", () => seen.length === 3);
  assert.equal(page.shown.length, 2);

  page.reloadAfter(6);
  comeBack();
  await page.until("shown again", () => page.shown.length === 5);
  assert.deepEqual(page.shown, order.written);
  await write(6);
  await page.until("loaded anew", () => page.shown.length === 0);
  await write(8);
  await page.until("shown after that", () => page.shown.length === 2 && page.states.filter((state) => state === "live").length === 3);
  assert.deepEqual(page.all.map(({ shown }) => shown.map(change)).find(({ length }) => length === 6), order.written.slice(0, 6));
  assert.deepEqual(page.shown, order.written.slice(6));
  assert.deepEqual(page.problems, []);
});
