export { type Client, connect, type Options, type SubscribeOptions } from "./client.js";
export type * from "./generated/events.js";
export type { State } from "./machine/effect.js";
export { InvalidEvent, NotRecovered, Refused } from "./problems.js";
export type { CloudEvent, EventOf, EventType, TooLarge, Validate } from "./protocol/event.js";
export { memoryStore, type Store, webStore } from "./stores.js";
export type { Subscription } from "./subscription.js";
