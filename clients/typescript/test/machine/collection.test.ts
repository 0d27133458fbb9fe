// The rules `collection-...` of docs/reference/client.md.
import assert from "node:assert/strict";
import { test } from "node:test";
import { event, item, pong, reconnect, RECOVERED, resumed, SOURCE, state, subscribed, unavailable, unsubscribed } from "../server-events.js";
import { CollectionHarness, complete, page, refusal, TYPE } from "./collection-harness.js";

const ALL = ["orders/*"];
const TWO = ["orders/a/*", "orders/b/*"];
const TRIMMED = { recovered: false, reason: "trimmed" };

/** The message that requests a page. */
function request(subjects: (string | undefined)[], id: string, next?: string): object {
  return { action: "state", subjects, types: [TYPE], ...(next && { next }), id };
}

test("a collection requests the state once its subscription is live", () => {
  const harness = new CollectionHarness();
  harness.open(1);
  assert.deepEqual(harness.requests(), []);
  harness.receive(1, subscribed("1", ALL, 0));
  assert.deepEqual(harness.requests(), [request(ALL, "2")]);
});

test("items appear together with the last page", () => {
  const harness = CollectionHarness.requested();
  harness.receive(1, item("2", "orders/1", "new"), state("2", [page(ALL[0]!, "n1")], 0));
  assert.deepEqual(harness.requests().at(-1), request(ALL, "3", "n1"));
  assert.deepEqual([harness.changes(), harness.data, harness.state.status], [[], {}, "loading"]);
  harness.receive(1, item("3", "orders/2", "new"), state("3", [complete(ALL[0]!)], 0));
  assert.deepEqual(harness.changes(), ["replaced orders/1,orders/2"]);
  assert.deepEqual([harness.data, harness.state.status], [{ "orders/1": "new", "orders/2": "new" }, "live"]);
  assert.deepEqual(harness.requests(), []);
});

test("a message continues one subject, and has those that the server has not begun", () => {
  const harness = CollectionHarness.requested(["orders/a/*", "orders/b/*", "orders/c/*"]);
  harness.receive(1, state("2", [complete("orders/a/*"), page("orders/b/*", "b1"), page("orders/c/*")], 0));
  assert.deepEqual(harness.requests().at(-1), request(["orders/b/*", "orders/c/*"], "3", "b1"));
});

test("two subjects in the middle of their items continue one after the other", () => {
  const harness = CollectionHarness.requested(TWO);
  harness.receive(1, item("2", "orders/a/1", 1), state("2", [page(TWO[0]!, "a1"), page(TWO[1]!, "b1")], 0));
  assert.deepEqual(harness.requests().at(-1), request([TWO[0]], "3", "a1"));
  harness.receive(1, state("3", [complete(TWO[0]!)], 0));
  assert.deepEqual(harness.requests(), [request([TWO[1]], "4", "b1")]);
});

test("events that arrive with the pages apply to them, whatever the order is", () => {
  const harness = CollectionHarness.requested();
  harness.receive(1, harness.set("orders/1", "paid"), ...harness.items("2", { "orders/1": "new", "orders/2": "new", "orders/3": "new" }));
  harness.receive(1, harness.remove("orders/2"), harness.set("orders/4", "new"), harness.remove("orders/4"));
  harness.receive(1, harness.set("orders/5", "new"), state("2", [complete(ALL[0]!)], 0));
  assert.deepEqual(harness.data, { "orders/1": "paid", "orders/3": "new", "orders/5": "new" });
  assert.deepEqual(harness.changes(), ["replaced orders/1,orders/3,orders/5"]);
});

