import type { Validate } from "../protocol/event.js";
import type { Effect } from "./effect.js";
import type { SubscriptionState } from "./subscription-state.js";
import type { Timing } from "./timing.js";

/** Everything that the connections of one machine share. */
export interface Context {
  timing: Timing;
  random: () => number;
  validate: Validate | undefined;
  /** The subscriptions of the application. */
  subscriptions: Set<SubscriptionState>;
  effects: Effect[];
}
