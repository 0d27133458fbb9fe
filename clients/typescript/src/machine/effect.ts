import type { Message } from "../protocol/message.js";
import type { Interest } from "./interest.js";
import type { Step } from "./progress.js";

export type State =
  /** Getting a token, opening a connection. */
  | "connecting"
  /** Open; not every subscription is confirmed and caught up. */
  | "subscribing"
  /** Everything arrives as it happens. */
  | "live"
  /** Live, while another connection is made that takes its place. */
  | "moving"
  /** Without a connection, until the next attempt. */
  | "waiting"
  /** For good. */
  | "closed";

/** What the machine wants done. Links are named by numbers. */
export type Effect =
  /** Get a token and open a connection; then say `opened`, or `lost`. */
  | { do: "open"; link: number }
  | { do: "send"; link: number; message: Message }
  /** Close it; nothing that it says counts any more. */
  | { do: "drop"; link: number; why: string }
  /** Get another token; then say `renewed`, or `notRenewed`. */
  | { do: "renew"; link: number }
  | { do: "deliver"; interest: Interest; step: Step }
  | { do: "confirm"; interest: Interest }
  | { do: "state"; state: State; why: string };
