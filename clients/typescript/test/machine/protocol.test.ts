// The smallest parts of the protocol: frames, positions, sources, filters, tokens.
import assert from "node:assert/strict";
import { test } from "node:test";
import { EventFilter } from "../../src/protocol/filter.js";
import { removedType } from "../../src/protocol/event-type.js";
import { parseFrame } from "../../src/protocol/frame.js";
import { parsePosition } from "../../src/protocol/position.js";
import { logPositions } from "../../src/protocol/sources.js";
import { expiry } from "../../src/protocol/token.js";

test("a frame without an event has its reason", () => {
  const event = { specversion: "1.0", id: "1", source: "s", type: "t" };
  assert.deepEqual(parseFrame(JSON.stringify(event)), [event]);
  const other = "the server sent a frame that is not a CloudEvent";
  const frames: [unknown, string][] = [
    [{ message: "Internal server error" }, "server error: Internal server error"],
    [{ message: 500 }, other],
    [null, other],
    [[event, 1], other],
    ...[{ specversion: "0.3" }, { id: "" }, { source: 1 }, { type: undefined }].map((part) => [{ ...event, ...part }, other] as [unknown, string]),
  ];
  for (const [frame, message] of frames) assert.throws(() => parseFrame(JSON.stringify(frame)), { message });
  assert.throws(() => parseFrame("{"), { message: "the server sent a frame that is not JSON" });
});

test("a text of another form is no position", () => {
  assert.deepEqual(parsePosition("0a-12"), { epoch: "0a", offset: 12 });
  for (const text of [undefined, "", "12", "e-", "-1", "x e-1", "ge-1", "e-1x", "e-1.5", "E-1"]) {
    assert.equal(parsePosition(text), undefined, text);
  }
});

test("a source whose position has another form is left out", () => {
  const positions = logPositions({ sources: { a: "e-1", b: "later" } });
  assert.deepEqual([...positions], [["a", { epoch: "e", offset: 1 }]]);
});

test("one of several subjects is enough to overlap, and to be within a source", () => {
  const both = new EventFilter(["orders/acme/*", "orders/globex/*"], undefined);
  const overlaps = (...subjects: string[]) => both.overlaps(new EventFilter(subjects, undefined));
  assert.deepEqual([overlaps("orders/globex/1"), overlaps("profiles/*", "orders/acme/1"), overlaps("orders/other/1")], [true, true, false]);
  const isWithin = (source: string) => both.isWithin(source);
  assert.deepEqual(["tablecast/orders/globex", "tablecast/orders/other"].map(isWithin), [true, false]);
});

test("only a version at the end of a type follows `removed`", () => {
  assert.equal(removedType("order.v1.v2"), "order.v1.removed.v2");
  assert.equal(removedType("order.v1x"), "order.v1x");
});

test("the expiry of a token is that of its claims, and another text has none", () => {
  const token = (claims: string) => `header.${btoa(claims).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}.signature`;
  assert.equal(expiry(token('{"exp":1700000000}')), 1_700_000_000_000);
  assert.equal(expiry(token('{"exp":1,"name":"~~~???>>>"}')), 1_000);
  for (const other of [undefined, "", "opaque", token("{"), token('{"exp":"1"}'), token("{}")]) assert.equal(expiry(other), undefined, other);
});
