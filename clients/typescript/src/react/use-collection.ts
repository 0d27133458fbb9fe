import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { Client } from "../client.js";
import { collection } from "../collection.js";
import { Refused } from "../errors.js";
import type { EventType, UntypedEvents } from "../events.js";
import { type CollectionView, type Items, type Source, ViewCache } from "./collection-view.js";
import type { Hooks } from "./hooks.js";
import { type Latest, useLatest } from "./latest.js";

export interface UseCollectionOptions<Data, Type, Selected> {
  /** The type of the state, such as `order.v1`. */
  type: Type;
  /** Returns what the component shows of the items. The component renders again only if that differs: another value, or
   * an array with other elements. Default: all items. */
  select?: ((items: Items<Data>) => Selected) | undefined;
  /** Receives each `Refused` and `InvalidEvent`. Default: the console shows it. */
  onError?: ((error: Error) => unknown) | undefined;
}

export interface UseCollection<Events extends object> {
  /** Loads the state of these subjects, and follows it while the component is mounted. No subjects, no collection. */
  <Type extends EventType<Events>, Selected = Items<Events[Type]>>(
    subjects: string | readonly string[],
    options: UseCollectionOptions<Events[Type], Type, Selected>,
  ): CollectionView<Selected>;
}

type ErrorListener = (error: Error) => unknown;

/** Creates a hook for the state of these events. An application without it does not load the rules of collections. */
export function createCollectionHook<Events extends object = UntypedEvents>({
  useClient,
}: Pick<Hooks<Events>, "useClient">): UseCollection<Events> {
  return <Type extends EventType<Events>, Selected>(
    subjects: string | readonly string[],
    { type, select = all, onError }: UseCollectionOptions<Events[Type], Type, Selected>,
  ) => {
    const source = useSource(useClient(), subjects, type, useLatest(onError));
    const cache = useMemo(() => new ViewCache<Events[Type], Selected>(source), [source]);
    const subscribe = useCallback((changed: () => void) => source?.collection.on("change", changed) ?? (() => {}), [source]);
    const current = () => cache.view(select);
    return useSyncExternalStore(subscribe, current, current);
  };
}

function all<Selected>(items: unknown): Selected {
  return items as Selected;
}

/** Makes the collection in an effect: never on the server, nor for a render that React discards. */
function useSource<Events extends object, Type extends EventType<Events>>(
  client: Client<Events> | null,
  subjects: string | readonly string[],
  type: Type,
  onError: Latest<ErrorListener | undefined>,
): Source<Events[Type]> | undefined {
  const [source, setSource] = useState<Source<Events[Type]>>();
  const filter = JSON.stringify([...new Set([subjects].flat())].sort());
  useEffect(() => {
    const wanted: string[] = JSON.parse(filter);
    if (!client || wanted.length === 0) return undefined;
    const made = makeSource(client, wanted, type, onError);
    setSource(made);
    return () => {
      made.collection.close();
      setSource(undefined);
    };
  }, [client, filter, type, onError]);
  return source;
}

function makeSource<Events extends object, Type extends EventType<Events>>(
  client: Client<Events>,
  subjects: string[],
  type: Type,
  listener: Latest<ErrorListener | undefined>,
): Source<Events[Type]> {
  const onError = (error: Error) => {
    if (error instanceof Refused) source.error = error;
    return (listener.current ?? console.error)(error);
  };
  const source: Source<Events[Type]> = { collection: collection(client, subjects, { type, onError }), error: undefined };
  return source;
}
