// Each bundler builds an application with the packed client, and Chromium runs it.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
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

test("a bundle of Vite, webpack and esbuild receives and checks events", { skip, timeout: 90_000 }, async (context) => {
  const application = new Application(context);
  application.generate();
  application.addSources();
  const out = join(application.folder, "out");
  await Promise.all(names.map((name) => bundlers[name]!(application.folder, join(out, name))));

  const server = await FakeServer.start();
  context.after(() => server.stop());
  const pages = new PageServer(out, names, server.url);
  const origin = await pages.listen();
  context.after(() => pages.end());
  assert.ok(chromium, "no Chromium: install it, or set CHROMIUM to its path");
  const browser = openInChromium(chromium, origin);
  context.after(() => browser.end());

  const reports = () => [...pages.reports.values()];
  await until(() => reports().every((lines) => lines.some((line) => line.startsWith("live: "))));
  const { total: _, ...withoutTotal } = ORDER;
  server.write("orders/acme/1", ORDER);
  server.write("orders/acme/1", withoutTotal);
  await until(() => reports().every((lines) => lines.some((line) => line.startsWith("InvalidEvent"))));
  for (const [name, lines] of pages.reports) {
    const shown = lines.filter((line) => !/^(connecting|subscribing|live): /.test(line));
    assert.equal(shown[0], SHOWN, name);
    assert.match(shown[1] ?? "", INVALID, name);
    assert.equal(shown.length, 2, `${name}: ${lines.join(", ")}`);
  }
});
