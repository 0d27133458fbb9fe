export { type Client, connect } from "./client.js";
export { InvalidEvent, NotRecovered, Refused } from "./errors.js";
export type * from "./generated/events.js";
export type { State } from "./machine/effect.js";
export type { Options, SubscribeOptions } from "./options.js";
export type { CloudEvent, EventOf, EventType, TooLarge, Validate } from "./protocol/event.js";
export { memoryStore, type Store, webStore } from "./stores.js";
export type { Subscription } from "./subscription.js";
