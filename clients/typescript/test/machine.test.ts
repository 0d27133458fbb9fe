import assert from "node:assert/strict";
import { test } from "node:test";
import { event, order, pong, resumed, Stage, subscribed } from "./stage.js";

const ALL = ["orders/*"];

test("it connects, subscribes, and is live", () => {
  const stage = new Stage();
  stage.subscribe({ subjects: ALL, types: ["order.placed.v1"] });
  assert.deepEqual(stage.take("open"), [{ do: "open", link: 1 }]);
  stage.opened(1);
  assert.deepEqual(stage.sent(), [{ action: "subscribe", id: "1", subjects: ALL, types: ["order.placed.v1"] }]);
  stage.receive(1, subscribed("1", ALL, 7));
  assert.deepEqual(stage.states(), ["connecting", "subscribing", "live"]);
  assert.equal(stage.take("confirm").length, 1);
});

test("an event of several subscriptions is for each of them, and of none for nobody", () => {
  const stage = new Stage();
  for (const subjects of [["orders/*"], ["orders/acme/*"], ["orders/globex/*"]]) stage.subscribe({ subjects });
  stage.opened(1);
  for (const [id, subject] of [["1", "orders/*"], ["2", "orders/acme/*"], ["3", "orders/globex/*"]] as const) {
    stage.receive(1, subscribed(id, [subject]));
  }
  stage.receive(1, order("orders/acme/1", undefined), order("profiles/ada", undefined));
  assert.deepEqual(stage.told(), ["orders/acme/1 undefined", "orders/acme/1 undefined"]);
});

test("a subscription with types gets these, and what is too large of them", () => {
  const stage = new Stage();
  stage.subscribe({ subjects: ALL, types: ["order.placed.v1"] });
  stage.opened(1);
  stage.receive(1, subscribed("1", ALL));
  const tooLarge = (type: string) => event("tablecast.event-too-large.v1", { type }, { id: type, subject: "orders/1" });
  const other = event("order.cancelled.v1", {}, { subject: "orders/1" });
  stage.receive(1, other, tooLarge("order.cancelled.v1"), tooLarge("order.placed.v1"));
  assert.deepEqual(stage.told(), ["order.placed.v1"]);
});

test("a batch is as many events, in order", () => {
  const { stage } = Stage.live();
  stage.receive(1, `[${[order("orders/1", 1), order("orders/2", 2)].join()}]`);
  assert.deepEqual(stage.told(), ["orders/1 1", "orders/2 2"]);
});

test("what comes twice is told once: by position, and by id where there is none or another", () => {
  const { stage } = Stage.live();
  stage.receive(1, order("orders/1", 1), order("orders/1", 1), order("orders/1", 2, { id: "orders/1 1" }));
  stage.receive(1, order("orders/2", undefined), order("orders/2", undefined));
  assert.deepEqual(stage.told(), ["orders/1 1", "orders/2 undefined"]);
});

test("after a loss it waits at random, up to a bound that doubles to half a minute", () => {
  const stage = new Stage({ random: () => 0.999 });
  const waits = [];
  for (let link = 1; link <= 8; link++) {
    stage.lose(link);
    waits.push(stage.machine.wakeAt - stage.now);
    stage.wait();
  }
  assert.deepEqual(waits, [499, 999, 1998, 3996, 7992, 15984, 29970, 29970]);
});

test("after a good connection the wait is short again, after a bad one it is not", () => {
  const stage = new Stage({ random: () => 0.999 });
  stage.lose(1);
  stage.wait();
  stage.opened(2);
  stage.pass(9_999);
  stage.lose(2);
  assert.equal(stage.machine.wakeAt - stage.now, 999);
  stage.wait();
  stage.opened(3);
  stage.pass(10_000);
  stage.lose(3);
  assert.equal(stage.machine.wakeAt - stage.now, 499);
});

