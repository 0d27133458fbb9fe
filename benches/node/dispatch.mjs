// The usual implementation of dispatch: scan the connections table, then post to all matching connections with Promise.all.
// Runs as a Lambda function, in a loop over the Runtime API.
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import { DeleteItemCommand, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";

const TableName = process.env.CONNECTIONS_TABLE;
const database = new DynamoDBClient({});
const bus = new EventBridgeClient({});
const gateway = new ApiGatewayManagementApiClient({ endpoint: process.env.MANAGEMENT_ENDPOINT });

const matches = (pattern, subject) =>
  pattern === subject || (pattern.endsWith("*") && subject.startsWith(pattern.slice(0, -1)));

async function scan() {
  const items = [];
  let ExclusiveStartKey;
  do {
    const page = await database.send(new ScanCommand({ TableName, ExclusiveStartKey }));
    items.push(...page.Items);
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return items;
}

async function post(connection, Data) {
  try {
    await gateway.send(new PostToConnectionCommand({ ConnectionId: connection.pk.S, Data }));
  } catch (error) {
    if (error.name !== "GoneException") throw error;
    await database.send(new DeleteItemCommand({ TableName, Key: { pk: connection.pk, sk: connection.sk } }));
  }
}

async function publish(elements) {
  const entries = elements.flatMap(({ pipe, events }) =>
    events.map((event) => ({
      EventBusName: process.env.BUS_NAME,
      Source: `tablecast.${pipe}`,
      DetailType: event.type,
      Detail: JSON.stringify(event),
    })),
  );
  for (let at = 0; at < entries.length; at += 10) {
    await bus.send(new PutEventsCommand({ Entries: entries.slice(at, at + 10) }));
  }
}

async function push(elements) {
  const connections = await scan();
  const events = elements.flatMap((element) => element.events);
  const posts = events.flatMap((event) => {
    const frame = JSON.stringify(event);
    const subscribed = connections.filter((connection) => matches(connection.pattern.S, event.subject));
    return subscribed.map((connection) => post(connection, frame));
  });
  await Promise.all(posts);
}

async function handle(elements) {
  await Promise.all([publish(elements), push(elements)]);
  return { batchItemFailures: [] };
}

const runtime = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation`;
for (;;) {
  const next = await fetch(`${runtime}/next`);
  const id = next.headers.get("lambda-runtime-aws-request-id");
  const answer = await handle(await next.json());
  await fetch(`${runtime}/${id}/response`, { method: "POST", body: JSON.stringify(answer) });
}
