// The order board in Chromium equals the table of a deployment: board.mjs <url> <table> <port of the page>. Needs the tests
// of the TypeScript client (`npm run build:test`).
//
// ORDERS are in the table before the page opens, 100 by default. CHANGES are made while connections are cut, 50 by default, one in
// EVERY milliseconds. Then the laptop sleeps for an hour, and TOO_MUCH orders are added, more than a resume replays.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { logged, Network, openBoard, skip } from "../../../clients/typescript/build/test/order-board/board-page.js";
import { OrdersTable } from "../../../clients/typescript/build/test/order-board/orders-table.js";
import { DynamoDb } from "../../../clients/typescript/build/test/local/dynamodb.js";

const [url, name, port] = process.argv.slice(2);
const { ORDERS = 100, CHANGES = 50, TOO_MUCH = 1050, EVERY = 0 } = process.env;
const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: secret, AWS_REGION: region } = process.env;
const issuer = new URL("../issuer", import.meta.url).pathname;
const token = () => execFileSync(issuer, ["token", "--claim", "tenant=acme"], { encoding: "utf8" }).trim();
const HOUR = 3_600_000;

test("the order board equals the table of a deployment", { skip, timeout: 600_000 }, async (context) => {
  const table = new OrdersTable(new DynamoDb(AWS_ENDPOINT_URL, { key, secret, region }), Math.random, name);
  await table.fill(Number(ORDERS));
  const network = await Network.start(url, context);
  const board = await openBoard(`${issuer} token`, network, context, Number(port));
  await board.follows(table);
  await board.recordNotices();
  context.diagnostic(`shows ${(await board.rows()).length} orders`);

  for (let count = 0; count < CHANGES; count++) {
    await Promise.all([table.change(), pause(Number(EVERY))]);
    if (Math.random() < 0.1) network.cut();
  }
  await board.follows(table);
  context.diagnostic(`${CHANGES} changes with these notices: ${await board.notices()}`);

  await board.recordNotices();
  network.sleep();
  await logged({ url, token }, () => table.fill(Number(TOO_MUCH)), Number(TOO_MUCH));
  network.isDown = false;
  await board.sleep(HOUR);
  await board.follows(table);
  assert.deepEqual(await board.notices(), ["Loading the orders again: some changes were missed"]);
  await table.change();
  await board.follows(table);
  context.diagnostic(`shows ${(await board.rows()).length} orders after a sleep and ${TOO_MUCH} changes`);
});