test("it resumes after the last event, holds what comes meanwhile, and puts it in order", () => {
  const { stage } = Stage.live(ALL, 10);
  stage.receive(1, order("orders/1", 12), order("orders/1", 13));
  stage.lose(1);
  stage.wait();
  stage.opened(2);
  const [message] = stage.sent();
  assert.deepEqual(message, { action: "subscribe", id: "1", subjects: ALL, after: { "tablecast/orders": "e-13" } });
  stage.told();
  stage.receive(2, order("orders/1", 16), order("orders/2", 11), order("orders/1", 12), order("orders/1", 15));
  assert.deepEqual(stage.told(), []);
  stage.receive(2, resumed("1", { recovered: true, position: "e-0" }), subscribed("1", ALL, 15));
  assert.deepEqual(stage.told(), ["orders/2 11", "orders/1 15", "orders/1 16"]);
});

test("what is told again is passed on as it comes, so that the next connection goes on from there", () => {
  const { stage } = Stage.live(ALL, 10);
  stage.lose(1);
  stage.wait();
  stage.opened(2);
  stage.sent();
  stage.receive(2, resumed("1", { recovered: true, position: "e-14" }));
  stage.receive(2, order("orders/1", 12), order("orders/1", 15), order("orders/1", 13));
  assert.deepEqual(stage.told(), ["orders/1 12", "orders/1 13"]);
  stage.lose(2);
  stage.wait();
  stage.opened(3);
  assert.deepEqual(stage.sent(), [
    { action: "subscribe", id: "1", subjects: ALL, after: { "tablecast/orders": "e-13" } },
  ]);
});

test("what was before the subscription is not told by a resume", () => {
  const { stage } = Stage.live(ALL, 10);
  stage.lose(1);
  stage.wait();
  stage.opened(2);
  stage.receive(2, order("orders/1", 10), order("orders/1", 11), resumed("1", { recovered: true, position: "e-0" }), subscribed("1", ALL, 11));
  assert.deepEqual(stage.told(), ["orders/1 11"]);
});

test("a subscription begins where the server says, and nothing before that is told", () => {
  const stage = new Stage();
  stage.subscribe({ subjects: ALL });
  stage.opened(1);
  stage.receive(1, order("orders/1", 9), order("orders/1", 11), subscribed("1", ALL, 10), order("orders/1", 10));
  assert.deepEqual(stage.told(), ["orders/1 11"]);
});

test("subscriptions that share events resume together, from where the least far of them is", () => {
  const stage = new Stage();
  stage.subscribe({ subjects: ["orders/acme/*"], types: ["order.placed.v1"] });
  stage.opened(1);
  stage.receive(1, subscribed("1", ["orders/acme/*"], 10));
  stage.subscribe({ subjects: ["orders/*"], types: ["order.cancelled.v1"] });
  stage.subscribe({ subjects: ["profiles/*"] });
  stage.receive(1, subscribed("2", ["orders/*"], 20), subscribed("3", ["profiles/*"], 20));
  stage.receive(1, order("orders/acme/1", 21));
  stage.lose(1);
  stage.wait();
  stage.sent();
  stage.opened(2);
  const after = (offset: number) => ({ "tablecast/orders": `e-${offset}` });
  const types = ["order.placed.v1", "order.cancelled.v1"];
  assert.deepEqual(stage.sent(), [
    { action: "subscribe", id: "1", subjects: ["orders/acme/*", "orders/*"], types, after: after(20) },
    { action: "subscribe", id: "2", subjects: ["profiles/*"], after: after(20) },
  ]);
});

test("what is told again to others is not taken for what is new", () => {
  const { stage } = Stage.live(["orders/acme/*"], 10);
  stage.lose(1);
  stage.wait();
  stage.opened(2);
  stage.subscribe({ subjects: ALL });
  assert.deepEqual(stage.sent().map(({ id }) => id), ["1"]);
  stage.receive(2, resumed("1", { recovered: true, position: "e-12" }), order("orders/acme/1", 12));
  assert.deepEqual(stage.told(), ["orders/acme/1 12"]);
  stage.receive(2, subscribed("1", ["orders/acme/*"], 12));
  assert.deepEqual(stage.sent().map((message) => [message.id, "after" in message]), [["2", false]]);
});

