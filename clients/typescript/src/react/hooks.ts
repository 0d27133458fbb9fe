import { createContext, createElement, type ReactNode, useContext } from "react";
import type { Client } from "../client.js";
import type { EventType, UntypedEvents } from "../events.js";
import { type ConnectionState, useStateOf } from "./connection-state.js";
import { type ProviderProps, useProvidedClient } from "./provider.js";
import { type UseEventsOptions, useSubscription } from "./use-events.js";

export interface Hooks<Events extends object> {
  /** Gives a client to the components below it. */
  TablecastProvider(props: ProviderProps<Events>): ReactNode;
  /** Returns the client, or null until a provider with `options` has made it: on the server and in the first render. */
  useClient(): Client<Events> | null;
  /** Calls `onEvent` for each event of these subjects while the component is mounted. No subjects, no subscription. */
  useEvents<Type extends EventType<Events> = never>(
    subjects: string | readonly string[],
    options: UseEventsOptions<Events, Type>,
  ): void;
  /** Returns the state of the connection and its reason. */
  useConnectionState(): ConnectionState;
}

/** Creates a provider and hooks for these events. Call it once, in a module of its own. */
export function createHooks<Events extends object = UntypedEvents>(): Hooks<Events> {
  const Context = createContext<Client<Events> | null | undefined>(undefined);
  const useClient = () => {
    const client = useContext(Context);
    if (client === undefined) throw new Error(NO_PROVIDER);
    return client;
  };
  return {
    TablecastProvider: (props) => createElement(Context, { value: useProvidedClient(props) }, props.children),
    useClient,
    useEvents: (subjects, options) => useSubscription(useClient(), subjects, options),
    useConnectionState: () => useStateOf(useClient()),
  };
}

const NO_PROVIDER =
  "tablecast: this component has no provider. Render it within <TablecastProvider>, from the same createHooks as the hook";
