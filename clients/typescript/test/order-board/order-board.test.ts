// examples/order-board in Chromium, with the local mode.
import assert from "node:assert/strict";
import { test } from "node:test";
import { LocalMode, skip as notBuilt } from "../local/local-mode.js";
import { seededRandom } from "../random.js";
import { logged, Network, openBoard, skip as noBrowser } from "./board-page.js";
import { present, source, wanted } from "./built-board.js";
import { OrdersTable } from "./orders-table.js";

const skip = notBuilt || noBrowser;

/** Orders before anybody connects, and changes of each part of the test. */
const ORDERS = Number(process.env["TABLECAST_ORDERS"] ?? 500);
const CHANGES = Number(process.env["TABLECAST_CHANGES"] ?? 60);
/** More events than a resume replays to a client that receives one in each message. */
const TOO_MUCH = 1_050;

test("the order board uses the versions of this client's tests", () => {
  for (const [name, version] of Object.entries(wanted)) assert.equal(version, present[name], name);
});

test("the order board equals its table through cuts, sleep, a restart and too much for a resume", { skip, timeout: 600_000 }, async (context) => {
  const local = await LocalMode.start({}, [], source);
  context.after(() => local.end());
  const random = seededRandom(Number(process.env["TABLECAST_SEED"] ?? 1));
  const table = new OrdersTable(local.dynamodb, random);
  await table.fill(ORDERS);
  const network = await Network.start(local.url, context);
  const board = await openBoard(local.tokenCommand, network, context);
  await board.follows(table);
  assert.equal((await board.rows()).length, ORDERS);
  await board.recordNotices();

  for (let count = 0; count < CHANGES; count++) {
    await table.change();
    if (random() < 0.1) network.cut();
  }
  await board.follows(table);

  await local.advance("1h"); // as for a laptop that sleeps: API Gateway closes the connection
  await table.change();
  await board.follows(table);

  await local.kill();
  await board.shows("[role=status]", /^waiting: .*did not open/);
  await local.run();
  for (let count = 0; count < CHANGES; count++) await table.change();
  await board.follows(table);
  assert.deepEqual(await board.notices(), []);

  network.isDown = true;
  network.cut();
  await logged({ url: local.url, token: () => local.token() }, () => table.fill(TOO_MUCH), TOO_MUCH);
  network.isDown = false;
  await table.change();
  await board.follows(table);
  assert.deepEqual(await board.notices(), ["Loading the orders again: some changes were missed"]);
  await table.change();
  await board.follows(table);
  await board.shows("[role=status]", /^live$/);
});
