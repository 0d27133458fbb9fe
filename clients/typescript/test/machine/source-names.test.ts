// The names of sources, and the subscriptions that have their events.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { canHave, isWide, isWithin } from "../../src/protocol/channel.js";
import { matches } from "../../src/protocol/subject.js";

test("a pattern is within one channel, or wider than several", () => {
  for (const [pattern, source, within, has] of [
    ["orders/acme/*", "tablecast/orders/acme", true, true],
    ["orders/acme/*", "tablecast/orders", true, true],
    ["orders/acme", "tablecast/orders/acme", true, true],
    ["orders/*", "tablecast/orders/*", true, true],
    ["*", "tablecast/*", true, true],
    ["orders/*", "tablecast/orders/acme", false, true],
    ["orders/acme/*", "tablecast/orders/*", false, false],
    ["orders/acme/*", "tablecast/orders/ac", false, false],
    ["orders/acme/*", "tablecast/orders/globex", false, false],
    ["orders/a b%/*", "tablecast/orders/a%20b%25", true, true],
    ["orders/acme/*", "tablecast/%", false, true],
    ["orders/acme/*", "other", false, true],
  ] as const) {
    assert.deepEqual([isWithin(pattern, source), canHave(pattern, source)], [within, has], `${pattern} ${source}`);
  }
});

test("a pattern can have the source of every subject that it matches", () => {
  const segment = fc.constantFrom("a", "b", "a b", "ä", "%2F", "?");
  const segments = fc.array(segment, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(segments, fc.array(segment, { maxLength: 4 }), fc.boolean(), fc.integer({ min: 1, max: 4 }), (subject, start, isTree, n) => {
      const pattern = isTree ? [...start, "*"].join("/") : start.join("/");
      fc.pre(matches(pattern, subject.join("/")));
      const source = `tablecast/${subject.slice(0, n).map(encodeURIComponent).join("/")}`;
      assert.ok(canHave(pattern, source) && !isWide(source));
      assert.equal(isWithin(pattern, source), start.length >= Math.min(n, subject.length));
    }),
  );
});
