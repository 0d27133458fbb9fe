// Stands in for the back end of your company: it issues tokens, and returns the orders of a tenant.
import { execFile } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { promisify } from "node:util";
import type { Connect, Plugin } from "vite";
import type { Order } from "./src/orders.ts";

const { DYNAMODB_URL = "http://127.0.0.1:8000", TABLECAST_TOKEN_COMMAND = "cargo run -q -- token" } = process.env;

type Item = Record<string, { S?: string; N?: string }>;
type Answer = (tenant: string) => Promise<unknown>;

/** Answers `/api/token` and `/api/orders`. */
export function api(): Plugin {
  const use = ({ middlewares }: { middlewares: Connect.Server }) => {
    middlewares.use("/api/token", handler(createToken));
    middlewares.use("/api/orders", handler(readOrders));
  };
  return { name: "order-board-api", configureServer: use, configurePreviewServer: use };
}

/** Your login decides the tenant. Here, the page chooses it. */
function handler(answer: Answer): Connect.NextHandleFunction {
  return async ({ url = "" }: IncomingMessage, response: ServerResponse) => {
    const tenant = new URL(url, "http://localhost").searchParams.get("tenant") ?? "";
    try {
      response.setHeader("content-type", "application/json").end(JSON.stringify(await answer(tenant)));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  };
}

/** Creates a token of the local mode, which the pipe file grants the orders of this tenant. */
async function createToken(tenant: string): Promise<string> {
  const [program = "", ...args] = TABLECAST_TOKEN_COMMAND.split(" ");
  const { stdout } = await promisify(execFile)(program, [...args, "--claim", `tenant=${tenant}`]);
  return stdout.trim();
}

async function readOrders(tenant: string): Promise<Order[]> {
  const orders: Order[] = [];
  let start: Item | undefined;
  do {
    const { Items, LastEvaluatedKey } = await query(tenant, start);
    orders.push(...Items.map(orderOf));
    start = LastEvaluatedKey;
  } while (start);
  return orders;
}

function orderOf({ orderId, status, total, currency }: Item): Order {
  return { orderId: orderId?.S ?? "", status: status?.S ?? "", total: total?.N ?? "", currency: currency?.S ?? "" };
}

async function query(tenant: string, start?: Item): Promise<{ Items: Item[]; LastEvaluatedKey?: Item }> {
  const body = {
    TableName: "orders",
    KeyConditionExpression: "tenant = :tenant",
    ExpressionAttributeValues: { ":tenant": { S: tenant } },
    ConsistentRead: true,
    ExclusiveStartKey: start,
  };
  const headers = {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": "DynamoDB_20120810.Query",
    // The local database does not verify the signature. For AWS, use its SDK.
    authorization: "AWS4-HMAC-SHA256 Credential=local/20261128/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
    "x-amz-date": "20261128T090000Z",
  };
  const response = await fetch(DYNAMODB_URL, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`DynamoDB: ${await response.text()}`);
  return response.json();
}
