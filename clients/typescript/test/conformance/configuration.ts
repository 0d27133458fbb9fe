import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { pathToFileURL } from "node:url";
import { WebSocket } from "ws";
import type { ClientOptions, Validate } from "../../src/index.js";
import { fileStore } from "./file-store.js";

export interface SubscribeCommand {
  name: string;
  subjects: string[];
  types?: string[] | null;
  newestOnly?: boolean;
  bookmark?: string;
}

export interface CollectCommand {
  name: string;
  subjects: string[];
  type: string;
}

/** The first argument of a client program. */
export interface Config {
  url: string;
  /** A list has one token for each call. The last one repeats. */
  token?: string | string[] | null;
  /** The address of a server that returns a token, in place of `token`. */
  tokenUrl?: string | null;
  store?: string | null;
  options?: Pick<ClientOptions, "pingEvery" | "checkEvery" | "leaveAfter">;
  validators?: string | null;
  subscriptions?: SubscribeCommand[];
  collections?: CollectCommand[];
}

/** The proxy of the tests reads the frames, so they must not be compressed. */
class UncompressedSocket extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols, { perMessageDeflate: false });
  }
}

export async function clientOptions({ url, token, tokenUrl, store, options, validators }: Config): Promise<ClientOptions> {
  const tokens = [token ?? []].flat();
  const module = validators && ((await import(pathToFileURL(validators).href)) as { validate: Validate });
  return {
    url,
    WebSocket: UncompressedSocket,
    token: () => (tokenUrl ? fetchToken(tokenUrl) : tokens.length > 1 ? tokens.shift() : tokens[0]),
    store: store ? fileStore(store) : undefined,
    validate: module ? module.validate : undefined,
    ...options,
  };
}

/** `fetch` would use timers, which the clock of the program moves. */
async function fetchToken(url: string): Promise<string> {
  const [response] = (await once(get(url), "response")) as [IncomingMessage];
  let token = "";
  for await (const part of response) token += part;
  if (response.statusCode !== 200) throw new Error(`the server of tokens responds ${response.statusCode}`);
  return token;
}