test("an item that is created again during a load can have a lesser version", () => {
  const harness = CollectionHarness.requested();
  const versions = (subject: string, ...all: string[]) => {
    for (const version of all) harness.receive(1, harness.set(subject, version, { version }));
  };
  harness.receive(1, harness.remove("orders/1", { version: "7" }));
  versions("orders/1", "1", "2");
  harness.receive(1, harness.remove("orders/2", { version: "3" }));
  versions("orders/2", "1");
  versions("orders/3", "6", "8", "2", "1");
  for (const n of [1, 2, 3]) harness.receive(1, item("2", `orders/${n}`, "read", { version: "5" }));
  harness.receive(1, state("2", [complete("orders/*")], 0));
  assert.deepEqual(harness.data, { "orders/1": "2", "orders/2": "read", "orders/3": "1" });
});

test("events change items, and equal data is no change", () => {
  const harness = CollectionHarness.loaded({ "orders/1": { total: 1 } });
  const [before] = Object.values(harness.data);
  harness.receive(1, harness.set("orders/1", { total: 1 }));
  assert.deepEqual(harness.changes(), []);
  assert.equal(harness.data["orders/1"], before);
  harness.receive(1, harness.set("orders/1", { total: 2 }), harness.set("orders/2", {}), harness.remove("orders/1"));
  assert.deepEqual(harness.changes(), ["changed orders/1", "changed orders/2", "changed orders/1"]);
  assert.deepEqual(harness.data, { "orders/2": {} });
});

test("a gap makes a collection stale until it has loaded again", () => {
  const harness = CollectionHarness.loaded({ "orders/1": "new", "orders/2": "new" });
  harness.resume(2, TRIMMED);
  assert.equal(harness.state.status, "stale");
  assert.deepEqual(harness.changes(), ["changed "]);
  assert.deepEqual(harness.requests(), [request(ALL, "2")]);
  harness.receive(2, harness.set("orders/3", "new", { position: "e-201" }));
  assert.deepEqual(harness.data, { "orders/1": "new", "orders/2": "new" });
  harness.receive(2, item("2", "orders/2", "new"), state("2", [complete(ALL[0]!)], 200));
  assert.deepEqual(harness.changes(), ["replaced orders/1,orders/3"]);
  assert.deepEqual([harness.data, harness.state.status], [{ "orders/2": "new", "orders/3": "new" }, "live"]);
});

test("a second gap while a collection is stale begins the load again, and is reported once", () => {
  const harness = CollectionHarness.loaded({ "orders/1": "new" });
  harness.resume(2, TRIMMED);
  harness.receive(2, item("2", "orders/9", "old"), state("2", [page(ALL[0]!, "n1")], 200));
  harness.resume(3, TRIMMED);
  assert.deepEqual(harness.changes(), ["changed "]);
  assert.deepEqual(harness.requests().at(-1), request(ALL, "2"));
  harness.receive(3, item("2", "orders/2", "new"), state("2", [complete(ALL[0]!)], 200));
  assert.deepEqual(harness.data, { "orders/2": "new" });
});

test("a reconnect without a gap requests nothing, and replayed events change items", () => {
  const harness = CollectionHarness.loaded({ "orders/1": "new" });
  harness.reconnect(2);
  harness.receive(2, resumed("1", { ...RECOVERED, position: "e-200" }), harness.set("orders/1", "paid"), subscribed("1", ALL, 200));
  assert.deepEqual([harness.requests(), harness.changes()], [[], ["changed orders/1"]]);
  assert.equal(harness.state.status, "live");
});

test("a load continues on the next connection after its last complete page", () => {
  const harness = CollectionHarness.requested();
  harness.receive(1, item("2", "orders/1", "new"), state("2", [page(ALL[0]!, "n1")], 0), harness.set("orders/3", "paid"));
  harness.receive(1, item("3", "orders/2", "removed during the cut"));
  harness.effects = [];
  harness.resume(2);
  assert.deepEqual(harness.requests(), [request(ALL, "2", "n1")]);
  harness.receive(2, item("2", "orders/4", "new"), state("2", [complete(ALL[0]!)], 0));
  assert.deepEqual(harness.data, { "orders/1": "new", "orders/3": "paid", "orders/4": "new" });
});