test("what resumes when another has just begun that shares its events, resumes together with it", () => {
  const stage = new Stage();
  const earlier = stage.subscribe({ subjects: ["orders/a"] });
  stage.opened(1);
  stage.receive(1, subscribed("1", ["orders/a"], 10));
  stage.unsubscribe(earlier);
  stage.subscribe({ subjects: ALL });
  stage.add(stage.machine.subscribe(earlier.again(), 0));
  stage.receive(1, event("tablecast.unsubscribed.v1", { request: "2", subjects: ["orders/a"] }));
  stage.sent();
  stage.receive(1, subscribed("3", ALL, 12));
  assert.deepEqual(stage.sent(), [{ action: "subscribe", id: "4", subjects: ["orders/a", ...ALL], after: { "tablecast/orders": "e-10" } }]);
});

test("what is not recovered is told before any later event, with the reason", () => {
  const { stage } = Stage.live(ALL, 10);
  stage.lose(1);
  stage.wait();
  stage.opened(2);
  stage.receive(2, order("orders/1", 99), resumed("1", { recovered: false, reason: "trimmed" }), subscribed("1", ALL, 98));
  const [gap, later] = stage.told();
  assert.match(gap ?? "", /NotRecovered: .* trimmed/);
  assert.equal(later, "orders/1 99");
});

test("of another epoch the offsets begin anew", () => {
  const { stage } = Stage.live(ALL, 10);
  stage.lose(1);
  stage.wait();
  stage.opened(2);
  const answer = {
    request: "1", subjects: [{ subject: "orders/*", granted: true }], sources: { "tablecast/orders": "f-3" },
  };
  stage.receive(2, resumed("1", { recovered: false, reason: "epoch-changed" }), event("tablecast.subscribed.v1", answer), order("orders/1", undefined, { id: "new", position: "f-4" }));
  assert.match(stage.told().join(), /epoch-changed.*,new$/);
  stage.lose(2);
  stage.wait();
  stage.opened(3);
  assert.deepEqual(stage.sent().at(-1), {
    action: "subscribe", id: "1", subjects: ALL, after: { "tablecast/orders": "f-4" },
  });
});

test("a server that keeps no log cannot have recovered", () => {
  const { stage } = Stage.live();
  stage.lose(1);
  stage.wait();
  stage.opened(2);
  stage.receive(2, subscribed("1", ALL));
  assert.match(stage.told().join(), /NotRecovered.*position-unknown/);
});

test("a subject that is refused is told once, and the others are live", () => {
  const { stage } = Stage.live(["orders/a", "orders/b"], 1);
  const refused = (request: string) =>
    event("tablecast.subscribed.v1", {
      request,
      subjects: [{ subject: "orders/a", granted: false, reason: "not-granted" }, { subject: "orders/b", granted: true }],
      sources: { "tablecast/orders": "e-1" },
    });
  const again = (link: number) => {
    stage.lose(link - 1);
    stage.wait();
    stage.opened(link);
    stage.receive(link, resumed("1", { recovered: true, position: "e-0" }), refused("1"), order("orders/b", link));
    return stage.told();
  };
  assert.deepEqual(again(2), ["Refused: orders/a is refused: not-granted", "orders/b 2"]);
  assert.deepEqual(again(3), ["orders/b 3"]);
});

test("a subscription that the server does not understand is refused, and the connection goes on", () => {
  const stage = new Stage();
  stage.subscribe({ subjects: ALL });
  stage.opened(1);
  stage.receive(1, event("tablecast.error.v1", { request: "1", code: "bad-message", message: "no", closing: false }));
  assert.deepEqual(stage.told(), ["Refused: orders/* is refused: no"]);
  assert.equal(stage.machine.state, "live");
});

