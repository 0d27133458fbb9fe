import { useEffect } from "react";
import type { Client } from "../client.js";
import type { EventType, Gap } from "../events.js";
import type { SubscribeOptions } from "../options.js";
import { Callbacks } from "./callbacks.js";
import { type Latest, useLatest } from "./latest.js";

/** The options of `useEvents`. Each call of a callback waits for the one before. */
export interface UseEventsOptions<Events extends object, Type extends EventType<Events> = never>
  extends Omit<SubscribeOptions<Events, Type>, "signal" | "onGap"> {
  /** Called when the server confirmed the subscription: fetch the current state here. Events wait for its promise. The
   * signal aborts when the component unmounts, or subscribes to something else. */
  onReady?: ((signal: AbortSignal) => unknown) | undefined;
  /** Called for each gap: events may be missing. Fetch the current state again. Events wait for its promise. */
  onGap?: ((gap: Gap, signal: AbortSignal) => unknown) | undefined;
}

/** Receives events while the component is mounted. */
export function useSubscription<Events extends object, Type extends EventType<Events>>(
  client: Client<Events> | null,
  subjects: string | readonly string[],
  options: UseEventsOptions<Events, Type>,
): void {
  const filter = filterOf(subjects, options);
  const latest = useLatest({ client, filter, options });
  useEffect(() => (client ? subscribe(client, filter, latest) : undefined), [client, filter, latest]);
}

/** The arguments of the last render. */
export interface Rendered<Events extends object, Type extends EventType<Events>> {
  client: Client<Events> | null;
  filter: string;
  options: UseEventsOptions<Events, Type>;
}

/** A change of these needs another subscription. */
interface Filter<Type> {
  subjects: string[];
  types?: Type[];
  name?: string;
  newestOnly?: boolean;
}

/** Returns the filter as text. The order of subjects and types makes no difference. */
function filterOf<Events extends object, Type extends EventType<Events>>(
  subjects: string | readonly string[],
  { types, name, newestOnly }: UseEventsOptions<Events, Type>,
): string {
  return JSON.stringify({ subjects: sorted([subjects].flat()), types: types && sorted(types), name, newestOnly });
}

function sorted<T>(items: readonly T[]): T[] {
  return [...new Set(items)].sort();
}

/** Returns a function that ends the subscription. */
function subscribe<Events extends object, Type extends EventType<Events>>(
  client: Client<Events>,
  text: string,
  latest: Latest<Rendered<Events, Type>>,
): (() => void) | undefined {
  const { subjects, ...filter }: Filter<Type> = JSON.parse(text);
  if (subjects.length === 0 || filter.types?.length === 0) return undefined;
  const controller = new AbortController();
  const { signal } = controller;
  const callbacks = new Callbacks(latest, signal);
  const { bookmark } = latest.current.options;
  const { ready } = client.subscribe<Type>(subjects, { ...filter, ...callbacks.all, bookmark, signal });
  // `onError` receives a refusal.
  ready.then(() => callbacks.confirmed(), () => {});
  return () => controller.abort();
}
