// The types of events and gaps. `npm run build:test` fails if a line is wrong.
import { type Client, type Collection, collection, type EventType, type Gap } from "../../src/index.js";
import type { Received, SubscribeOptions, Subscription } from "../../src/index.js";

interface Events {
  "order.placed.v1": { total: string };
  "order.cancelled.v1": { reason?: string };
}

type Same<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;

/** Compiles only if the type is `true`. */
function check<_IsTrue extends true>(): void {}

declare const client: Client<Events>;
declare const untyped: Client;

export async function eachItemIsAGapOrAnEvent(): Promise<void> {
  for await (const item of client.subscribe("orders/*")) {
    check<Same<typeof item, Received<Events> | Gap>>();
    if (item.type === "gap") check<Same<typeof item, Gap>>();
    else if (item.type === "order.placed.v1") check<Same<typeof item.data, { total: string }>>();
    else check<Same<typeof item.subject, string | undefined>>();
  }
}

export function aSwitchNeedsADefaultForNewerTypes(item: Received<Events> | Gap): string | undefined {
  switch (item.type) {
    case "gap":
      return item.reason;
    case "order.placed.v1":
      return item.data.total;
    case "order.cancelled.v1":
      return item.data.reason;
    case "tablecast.event-too-large.v1":
      return item.data.subject;
    default:
      check<Same<typeof item.data, unknown>>();
      return item.type;
  }
}

// @ts-expect-error: without a default, a newer type returns nothing.
export function withoutADefault(item: Received<Events>): number {
  switch (item.type) {
    case "order.placed.v1":
    case "order.cancelled.v1":
    case "tablecast.event-too-large.v1":
      return 1;
  }
}

export function noOtherNameIsATypeOfEvent(item: Received<Events>): boolean {
  // @ts-expect-error: a wrong name.
  return item.type === "order.plased.v1";
}

export async function typesNarrowTheUnion(): Promise<void> {
  const placed = client.subscribe("orders/*", {
    types: ["order.placed.v1"],
    onEvent: (event) => check<Same<typeof event, Received<Events, "order.placed.v1">>>(),
    onLate: (event) => check<Same<typeof event, Received<Events, "order.placed.v1">>>(),
  });
  check<Same<typeof placed, Subscription<Received<Events, "order.placed.v1">>>>();
  for await (const item of placed) {
    if (item.type === "gap" || item.type === "tablecast.event-too-large.v1") continue;
    check<Same<typeof item.data, { total: string }>>();
  }
  const all: EventType<Events>[] = ["order.placed.v1", "order.cancelled.v1"];
  check<Same<ReturnType<typeof client.subscribe<EventType<Events>>>, Subscription<Received<Events, EventType<Events>>>>>();
  client.subscribe("orders/*", { types: all });
  // @ts-expect-error: not a type of `Events`.
  client.subscribe("orders/*", { types: ["order.plased.v1"] });
}

export async function withoutATypeArgumentDataIsUnknown(names: string[]): Promise<void> {
  for await (const item of untyped.subscribe("orders/*", { types: names })) {
    if (item.type === "gap") check<Same<typeof item, Gap>>();
    else if (item.type === "order.placed.v1") check<Same<typeof item.data, unknown>>();
    else check<Same<typeof item.data, unknown>>();
  }
  untyped.subscribe("orders/*", { onEvent: (event) => check<Same<typeof event.data, unknown>>() });
}

export function anOptionCanBeUndefined(options: SubscribeOptions<Events>): void {
  client.subscribe("orders/*", { ...options, types: undefined, onGap: undefined, signal: undefined, newestOnly: undefined });
}

export function aCollectionHasTheDataOfItsType(): void {
  const placed = collection(client, "orders/*", { type: "order.placed.v1" });
  check<Same<typeof placed, Collection<{ total: string }>>>();
  for (const [subject, data] of placed) check<Same<[typeof subject, typeof data], [string, { total: string }]>>();
  check<Same<ReturnType<typeof placed.get>, { total: string } | undefined>>();
  check<Same<typeof placed.items, ReadonlyMap<string, { total: string }>>>();
  // @ts-expect-error: not a type of `Events`.
  collection(client, "orders/*", { type: "order.plased.v1" });
  // @ts-expect-error: the map is read-only.
  placed.items.set("orders/1", { total: "1" });
  const unknown = collection(untyped, ["orders/*"], { type: "order.v1", onError: undefined, signal: undefined });
  check<Same<typeof unknown, Collection<unknown>>>();
}