test("after any other error, and what is no event, it connects again", () => {
  const unavailable = { request: "1", code: "unavailable", message: "later", closing: false };
  const frames = [
    event("tablecast.error.v1", unavailable),
    event("tablecast.error.v1", { code: "expired", message: "too late", closing: true }),
    '{"message": "Internal server error", "connectionId": "a=", "requestId": "b="}',
    "{", "[1]", "null", '{"specversion":"1.0","id":"","source":"s","type":"t"}',
  ];
  for (const frame of frames) {
    const stage = new Stage();
    stage.subscribe({ subjects: ALL });
    stage.opened(1);
    stage.receive(1, frame);
    assert.equal(stage.machine.state, "waiting", frame);
    assert.equal(stage.take("drop").length, 1, frame);
  }
});

test("an event that breaks its schema is told as such, an answer that does ends the connection", () => {
  const stage = new Stage({ validate: ({ data }) => ((data as { bad?: boolean }).bad ? "is bad" : undefined) });
  stage.subscribe({ subjects: ALL });
  stage.opened(1);
  stage.receive(1, subscribed("1", ALL, 1));
  stage.receive(1, order("orders/1", 2, { data: { bad: true } }), order("orders/1", 3));
  assert.deepEqual(stage.told(), ["InvalidEvent: order.placed.v1 orders/1 2 breaks its schema: is bad", "orders/1 3"]);
  stage.receive(1, event("tablecast.pong.v1", { bad: true }));
  assert.equal(stage.machine.state, "waiting");
});

test("a type that nobody knows is passed on, or ignored if tablecast says it", () => {
  const { stage } = Stage.live();
  stage.receive(1, event("order.teleported.v1", {}, { id: "new", subject: "orders/1" }));
  stage.receive(1, event("tablecast.weather.v1", {}, { subject: "orders/1" }));
  assert.deepEqual(stage.told(), ["new"]);
  assert.equal(stage.machine.state, "live");
});

test("it pings, and without a pong it connects again", () => {
  const { stage } = Stage.live();
  assert.equal(stage.wait(), 60_000);
  assert.deepEqual(stage.sent(), [{ action: "ping", id: "2" }]);
  stage.receive(1, event("tablecast.pong.v1", { request: "2" }));
  assert.equal(stage.wait(), 120_000);
  assert.equal(stage.wait(), 130_000);
  assert.deepEqual(stage.take("drop").map(({ why }) => why), ["no answer to ping"]);
});

test("a connection that does not open, and a subscription that is not answered, are given up", () => {
  const stage = new Stage();
  stage.subscribe({ subjects: ALL });
  stage.pass(29_999);
  assert.deepEqual(stage.take("drop"), []);
  stage.pass(1);
  stage.wait();
  stage.opened(2);
  stage.pass(59_999);
  stage.pass(1);
  const whys = stage.take("drop").map(({ why }) => why);
  assert.deepEqual(whys, ["the connection did not open in time", "no answer to subscribe"]);
});

/** The pings of so many minutes are answered, each with where the log ends then; what else was sent. */
function answered(stage: Stage, minutes: number, end: (minute: number) => number) {
  const others = [];
  for (let minute = 1; minute <= minutes; minute++) {
    stage.wait();
    const [ping, ...more] = stage.sent();
    stage.receive(1, pong(ping?.id, end(minute)));
    others.push(...more, ...stage.sent());
  }
  return others;
}

const UNAVAILABLE = { code: "unavailable", message: "try again", closing: false };

test("whoever gets nothing while the log goes on, asks for nothing, and its place moves forward", () => {
  const { stage } = Stage.live(ALL, 10);
  assert.deepEqual(answered(stage, 30, (minute) => 10_000 * minute), []);
  const reached = stage.take("deliver").map(({ step }) => step.kind === "reached" && step.at.offset);
  assert.deepEqual(reached, Array.from({ length: 26 }, (_, n) => 10_000 * (n + 1)));
  stage.lose(1);
  stage.wait();
  stage.opened(2);
  const after = { "tablecast/orders": "e-260000" };
  assert.deepEqual(stage.sent(), [{ action: "subscribe", id: "1", subjects: ALL, after }]);
});

