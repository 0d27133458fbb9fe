import { useCallback, useSyncExternalStore } from "react";
import type { Client } from "../client.js";
import type { State } from "../machine/effect.js";

/** The state of the connection, and why the client is in it. */
export interface ConnectionState {
  readonly state: State;
  readonly reason: string;
}

/** The state without a client: on the server, during hydration, and until the provider has made one. */
const NONE: ConnectionState = { state: "connecting", reason: "" };

/** The last state of each client. React needs the same object until something changes. */
const last = new WeakMap<object, ConnectionState>();

/** Renders again after each change. */
export function useStateOf<Events extends object>(client: Client<Events> | null): ConnectionState {
  const subscribe = useCallback((changed: () => void) => client?.on("state", changed) ?? (() => {}), [client]);
  const current = useCallback(() => (client ? stateOf(client) : NONE), [client]);
  return useSyncExternalStore(subscribe, current, () => NONE);
}

function stateOf<Events extends object>(client: Client<Events>): ConnectionState {
  const { state, reason } = client;
  const known = last.get(client);
  if (known?.state === state && known.reason === reason) return known;
  const current = { state, reason };
  last.set(client, current);
  return current;
}
