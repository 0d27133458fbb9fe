import { WebSocket } from "ws";
import { type Client, connect, type Options } from "../../src/index.js";

type ClientOptions = Partial<Options> & { url: string };

/** Runs the action with a client, and closes the client. */
export async function useClient<T>(options: ClientOptions, action: (client: Client) => Promise<T>): Promise<T> {
  const client = connect({ WebSocket, ...options });
  try {
    return await action(client);
  } finally {
    client.close();
  }
}

/** Returns the ids of the next events. */
export async function read(subscription: AsyncIterable<{ id: string }>, count: number): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of subscription) if (ids.push(id) === count) break;
  return ids;
}