test("an end counts when 200 seconds later another answer has come, and not before", () => {
  for (const [time, count] of [[199_999, 0], [200_000, 1]] as const) {
    const { stage } = Stage.live(ALL, 10);
    stage.receive(1, pong(undefined, 20));
    stage.now += time;
    assert.equal(stage.take("deliver").length, 0);
    stage.receive(1, pong(undefined, 30));
    assert.equal(stage.take("deliver").length, count, `${time}`);
  }
});

test("an end that another connection told says nothing about this one", () => {
  const { stage } = Stage.live(ALL, 10);
  stage.receive(1, pong(undefined, 20));
  stage.lose(1);
  stage.wait();
  stage.opened(2);
  stage.receive(2, resumed("1", { recovered: true, position: "e-10" }), subscribed("1", ALL, 10));
  stage.now += 200_000;
  stage.take("deliver");
  stage.receive(2, pong(undefined, 30));
  assert.deepEqual(stage.take("deliver"), []);
});

test("what is still on its way when an end is told comes, and is told", () => {
  const { stage } = Stage.live(ALL, 10);
  answered(stage, 4, (minute) => 10 + minute);
  stage.receive(1, order("orders/1", 13), order("orders/2", 12));
  assert.deepEqual(stage.told(), ["orders/1 13", "orders/2 12"]);
});

test("an end of another log, or while events are told again, does not move a place", () => {
  const { stage } = Stage.live(ALL, 10);
  stage.receive(1, event("tablecast.pong.v1", { sources: { "tablecast/orders": "f-20", "tablecast/profiles": "e-20" } }));
  stage.now += 200_000;
  stage.receive(1, pong(undefined, 30));
  assert.deepEqual(stage.take("deliver"), []);
  stage.subscribe({ subjects: ["profiles/*"] });
  stage.now += 200_000;
  stage.receive(1, pong(undefined, 40));
  assert.deepEqual(stage.take("deliver"), []);
});

test("what a new token does not grant any more stays where it is", () => {
  const { stage } = Stage.live(ALL, 10);
  const expiresAt = new Date(1e9).toISOString();
  stage.receive(1, event("tablecast.refreshed.v1", { expiresAt, removed: ALL }), pong(undefined, 20));
  stage.take("deliver");
  stage.now += 200_000;
  stage.receive(1, pong(undefined, 30));
  assert.deepEqual(stage.take("deliver"), []);
});

test("an unavailable answer to a ping leaves the connection, and what it may have lost is asked for, every five minutes at most", () => {
  const { stage } = Stage.live(ALL, 10);
  const trouble = () => {
    stage.wait();
    stage.receive(1, event("tablecast.error.v1", { request: stage.sent()[0]?.id, ...UNAVAILABLE }));
    assert.equal(stage.machine.state, "live");
  };
  trouble();
  assert.deepEqual(answered(stage, 3, () => 12), []);
  const [again] = answered(stage, 1, () => 12);
  assert.deepEqual(again, { action: "subscribe", id: "7", subjects: ALL, after: { "tablecast/orders": "e-10" } });
  stage.receive(1, order("orders/1", 13), order("orders/1", 12), resumed("7", { recovered: true, position: "e-0" }), subscribed("7", ALL, 12));
  assert.deepEqual(stage.told(), ["orders/1 12", "orders/1 13"]);
  assert.deepEqual(stage.states(), []);
  trouble();
  assert.deepEqual(answered(stage, 3, () => 20), []);
  assert.equal(answered(stage, 1, () => 20).length, 1);
  assert.deepEqual(answered(stage, 9, () => 20), []);
});