test("a gap during a load begins it again, without the pages and events before", () => {
  const harness = CollectionHarness.requested();
  harness.receive(1, item("2", "orders/1", "new"), state("2", [page(ALL[0]!, "n1")], 0), harness.set("orders/3", "paid"));
  harness.effects = [];
  harness.resume(2, TRIMMED);
  assert.deepEqual(harness.requests(), [request(ALL, "2")]);
  harness.receive(2, item("2", "orders/4", "new"), state("2", [complete(ALL[0]!)], 200));
  assert.deepEqual(harness.data, { "orders/4": "new" });
});

test("a load continues on the connection to which the client moves", () => {
  const harness = CollectionHarness.requested();
  harness.receive(1, item("2", "orders/1", "new"), state("2", [page(ALL[0]!, "n1")], 0), reconnect());
  harness.add(harness.machine.tick(harness.now));
  harness.open(2);
  harness.effects = [];
  harness.receive(2, resumed("1", { ...RECOVERED, position: "e-0" }));
  assert.deepEqual(harness.requests(), []);
  harness.receive(2, subscribed("1", ALL, 0));
  assert.deepEqual(harness.requests(), [request(ALL, "2", "n1")]);
  harness.receive(2, item("2", "orders/2", "new"), state("2", [complete(ALL[0]!)], 0));
  assert.deepEqual(harness.data, { "orders/1": "new", "orders/2": "new" });
});

test("a page that a gap on the same connection overtook does not count", () => {
  const harness = CollectionHarness.requested();
  const messages = harness.sent();
  const last = (name: string) => {
    messages.push(...harness.sent());
    return messages.filter(({ action }) => action === name).at(-1)!.id;
  };
  let id = "2";
  // A check for lost events needs a connection that is 5 minutes old.
  for (let n = 0; n < 7; n++) {
    harness.advance(45_000);
    harness.receive(1, state(id, [page(ALL[0]!, `n${n}`)], 0));
    if (n === 5) harness.receive(1, unavailable(last("ping")));
    id = last("state");
  }
  harness.wake();
  harness.receive(1, pong(last("ping"), 50));
  const check = last("subscribe");
  harness.receive(1, resumed(check, TRIMMED), subscribed(check, ALL, 50), item(id, "orders/1", "old"));
  harness.receive(1, state(id, [complete(ALL[0]!)], 0));
  assert.deepEqual(harness.changes(), []);
  id = last("state");
  harness.receive(1, item(id, "orders/2", "new"), state(id, [complete(ALL[0]!)], 50));
  assert.deepEqual(harness.data, { "orders/2": "new" });
});

test("no reply to state within 60 s ends the connection", () => {
  const harness = CollectionHarness.requested();
  harness.advance(59_999);
  assert.deepEqual(harness.closed(), []);
  harness.advance(1);
  assert.deepEqual(harness.closed(), ["no reply to state within 60 s"]);
});

test("unavailable state is requested again with growing delays", () => {
  const harness = CollectionHarness.requested(ALL, { random: () => 0.999 });
  const delays = ["2", "3", "4"].map((id) => {
    const before = harness.now;
    harness.receive(1, state(id, [refusal(ALL[0]!, "unavailable")], 0));
    return harness.toNextTimer() - before;
  });
  assert.deepEqual(delays, [499, 999, 1998]);
  assert.deepEqual(harness.changes(), []);
});

test("a page with items resets the delays", () => {
  const harness = CollectionHarness.requested(ALL, { random: () => 0.999 });
  harness.receive(1, state("2", [refusal(ALL[0]!, "unavailable")], 0));
  harness.toNextTimer();
  harness.receive(1, item("3", "orders/1", "new"), state("3", [page(ALL[0]!, "n1")], 0));
  harness.receive(1, state("4", [refusal(ALL[0]!, "unavailable")], 0));
  const before = harness.now;
  assert.equal(harness.toNextTimer() - before, 499);
  assert.deepEqual(harness.requests().at(-1), request(ALL, "5", "n1"));
});

