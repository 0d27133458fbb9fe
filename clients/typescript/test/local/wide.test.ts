// The client against a local mode whose channels have three segments: a subscription to a tenant is wider.
import assert from "node:assert/strict";
import { test } from "node:test";
import { useClient } from "../client/use-client.js";
import { LocalMode, skip } from "./local-mode.js";
import { Order } from "./order.js";
import { next, validate } from "./use-local.js";

test("only a subscription that is wider than a channel has a gap", { skip, timeout: 60_000 }, async (context) => {
  const local = await LocalMode.start({ "channel: 2": "channel: 3" });
  context.after(() => local.end());
  let reconnect = () => {};
  let mayReconnect = Promise.resolve();
  const token = () => mayReconnect.then(() => local.token());
  const [order, later] = [new Order("acme", "1"), new Order("acme", "2")];
  await useClient({ url: local.url, validate, token }, async (client) => {
    const wide = client.subscribe("orders/acme/*");
    const narrow = client.subscribe(order.subject);
    await Promise.all([wide.ready, narrow.ready]);
    await order.write(local.dynamodb);
    for (const orders of [wide, narrow]) assert.equal(await next(orders), order.subject);
    mayReconnect = new Promise((resolve) => (reconnect = resolve));
    await local.kill();
    await local.run();
    await order.write(local.dynamodb);
    reconnect();
    assert.equal(await next(narrow), order.subject);
    for await (const gap of wide) {
      assert.deepEqual(gap, { type: "gap", source: "tablecast/orders/acme/*", reason: "too-wide" });
      break;
    }
    await later.write(local.dynamodb);
    // The missed event may arrive live, too, if the server dispatches it after the reconnect.
    const [subject, following] = [await next(wide), later.subject];
    assert.equal(subject === order.subject ? await next(wide) : subject, following);
  });
});
