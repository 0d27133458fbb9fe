import { type Client, type ClientOptions, createClient, type Gap, type Received, type StateListener, type UntypedEvents } from "../../src/index.js";
import { within } from "../wait.js";

interface Options extends ClientOptions {
  onState?: StateListener;
}

/** Runs the action with a client, and closes the client. */
export async function useClient<T, Events extends object = UntypedEvents>(
  { onState, ...options }: Options,
  action: (client: Client<Events>) => Promise<T>,
): Promise<T> {
  // With Node 22, its own class rather than that of ws.
  const { WebSocket } = globalThis as Pick<ClientOptions, "WebSocket">;
  const client = createClient<Events>({ WebSocket, ...options });
  if (onState) client.on("state", onState);
  try {
    return await action(client);
  } finally {
    client.close();
  }
}

/** Returns the ids of the next events, and the reasons of gaps. */
export function read(subscription: AsyncIterable<Received | Gap>, count: number): Promise<string[]> {
  const items: string[] = [];
  const reading = async () => {
    for await (const item of subscription) {
      if (items.push(item.type === "gap" ? `gap: ${item.reason}` : item.id) === count) break;
    }
    return items;
  };
  return within(reading(), `item ${count} of the subscription`);
}