test("after a quota, 10 s are added to the delay", () => {
  const harness = CollectionHarness.requested(TWO, { random: () => 0.5 });
  harness.receive(1, state("2", [refusal(TWO[0]!, "quota-exceeded"), refusal(TWO[1]!, "unavailable")], 0));
  assert.equal(harness.toNextTimer(), 10_250);
  assert.deepEqual(harness.requests().at(-1), request(TWO, "3"));
});

test("a reply without progress is no endless loop", () => {
  const harness = CollectionHarness.requested();
  harness.receive(1, state("2", [page(ALL[0]!)], 0));
  assert.equal(harness.requests().length, 1);
  assert.equal(harness.toNextTimer(), 250);
  assert.equal(harness.requests().length, 1);
});

test("a request that waits for its time is sent at once on no other connection", () => {
  const harness = CollectionHarness.requested();
  harness.receive(1, state("2", [refusal(ALL[0]!, "quota-exceeded")], 0));
  harness.effects = [];
  harness.resume(2);
  assert.deepEqual(harness.requests(), []);
  harness.now = 10_249;
  harness.advance(0);
  assert.deepEqual(harness.requests(), []);
  harness.advance(1);
  assert.equal(harness.requests().length, 1);
});

test("an unknown reason refuses a subject once, and the others are shown", () => {
  const harness = CollectionHarness.requested(TWO);
  harness.receive(1, harness.set("orders/b/2", "new"), item("2", "orders/a/1", "new"), item("2", "orders/b/1", "new"));
  harness.receive(1, state("2", [complete(TWO[0]!), refusal(TWO[1]!, "solar-storm")], 0));
  const refused = "the server refused the subscription to orders/b/*: solar-storm";
  assert.deepEqual(harness.changes(), [refused, "changed ", "replaced orders/a/1"]);
  harness.receive(1, harness.set("orders/b/1", "paid"));
  assert.deepEqual([harness.data, harness.changes()], [{ "orders/a/1": "new" }, []]);
});

test("a collection without subjects is refused, and requests nothing any more", () => {
  const harness = CollectionHarness.requested();
  harness.receive(1, state("2", [refusal(ALL[0]!, "needs-scan")], 0));
  assert.equal(harness.state.status, "refused");
  harness.effects = [];
  harness.resume(2, TRIMMED);
  assert.deepEqual([harness.requests(), harness.changes(), harness.state.status], [[], [], "refused"]);
});

test("the items of a subject that a new token does not grant leave the collection", () => {
  const harness = CollectionHarness.requested(TWO);
  harness.receive(1, item("2", "orders/a/1", "new"), item("2", "orders/b/1", "new"), state("2", TWO.map(complete), 0));
  harness.effects = [];
  harness.receive(1, event("tablecast.refreshed.v1", { expiresAt: "2026-01-01T00:00:00Z", removed: [TWO[1]] }));
  const refused = "the server refused the subscription to orders/b/*: not-granted";
  assert.deepEqual([harness.changes(), harness.data], [[refused, "changed orders/b/1"], { "orders/a/1": "new" }]);
  assert.equal(harness.state.status, "live");
});

test("a refusal of the last incomplete subject completes the load", () => {
  const harness = CollectionHarness.requested(TWO);
  harness.receive(1, item("2", "orders/a/1", "new"), state("2", [complete(TWO[0]!), refusal(TWO[1]!, "unavailable")], 0));
  harness.effects = [];
  harness.receive(1, event("tablecast.refreshed.v1", { expiresAt: "2026-01-01T00:00:00Z", removed: [TWO[1]] }));
  assert.deepEqual(harness.changes().at(-1), "replaced orders/a/1");
  assert.equal(harness.state.status, "live");
});