test("what is too much to be told again to somebody who is live is no gap; to somebody who comes back it is one", () => {
  const tooMuch = resumed("3", { recovered: false, reason: "too-much" });
  const { stage } = Stage.live(ALL, 10);
  stage.wait();
  stage.receive(1, event("tablecast.error.v1", { request: "2", ...UNAVAILABLE }));
  stage.sent();
  stage.now += 300_000;
  stage.receive(1, pong(undefined, 50_000));
  assert.deepEqual(stage.sent().map(({ action, id }) => [action, id]), [["subscribe", "3"]]);
  stage.receive(1, order("orders/1", 50_001), tooMuch, order("orders/2", 49_999), subscribed("3", ALL, 50_000));
  assert.deepEqual(stage.told(), ["orders/2 49999", "orders/1 50001"]);
  stage.lose(1);
  stage.wait();
  stage.opened(2);
  stage.receive(2, resumed("1", { recovered: false, reason: "too-much" }), subscribed("1", ALL, 99_999));
  assert.match(stage.told().join(), /NotRecovered.*too-much/);
});

test("it leaves a connection between 90 and 115 minutes, and not before the new one has caught up", () => {
  const { stage } = Stage.live(ALL, 10);
  while (stage.machine.state === "live") {
    stage.wait();
    for (const message of stage.sent()) stage.receive(1, event("tablecast.pong.v1", { request: message.id }));
  }
  assert.equal(stage.now, 102.5 * 60_000);
  assert.deepEqual(stage.take("open"), [{ do: "open", link: 2 }]);
  stage.opened(2);
  stage.receive(1, order("orders/1", 11));
  stage.receive(2, order("orders/1", 11), order("orders/1", 12));
  assert.deepEqual(stage.told(), ["orders/1 11"]);
  assert.equal(stage.machine.state, "moving");
  stage.receive(2, resumed("1", { recovered: true, position: "e-0" }), subscribed("1", ALL, 12));
  assert.deepEqual(stage.told(), ["orders/1 12"]);
  assert.deepEqual(stage.take("drop").map(({ link }) => link), [1]);
  assert.deepEqual(stage.states(), ["moving", "live"]);
  stage.receive(1, order("orders/1", 13));
  assert.deepEqual(stage.told(), []);
});

test("it moves when the server asks for it", () => {
  const { stage } = Stage.live(ALL, 10);
  stage.receive(1, event("tablecast.reconnect.v1", {}));
  assert.equal(stage.wait(), 0);
  assert.deepEqual(stage.take("open"), [{ do: "open", link: 2 }]);
});

test("when the old connection ends while it moves, the new one takes over", () => {
  const { stage } = Stage.live(ALL, 10);
  stage.receive(1, event("tablecast.reconnect.v1", {}));
  stage.wait();
  stage.opened(2);
  stage.lose(1);
  assert.equal(stage.machine.state, "subscribing");
  stage.receive(2, order("orders/1", 11), resumed("1", { recovered: true, position: "e-0" }), subscribed("1", ALL, 11));
  assert.deepEqual(stage.told(), ["orders/1 11"]);
});

test("when the new connection fails, the old one goes on, and later it tries again", () => {
  const { stage } = Stage.live(ALL, 10);
  stage.receive(1, event("tablecast.reconnect.v1", {}));
  stage.wait();
  stage.lose(2);
  assert.equal(stage.machine.state, "live");
  stage.receive(1, order("orders/1", 11));
  assert.deepEqual(stage.told(), ["orders/1 11"]);
  assert.equal(stage.wait(), 250);
  assert.deepEqual(stage.take("open").map(({ link }) => link), [2, 3]);
});

test("a subscription that is made while it moves begins on the old connection", () => {
  const { stage } = Stage.live(ALL, 10);
  stage.receive(1, event("tablecast.reconnect.v1", {}));
  stage.wait();
  stage.opened(2);
  stage.sent();
  stage.subscribe({ subjects: ["profiles/*"] });
  assert.deepEqual(stage.take("send").map(({ link }) => link), [1]);
  stage.receive(2, resumed("1", { recovered: true, position: "e-0" }), subscribed("1", ALL, 10));
  assert.equal(stage.machine.state, "moving");
  stage.receive(1, subscribed("2", ["profiles/*"], 20));
  assert.deepEqual(stage.take("send").map(({ link }) => link), [2]);
  stage.receive(2, resumed("2", { recovered: true, position: "e-0" }), subscribed("2", ["profiles/*"], 20));
  assert.equal(stage.machine.state, "live");
  assert.deepEqual(stage.told(), []);
});

