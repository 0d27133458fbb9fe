// Where a connection is cut: at each step of the protocol, before it, within its bytes, or after it.

/** A step, as the bytes that pass tell it. */
export type Step =
  | "connection"
  | "request"
  | "response"
  | "subscribe"
  | "ping"
  | "resumed"
  | "told again"
  | "subscribed"
  | "event"
  | "pong";

/** `silence`: nothing passes any more, but nobody is told. */
export type How = "before" | "within" | "after" | "silence";

export interface Cut {
  /** Some time is when it has not come to the step. */
  at: Step | "some time";
  how: How;
  /** Of such steps of the connection: 1 is the first. */
  nth: number;
  /** Which, of a client that moves from the one to the other. */
  whose: "this" | "other" | "both";
}

const STEPS: Step[] = ["request", "response", "subscribe", "ping", "resumed", "told again", "subscribed", "event", "pong"];
/** Where a client that hears nothing finds it out by a ping, in ten seconds. */
const NOTICED: Step[] = ["subscribe", "ping", "resumed", "event"];
const HOWS: How[] = ["before", "within", "after"];

/** All kinds, over and over, each time in another order. */
export class Cuts {
  readonly fired = new Map<string, number>();
  #deck: Cut[] = [];
  #hasBegun = false;

  constructor(
    /** Of all that may fire: then everything passes. */
    readonly most: number,
    private readonly random: () => number,
  ) {}

  get count(): number {
    return [...this.fired.values()].reduce((sum, one) => sum + one, 0);
  }

  begin(): void {
    this.#hasBegun = true;
  }

  /** What is to happen to the next connection. */
  draw(): Cut | undefined {
    if (!this.#hasBegun || this.count >= this.most) return undefined;
    if (this.#deck.length === 0) this.#deck = shuffled(this.#kinds(), this.random);
    return this.#deck.pop();
  }

  /** `moving`: whose it was, of two connections. */
  fire({ at, how }: Cut, moving: string): void {
    const name = `${how} ${at}${moving}`;
    this.fired.set(name, (this.fired.get(name) ?? 0) + 1);
  }

  #kinds(): Cut[] {
    const steps = STEPS.flatMap((at) => HOWS.map((how): Cut => ({ at, how, ...this.#which() })));
    const early: Cut = { at: "connection", how: "before", nth: 1, whose: "this" };
    const silence: Cut = { at: this.#one(NOTICED), how: "silence", ...this.#which() };
    return [...steps, early, silence];
  }

  #which(): Pick<Cut, "nth" | "whose"> {
    return { nth: this.#one([1, 1, 1, 2, 5]), whose: this.#one(["this", "other", "both"]) };
  }

  #one<T>(of: readonly T[]): T {
    return of[Math.floor(this.random() * of.length)]!;
  }
}

function shuffled<T>(all: T[], random: () => number): T[] {
  return all.map((one) => ({ one, at: random() })).sort((a, b) => a.at - b.at).map(({ one }) => one);
}