test("missing items have reasons, and the others are counted", () => {
  const harness = CollectionHarness.requested();
  harness.receive(1, item("2", "orders/1", { type: "order.placed.v1" }, { type: "tablecast.event-too-large.v1" }));
  harness.receive(1, state("2", [page(ALL[0]!, "n1")], 0, { count: 3, subjects: ["orders/2"] }));
  harness.receive(1, state("3", [complete(ALL[0]!)], 5, { count: 1 }));
  assert.deepEqual([harness.data, harness.state.unnamed], [{ "orders/1": "too-large", "orders/2": "invalid" }, 3]);
  harness.receive(1, harness.set("orders/2", "new"), harness.remove("orders/1"));
  assert.deepEqual(harness.data, { "orders/2": "new" });
});

test("an item that does not match its schema is reported, and missing", () => {
  const validate = ({ data }: { data: unknown }) => (data === "bad" ? "no total" : undefined);
  const harness = CollectionHarness.requested(ALL, { validate });
  harness.receive(1, item("2", "orders/1", "bad", { id: "i" }), state("2", [complete(ALL[0]!)], 0));
  const message = (id: string) => `order.placed.v1 ${id} does not match its schema: no total`;
  assert.deepEqual(harness.changes(), [message("i"), "replaced orders/1"]);
  harness.receive(1, harness.set("orders/2", "bad", { id: "j" }));
  assert.deepEqual(harness.changes(), [message("j"), "changed orders/2"]);
  assert.deepEqual(harness.data, { "orders/1": "invalid", "orders/2": "invalid" });
});

test("items of another request, or of another type, are no items and no events", () => {
  const harness = CollectionHarness.requested();
  const other = harness.subscribe({ subjects: ["orders/*"] });
  harness.receive(1, subscribed("3", ALL, 0));
  harness.receive(1, item("9", "orders/1", "new"), item("2", "orders/2", "new", { type: "order.other.v1" }));
  harness.receive(1, state("9", [complete(ALL[0]!)], 0), state("2", [complete(ALL[0]!)], 0));
  assert.deepEqual(harness.data, {});
  assert.deepEqual(harness.take("deliver").filter(({ subscription, delivery }) => subscription === other && delivery.kind === "event"), []);
});

test("items move no position", () => {
  const harness = CollectionHarness.loaded({ "orders/1": "new" });
  harness.receive(1, item("2", "orders/1", "paid", { position: "e-77" }));
  harness.reconnect(2);
  assert.deepEqual(harness.sent().at(-1), {
    action: "subscribe", subjects: ALL, types: ["order.placed.v1", "order.placed.removed.v1"], after: { [SOURCE]: "e-0" }, id: "1",
  });
});

test("an error in place of a page refuses the subjects of the message, or is tried again", () => {
  const harness = CollectionHarness.requested(TWO);
  const error = (request: string, code: string) => event("tablecast.error.v1", { request, code, message: "no", closing: false });
  harness.receive(1, error("2", "unavailable"));
  harness.toNextTimer();
  assert.equal(harness.requests().length, 2);
  harness.receive(1, error("3", "unknown-action"));
  assert.equal(harness.state.status, "refused");
  assert.deepEqual(harness.changes().filter((change) => change.includes("refused")).length, 2);
  assert.deepEqual(harness.closed(), []);
});

test("any other error in place of a page ends the connection", () => {
  const harness = CollectionHarness.requested();
  harness.receive(1, event("tablecast.error.v1", { request: "2", code: "too-many-messages", message: "slow down", closing: true }));
  assert.deepEqual(harness.closed(), ["too-many-messages: slow down"]);
});

test("a collection that closes during a load requests no further page", () => {
  const harness = CollectionHarness.requested();
  harness.effects = [];
  harness.unsubscribe(harness.subscription);
  assert.deepEqual(harness.sent().map(({ action }) => action), ["unsubscribe"]);
  harness.receive(1, unsubscribed("3", ALL), state("2", [page(ALL[0]!, "n1")], 0));
  assert.deepEqual(harness.requests(), []);
  assert.ok(harness.machine.wakeAt > harness.now);
});

test("a pattern that is wider than a channel loads again after each reconnect", () => {
  const harness = CollectionHarness.loaded({ "orders/1": "new" });
  harness.resume(2, { recovered: false, cause: "too-wide" });
  assert.deepEqual(harness.requests().length, 1);
});

