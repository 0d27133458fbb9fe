import { type ReactNode, useEffect, useState } from "react";
import { type Client, createClient } from "../client.js";
import type { ClientOptions } from "../options.js";
import { type Latest, useLatest } from "./latest.js";

/** Either a client, which the application closes, or the options of a client that lives as long as the provider. */
export type ProviderProps<Events extends object> = { children?: ReactNode } & (
  | { client: Client<Events>; options?: undefined }
  | { client?: undefined; options: ClientOptions }
);

/** Returns the client of the provider, or null until the provider has made one. */
export function useProvidedClient<Events extends object>(props: ProviderProps<Events>): Client<Events> | null {
  const own = useOwnClient<Events>(props.options);
  return props.client ?? own;
}

interface Made<Events extends object> {
  client?: Client<Events>;
  error?: unknown;
}

/** Makes a client in an effect: never on the server, nor for a render that React discards. */
function useOwnClient<Events extends object>(options: ClientOptions | undefined): Client<Events> | null {
  const latest = useLatest(options);
  const [made, setMade] = useState<Made<Events>>({});
  const url = options?.url;
  useEffect(() => (url === undefined ? undefined : keepClient(url, latest, setMade)), [url, latest]);
  // An error boundary shows wrong options.
  if (made.error !== undefined) throw made.error;
  return made.client ?? null;
}

/** Makes a client. Returns a function that closes it. */
function keepClient<Events extends object>(
  url: string,
  latest: Latest<ClientOptions | undefined>,
  set: (made: Made<Events>) => void,
): () => void {
  let made: Made<Events> = {};
  let isOver = false;
  // Strict mode ends and repeats the first effect at once. Only the second one makes a client.
  queueMicrotask(() => {
    if (!isOver) set((made = makeClient(url, latest)));
  });
  return () => {
    isOver = true;
    made.client?.close();
    if (made.client) set({});
  };
}

function makeClient<Events extends object>(url: string, latest: Latest<ClientOptions | undefined>): Made<Events> {
  // An inline function for tokens is another one in each render, and the first one may have none. The client calls the
  // newest.
  const token = () => latest.current?.token?.();
  try {
    return { client: createClient({ ...latest.current, url, token }) };
  } catch (error) {
    return { error };
  }
}
