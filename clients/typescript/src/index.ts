export { type Client, createClient } from "./client.js";
export { type Collection, type CollectionChange, type CollectionOptions, type CollectionStatus, collection } from "./collection.js";
export { InvalidEvent, Refused } from "./errors.js";
export type { EventOf, EventType, Gap, GapReason, NewerEvent, Received, UntypedEvents } from "./events.js";
export type { State } from "./machine/effect.js";
export type { ClientOptions, StateListener, SubscribeOptions } from "./options.js";
export type { CloudEvent, TooLarge, Validate } from "./protocol/event.js";
export { createStore, memoryStore, type Store, type StoreCallbacks, type WebStorage, webStore } from "./stores.js";
export type { Subscription } from "./subscription.js";