test("a late error in reply to a collection that is refused requests nothing", () => {
  const harness = CollectionHarness.requested();
  harness.receive(1, event("tablecast.refreshed.v1", { expiresAt: "2026-01-01T00:00:00Z", removed: ALL }));
  assert.equal(harness.state.status, "refused");
  harness.sent();
  harness.receive(1, unavailable("2"));
  harness.advance(1_000);
  assert.deepEqual(harness.requests(), []);
});

test("a subject that the state and then a token refuse is reported once", () => {
  const harness = CollectionHarness.requested(TWO);
  harness.receive(1, state("2", [page(TWO[0]!, "a1"), refusal(TWO[1]!, "needs-scan")], 0));
  assert.equal(harness.state.status, "loading");
  harness.effects = [];
  harness.receive(1, event("tablecast.refreshed.v1", { expiresAt: "2026-01-01T00:00:00Z", removed: [TWO[1]] }));
  assert.deepEqual(harness.take("deliver"), []);
});

test("an error without a load keeps the items", () => {
  const harness = CollectionHarness.loaded({ "orders/1": "new" });
  assert.deepEqual(harness.state.failed("unavailable", 0), []);
  assert.deepEqual(harness.data, { "orders/1": "new" });
});

test("a refused subject does not delay the next page of the others", () => {
  const harness = CollectionHarness.requested(TWO);
  harness.receive(1, state("2", [refusal(TWO[0]!, "needs-scan"), page(TWO[1]!, "b1")], 0));
  assert.deepEqual(harness.requests().at(-1), request([TWO[1]], "3", "b1"));
});

test("a page with items is progress, although it completes nothing", () => {
  const harness = CollectionHarness.requested();
  harness.receive(1, item("2", "orders/1", "new"), state("2", [page(ALL[0]!)], 0));
  assert.equal(harness.requests().length, 2);
});

test("a subject in a page that was not requested is ignored", () => {
  const harness = CollectionHarness.requested();
  harness.requests();
  harness.receive(1, item("2", "orders/1", "new"), state("2", [page("profiles/*", "p1"), complete(ALL[0]!)], 0));
  assert.deepEqual([harness.data, harness.requests()], [{ "orders/1": "new" }, []]);
});

test("the first page contains an event of a subject without an item", () => {
  const harness = CollectionHarness.requested();
  harness.receive(1, harness.set("orders/9", "removed since"), state("2", [complete(ALL[0]!)], 150));
  assert.deepEqual(harness.data, {});
});

test("the page that names an invalid item contains the events up to its own end", () => {
  const harness = CollectionHarness.requested();
  harness.receive(1, item("2", "orders/1", "new"), state("2", [page(ALL[0]!, "n1")], 0), harness.set("orders/2", "before"));
  harness.receive(1, state("3", [complete(ALL[0]!)], 150, { count: 1, subjects: ["orders/2"] }));
  assert.deepEqual(harness.data, { "orders/1": "new", "orders/2": "invalid" });
});

test("a pending ping delays no request of state, and two collections load at once", () => {
  const harness = new CollectionHarness(TWO.slice(0, 1));
  const other = new CollectionHarness(TWO.slice(1));
  harness.subscribe({ subjects: TWO.slice(1), loader: other.state });
  harness.open(1);
  harness.wake();
  harness.receive(1, subscribed("1", [TWO[0]!], 0), subscribed("3", [TWO[1]!], 0));
  assert.deepEqual(harness.requests().map((message) => "subjects" in message && message.subjects), [[TWO[0]], [TWO[1]]]);
});

test("an unexpected error in place of a page ends a connection that does not close", () => {
  const harness = CollectionHarness.requested();
  harness.receive(1, event("tablecast.error.v1", { request: "2", code: "internal", message: "no", closing: false }));
  assert.deepEqual(harness.closed(), ["internal: no"]);
});
