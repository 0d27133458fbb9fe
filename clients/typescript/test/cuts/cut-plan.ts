// Plans where a proxy cuts connections: at each step of the protocol, before, within or after its bytes.

/** A step of the protocol, as the bytes show it. */
export type ProtocolStep =
  | "connection"
  | "request"
  | "response"
  | "subscribe"
  | "ping"
  | "resumed"
  | "replayed"
  | "subscribed"
  | "event"
  | "pong";

/** `silence` stops all bytes, and leaves both connections open. */
export type CutMode = "before" | "within" | "after" | "silence";

export interface Cut {
  /** `any time` is a connection that did not reach its step. */
  at: ProtocolStep | "any time";
  mode: CutMode;
  /** Cuts at the nth such step of the connection, from 1. */
  nth: number;
  /** The connections to cut while the client moves. */
  target: "this" | "other" | "both";
}

const STEPS: ProtocolStep[] = [
  "request", "response", "subscribe", "ping", "resumed", "replayed", "subscribed", "event", "pong",
];
/** After these steps, a ping detects silence within ten seconds. */
const SILENT_STEPS: ProtocolStep[] = ["subscribe", "ping", "resumed", "event"];
const MODES: CutMode[] = ["before", "within", "after"];

/** Deals every kind of cut in random order, again and again. */
export class CutPlan {
  /** How often each kind of cut happened. */
  readonly counts = new Map<string, number>();
  #deck: Cut[] = [];
  #hasStarted = false;

  constructor(
    readonly max: number,
    private readonly random: () => number,
  ) {}

  get total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  start(): void {
    this.#hasStarted = true;
  }

  /** Returns the cut for the next connection, if any. */
  draw(): Cut | undefined {
    if (!this.#hasStarted || this.total >= this.max) return undefined;
    if (this.#deck.length === 0) this.#deck = shuffled(this.#kinds(), this.random);
    return this.#deck.pop();
  }

  record({ at, mode }: Cut, target: string): void {
    const name = `${mode} ${at}${target}`;
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  /** Returns the counts as text. */
  report(): string {
    return [...this.counts].sort().map(([name, count]) => `${name}: ${count}`).join("\n");
  }

  #kinds(): Cut[] {
    const steps = STEPS.flatMap((at) => MODES.map((mode): Cut => ({ at, mode, ...this.#occurrence() })));
    const refused: Cut = { at: "connection", mode: "before", nth: 1, target: "this" };
    const silence: Cut = { at: this.#pick(SILENT_STEPS), mode: "silence", ...this.#occurrence() };
    return [...steps, refused, silence];
  }

  #occurrence(): Pick<Cut, "nth" | "target"> {
    return { nth: this.#pick([1, 1, 1, 2, 5]), target: this.#pick(["this", "other", "both"]) };
  }

  #pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.random() * items.length)]!;
  }
}

function shuffled<T>(items: T[], random: () => number): T[] {
  return items.map((item) => ({ item, key: random() })).sort((a, b) => a.key - b.key).map(({ item }) => item);
}
