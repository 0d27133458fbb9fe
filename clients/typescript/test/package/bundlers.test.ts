// Each bundler builds an application with the packed client, and Chromium runs it.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { findChromium, openInChromium } from "../browser/chromium.js";
import { FakeServer } from "../client/fake-server.js";
import { isRequired } from "../local/local-mode.js";
import { until } from "../wait.js";
import { Application } from "./application.js";
import { bundlers } from "./bundlers.js";
import { INVALID, ORDER, SHOWN } from "./orders.js";
import { PageServer } from "./page-server.js";

const chromium = findChromium();
const skip = chromium || isRequired ? false : "no Chromium: install it, or set CHROMIUM to its path";
const names = Object.keys(bundlers);
const reactNames = names.map((name) => `${name} with React`);

/** Installs the client, and builds a page without and one with React. Returns the folder of the bundles. */
async function build(context: TestContext): Promise<string> {
  const application = new Application(context);
  application.generate();
  application.addSources();
  const out = join(application.folder, "out");
  const bundleAll = (entry: string, end: string) =>
    Promise.all(names.map((name) => bundlers[name]!(application.folder, entry, join(out, name + end))));
  await bundleAll("page.js", "");
  application.link("react", "react-dom");
  await bundleAll("react-page.js", " with React");
  return out;
}

test("bundles of Vite, webpack and esbuild receive and check events", { skip, timeout: 180_000 }, async (context) => {
  const server = await FakeServer.start();
  context.after(() => server.stop());
  const pages = new PageServer(await build(context), [...names, ...reactNames], server.url);
  const origin = await pages.listen();
  context.after(() => pages.end());
  assert.ok(chromium, "no Chromium: install it, or set CHROMIUM to its path");
  const browser = openInChromium(chromium, origin);
  context.after(() => browser.end());

  const allHave = (start: string) => [...pages.reports.values()].every((lines) => lines.some((line) => line.startsWith(start)));
  await until(() => allHave("live: "));
  const { total: _, ...withoutTotal } = ORDER;
  server.write("orders/acme/1", ORDER);
  server.write("orders/acme/1", withoutTotal);
  await until(() => allHave("InvalidEvent"));
  for (const [name, lines] of pages.reports) {
    const shown = lines.filter((line) => !/^(connecting|subscribing|live): /.test(line));
    assert.equal(shown[0], SHOWN, name);
    assert.match(shown[1] ?? "", INVALID, name);
    assert.equal(shown.length, 2, `${name}: ${lines.join(", ")}`);
  }
});