test("a token is renewed when most of its time is over, and its end asks for the next", () => {
  const stage = new Stage();
  stage.opened(1, 40_000);
  assert.equal(stage.wait(), 31_000);
  assert.deepEqual(stage.take("renew"), [{ do: "renew", link: 1 }]);
  stage.add(stage.machine.renewed(1, "new", stage.now));
  assert.deepEqual(stage.sent(), [{ action: "refresh", id: "1", token: "new" }]);
  const expiresAt = new Date(51_000).toISOString();
  stage.receive(1, event("tablecast.refreshed.v1", { request: "1", expiresAt, removed: [] }));
  assert.equal(stage.wait(), 46_500);
});

test("what a new token does not grant is told, and a token that cannot be had is asked for again", () => {
  const { stage } = Stage.live();
  const expiresAt = new Date(1e9).toISOString();
  stage.receive(1, event("tablecast.refreshed.v1", { expiresAt, removed: ["orders/*"] }));
  assert.deepEqual(stage.told(), ["Refused: orders/* is refused: not-granted"]);
  stage.add(stage.machine.notRenewed(1, stage.now));
  assert.equal(stage.wait(), 10_000);
  assert.equal(stage.take("renew").length, 1);
});

test("a refresh that the server cannot do now is tried again with another token, on the same connection", () => {
  const { stage } = Stage.live();
  stage.add(stage.machine.renewed(1, "new", stage.now));
  const [refresh] = stage.sent();
  stage.receive(1, event("tablecast.error.v1", { request: refresh?.id, ...UNAVAILABLE }));
  assert.equal(stage.machine.state, "live");
  assert.equal(stage.wait(), 10_000);
  assert.equal(stage.take("renew").length, 1);
});

test("it unsubscribes, and says the opposite only after an answer", () => {
  const { stage, interest } = Stage.live();
  stage.unsubscribe(interest);
  stage.subscribe({ subjects: ALL });
  assert.deepEqual(stage.sent(), [{ action: "unsubscribe", id: "2", subjects: ALL }]);
  stage.receive(1, order("orders/1", 1));
  stage.receive(1, event("tablecast.unsubscribed.v1", { request: "2", subjects: ALL }));
  assert.deepEqual(stage.sent(), [{ action: "subscribe", id: "3", subjects: ALL }]);
  stage.receive(1, order("orders/1", 2), subscribed("3", ALL, 1));
  assert.deepEqual(stage.told(), ["orders/1 2"]);
});

test("what is given up before it is confirmed is ended when it is", () => {
  const stage = new Stage();
  const interest = stage.subscribe({ subjects: ALL });
  stage.opened(1);
  stage.unsubscribe(interest);
  assert.deepEqual(stage.sent().map(({ action }) => action), ["subscribe"]);
  stage.receive(1, subscribed("1", ALL));
  assert.deepEqual(stage.sent(), [{ action: "unsubscribe", id: "2", subjects: ALL }]);
});

test("when the network is back it waits no longer, and trusts no connection", () => {
  const stage = new Stage();
  stage.lose(1);
  stage.add(stage.machine.nudge(stage.now));
  assert.deepEqual(stage.take("open").map(({ link }) => link), [1, 2]);
  stage.opened(2);
  stage.add(stage.machine.nudge(stage.now));
  assert.deepEqual(stage.sent().map(({ action }) => action), ["ping"]);
});

test("once closed it does nothing more", () => {
  const { stage } = Stage.live();
  stage.add(stage.machine.close(stage.now));
  assert.deepEqual(stage.take("drop").map(({ link }) => link), [1]);
  stage.lose(1);
  stage.subscribe({ subjects: ["profiles/*"] });
  stage.pass(1e9);
  assert.deepEqual([stage.take("open"), stage.sent(), stage.machine.wakeAt], [[], [], Infinity]);
  assert.equal(stage.machine.state, "closed");
});
