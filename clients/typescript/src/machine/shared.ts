import type { Control, Validate } from "../protocol/event.js";
import type { Message } from "../protocol/message.js";
import type { Effect } from "./effect.js";
import type { Interest } from "./interest.js";
import type { Settings } from "./settings.js";

/** What the connections have in common. */
export interface Shared {
  settings: Settings;
  random: () => number;
  validate: Validate | undefined;
  /** What the application wants. */
  interests: Set<Interest>;
  effects: Effect[];
}

export type Unnumbered<M = Message> = M extends Message ? Omit<M, "id"> : never;

/** A control event of this type. */
export type Of<Type extends Control["type"]> = Extract<Control, { type: Type }>;
