// Each channel is a source: it has a log and positions of its own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { order, resumedSources, subscribed, unavailable, pong } from "../server-events.js";
import { Harness } from "./harness.js";

const SUBJECTS = ["orders/acme/*", "orders/globex/*"];
const ACME = "tablecast/orders/acme";
const GLOBEX = "tablecast/orders/globex";

/** An event of the channel `acme` or `globex`. Its id is `<channel> <position>`. */
function placed(channel: string, position: string): string {
  const more = { id: `${channel} ${position}`, source: `tablecast/orders/${channel}`, position };
  return order(`orders/${channel}/1`, undefined, more);
}

function live(acme: string, globex: string): Harness {
  const harness = new Harness();
  harness.subscribe({ subjects: SUBJECTS });
  harness.open(1);
  harness.receive(1, subscribed("1", SUBJECTS, { [ACME]: acme, [GLOBEX]: globex }));
  harness.effects = [];
  return harness;
}

test("equal positions in different channels are different events", () => {
  const harness = live("e-10", "e-10");
  for (const channel of ["acme", "globex", "acme"]) harness.receive(1, placed(channel, "e-11"), placed(channel, "e-10"));
  assert.deepEqual(harness.delivered(), ["acme e-11", "globex e-11"]);
});

test("resumes each channel after its own position, and holds back its own events only", () => {
  const harness = live("e-10", "f-2");
  harness.receive(1, placed("acme", "e-12"), placed("globex", "f-3"));
  harness.reconnect(2);
  const [message] = harness.sent();
  assert.deepEqual(message, { action: "subscribe", id: "1", subjects: SUBJECTS, after: { [ACME]: "e-12", [GLOBEX]: "f-3" } });
  harness.delivered();
  const results = { [ACME]: { recovered: true, position: "e-14" }, [GLOBEX]: { recovered: true, position: "f-20" } };
  harness.receive(2, placed("acme", "e-15"), resumedSources("1", results));
  harness.receive(2, placed("globex", "f-15"), placed("acme", "e-11"), placed("acme", "e-14"), placed("globex", "f-21"));
  assert.deepEqual(harness.delivered(), ["globex f-15", "acme e-11", "acme e-14"]);
  harness.receive(2, placed("globex", "f-20"), subscribed("1", SUBJECTS, { [ACME]: "e-15", [GLOBEX]: "f-21" }));
  assert.deepEqual(harness.delivered(), ["globex f-20", "acme e-15", "globex f-21"]);
});

test("only the channel that cannot be recovered has a gap", () => {
  const harness = live("e-10", "f-2");
  harness.reconnect(2);
  const results = { [ACME]: { recovered: false, reason: "trimmed" }, [GLOBEX]: { recovered: true, position: "f-3" } };
  harness.receive(2, resumedSources("1", results), placed("globex", "f-3"), placed("acme", "e-90"));
  harness.receive(2, subscribed("1", SUBJECTS, { [ACME]: "e-89", [GLOBEX]: "f-3" }));
  const [first, gap, ...others] = harness.delivered();
  assert.match(gap ?? "", /gap of tablecast\/orders\/acme: trimmed/);
  assert.deepEqual([first, others], ["globex f-3", ["acme e-90"]]);
});

test("a log that continues in another epoch has no gap", () => {
  const harness = live("e-10", "e-10");
  harness.receive(1, placed("acme", "f-11"));
  harness.reconnect(2);
  const after = { [ACME]: "f-11", [GLOBEX]: "e-10" };
  assert.deepEqual(harness.sent()[0], { action: "subscribe", id: "1", subjects: SUBJECTS, after });
  const recovered = { recovered: true, position: "f-12" };
  harness.receive(2, resumedSources("1", { [ACME]: recovered, [GLOBEX]: recovered }));
  harness.receive(2, placed("globex", "f-11"), placed("acme", "f-12"), placed("acme", "f-11"));
  assert.deepEqual(harness.delivered(), ["acme f-11", "globex f-11", "acme f-12"]);
  harness.receive(2, subscribed("1", SUBJECTS, { [ACME]: "f-12", [GLOBEX]: "f-12" }), placed("globex", "f-12"));
  assert.deepEqual(harness.delivered(), []);
  harness.receive(2, placed("acme", "e-9"));
  harness.reconnect(3);
  assert.deepEqual(harness.sent().at(-1), { ...harness.sent().at(-1), action: "subscribe", id: "1", subjects: SUBJECTS, after: { [ACME]: "f-12", [GLOBEX]: "f-12" } });
});

