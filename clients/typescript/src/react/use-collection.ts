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

/** A source, and what it was made for. */
interface Made<Events extends object, Type extends EventType<Events>> extends Source<Events[Type]> {
  client: Client<Events>;
  filter: string;
  type: Type;
}

/** Makes the collection in an effect: never on the server, nor for a render that React discards. */
function useSource<Events extends object, Type extends EventType<Events>>(
  client: Client<Events> | null,
  subjects: string | readonly string[],
  type: Type,
  onError: Latest<ErrorListener | undefined>,
): Source<Events[Type]> | undefined {
  const [made, setMade] = useState<Made<Events, Type>>();
  const filter = JSON.stringify([...new Set([subjects].flat())].sort());
  useEffect(() => {
    const wanted: string[] = JSON.parse(filter);
    if (!client || wanted.length === 0) return undefined;
    const source = makeSource({ client, filter, type }, wanted, onError);
    setMade(source);
    return () => {
      source.collection.close();
      setMade(undefined);
    };
  }, [client, filter, type, onError]);
  // Effects run after the render: in the first one with other subjects, the source is still that of the ones before.
  return made?.client === client && made?.filter === filter && made.type === type ? made : undefined;
}

function makeSource<Events extends object, Type extends EventType<Events>>(
  key: Pick<Made<Events, Type>, "client" | "filter" | "type">,
  subjects: string[],
  listener: Latest<ErrorListener | undefined>,
): Made<Events, Type> {
  const { client, type } = key;
  const onError = (error: Error) => {
    if (error instanceof Refused) source.error = error;
    return (listener.current ?? console.error)(error);
  };
  const source = { ...key, collection: collection(client, subjects, { type, onError }), error: undefined as Refused | undefined };
  return source;
}
