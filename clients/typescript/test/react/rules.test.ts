// Runs the rules of the hooks in a page of Chromium. Effects need a DOM.
import assert from "node:assert/strict";
import { test } from "node:test";
import { findChromium } from "../browser/chromium.js";
import { isRequired } from "../local/local-mode.js";
import { bundle } from "./bundle.js";
import { Chromium } from "./chromium-page.js";

const program = findChromium();
const skip = program || isRequired ? false : "no Chromium: install it, or set CHROMIUM to its path";

test("the rules of the hooks", { skip, timeout: 120_000 }, async (context) => {
  assert.ok(program, "no Chromium: install it, or set CHROMIUM to its path");
  const chromium = new Chromium(program);
  context.after(() => chromium.end());
  const page = await chromium.open("about:blank");
  await page.evaluate(await bundle('import { collectionRules } from "./collection-rules.js"; import { rules, run } from "./rules.js"; Object.assign(rules, collectionRules); Object.assign(globalThis, { rules, run });'));
  for (const name of await page.evaluate<string[]>("Object.keys(rules)")) {
    await context.test(name, async () => {
      assert.equal(await page.evaluate(`run(${JSON.stringify(name)})`), "");
      const isExpected = (problem: string) => problem.startsWith("tablecast: no connection");
      assert.deepEqual(page.problems.splice(0).filter((problem) => !isExpected(problem)), []);
    });
  }
});