test("a log that continues in another epoch has no gap, although no event of it matches", () => {
  const harness = live("e-10", "e-10");
  harness.reconnect(2);
  const recovered = { recovered: true, position: "f-12" };
  harness.receive(2, resumedSources("1", { [ACME]: recovered, [GLOBEX]: { recovered: true, position: "e-10" } }));
  harness.receive(2, subscribed("1", SUBJECTS, { [ACME]: "f-12", [GLOBEX]: "e-10" }));
  assert.deepEqual(harness.delivered(), []);
});

test("the first event of a log stays known, although the replies are older", () => {
  const harness = live("3-0", "e-10");
  harness.reconnect(2);
  const results = { [ACME]: { recovered: true, position: "5-0" }, [GLOBEX]: { recovered: true, position: "e-10" } };
  harness.receive(2, resumedSources("1", results), placed("acme", "4-1"));
  harness.receive(2, subscribed("1", SUBJECTS, { [ACME]: "5-0", [GLOBEX]: "e-10" }));
  assert.deepEqual(harness.delivered(), ["acme 4-1"]);
  harness.reconnect(3);
  const message = harness.sent().at(-1);
  assert.deepEqual(message && "after" in message && message.after, { [ACME]: "4-1", [GLOBEX]: "e-10" });
});

test("overlapping subscriptions resume from the earlier epoch", () => {
  const harness = live("e-10", "e-10");
  harness.subscribe({ subjects: ["orders/acme/1"] });
  harness.receive(1, subscribed("2", ["orders/acme/1"], { [ACME]: "f-12" }));
  harness.reconnect(2);
  const [message] = harness.sent().slice(-1);
  assert.deepEqual(message && "after" in message && message.after, { [ACME]: "e-10", [GLOBEX]: "e-10" });
  const recovered = { recovered: true, position: "f-13" };
  harness.receive(2, resumedSources("1", { [ACME]: recovered, [GLOBEX]: { recovered: true, position: "e-10" } }));
  for (const offset of [11, 12, 13]) harness.receive(2, placed("acme", `f-${offset}`));
  assert.deepEqual(harness.delivered(), ["acme f-11", "acme f-12", "acme f-13", "acme f-13"]);
});

test("an idle subscription advances to another epoch, and not to the time of an empty log", () => {
  const harness = live("3-0", "e-10");
  for (const end of [{ [ACME]: "4-0", [GLOBEX]: "f-20" }, { [ACME]: "5-0", [GLOBEX]: "f-20" }]) {
    harness.receive(1, pong(undefined, end));
    harness.now += 200_000;
  }
  harness.reconnect(2);
  const [message] = harness.sent();
  assert.deepEqual(message && "after" in message && message.after, { [ACME]: "3-0", [GLOBEX]: "f-20" });
});

test("a check for lost events resumes a log that continued, and not an empty one", () => {
  for (const [end, isChecked] of [["4-0", false], ["2-1", true], ["4-7", true]] as const) {
    const harness = live("3-0", "e-10");
    harness.toNextTimer();
    harness.receive(1, unavailable(harness.sent()[0]?.id));
    harness.now += 300_000;
    harness.receive(1, pong(undefined, { [ACME]: end, [GLOBEX]: "e-10" }));
    assert.equal(harness.sent().some(({ action }) => action === "subscribe"), isChecked, end);
  }
});
