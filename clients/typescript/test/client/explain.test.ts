// The reason of a refused connection arrives as an event, because browsers hide the HTTP status.
import assert from "node:assert/strict";
import { test } from "node:test";
import { refused } from "../server-events.js";
import { until } from "../wait.js";
import { FakeServer } from "./fake-server.js";
import { read, useClient } from "./use-client.js";

test("a client requests the reason of a refusal, before its token", async (context) => {
  const server = await FakeServer.start(context);
  await useClient({ url: server.url, token: () => "a.b.c" }, () => until(() => server.connections === 1));
  assert.equal(server.offered[0], "cloudevents-batch.json,cloudevents.json,tablecast.explain,bearer.a.b.c");
});

test("a refused client has the reason, with or without a subscription, and connects with a new token", async (context) => {
  for (const subjects of [[], ["orders/*"]]) {
    const server = await FakeServer.start(context);
    server.refusal = refused(401, "token-expired", "Get a new one.");
    const reasons: string[] = [];
    const onState = (state: string, reason: string) => state === "waiting" && reasons.push(reason);
    await useClient({ url: server.url, onState }, async (client) => {
      const orders = subjects.length > 0 ? client.subscribe(subjects) : undefined;
      await until(() => reasons.length >= 2);
      assert.match(reasons[0]!, /\(401 token-expired\): Get a new one\. \(check what the option token returns\)$/);
      server.refusal = undefined;
      await until(() => client.state === "live");
      server.write("orders/1");
      if (orders) assert.deepEqual(await read(orders, 1), ["e-1"]);
    });
  }
});
