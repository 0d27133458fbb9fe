import type { ClientMessage } from "../../src/protocol/message.js";
import { matches } from "../../src/protocol/subject.js";
import { event, state, unavailable } from "../server-events.js";
import { type Connection, SimulatedServer } from "./simulated-server.js";
import { type Change, ITEMS, SimulatedTable, TYPE, type Versions } from "./simulated-table.js";

/** The most items of one page. */
const PAGE = 2;

interface Result {
  subject: string;
  complete: boolean;
  items: number;
  next?: string;
  reason?: string;
}

/** A server with a table. The stream of its changes has a shard for each channel. */
export class StateServer extends SimulatedServer {
  readonly table: SimulatedTable;
  now = 0;
  /** How often each fault of a request of state happened. */
  readonly stateFaults = new Map<string, number>();
  readonly #shards: Change[][] = [[], []];
  #dead: Change[] = [];
  #nextFault: string | undefined;

  constructor(
    versions: Versions,
    private readonly random: () => number,
  ) {
    super();
    this.table = new SimulatedTable(versions);
  }

  /** Writes, or sometimes deletes, an item. */
  change(subject: string): void {
    const kind = this.random();
    if (kind < 0.1) return this.table.touch(subject);
    const change = kind < 0.3 ? this.table.delete(subject, this.now) : this.table.write(subject, this.now);
    if (change) this.#shards[ITEMS.indexOf(subject) % 2]!.push(change);
  }

  get busyShards(): Change[][] {
    return this.#shards.filter((changes) => changes.length > 0);
  }

  get deadLetters(): number {
    return this.#dead.length;
  }

  /** Appends the next change to the log. */
  stream(shard: Change[]): void {
    this.#append(shard.shift()!);
  }

  /** A change becomes a dead letter. Later ones of its subject go on. */
  bury(): void {
    const [shard] = this.busyShards;
    if (shard) this.#dead.push(shard.shift()!);
  }

  redrive(): void {
    for (const change of this.#dead.splice(0)) this.#append(change);
  }

  failNextState(fault: string): void {
    this.#nextFault = fault;
  }

  override handle(id: number, message: ClientMessage): void {
    const connection = this.connections.get(id);
    if (message.action !== "state" || !connection) return super.handle(id, message);
    if (!connection.isClosing && !connection.isRefused) connection.handling.push(this.#stateSteps(connection, message));
  }

  /** An event that is older than one of its subject is late. */
  #append({ subject, sequence, type, members }: Change): void {
    const { logged } = this.table;
    const newest = logged.get(subject) ?? 0;
    const late = sequence < newest ? { late: true } : {};
    logged.set(subject, Math.max(newest, sequence));
    this.append(subject, type, this.now, { ...members, ...late });
  }

  /** Reads the ends of the logs first, then each item, and sends the result. Anything can happen between two steps. */
  #stateSteps(connection: Connection, message: ClientMessage<"state">): (() => void)[] {
    const fault = this.#takeFault();
    const steps: (() => void)[] = [];
    let ends: Record<string, string> = {};
    const results: Result[] = [];
    const reply = () => void connection.frames.push(state(message.id, results, ends));
    const read = () => {
      ends = this.sources(message.subjects);
      if (fault === "error") return void connection.frames.push(unavailable(message.id));
      steps.push(...this.#pageSteps(connection, message, fault, results));
      if (fault !== "death") steps.push(reply);
    };
    steps.push(read);
    return steps;
  }

  #pageSteps(
    connection: Connection, { id, subjects, next }: ClientMessage<"state">, fault: string | undefined, results: Result[],
  ): (() => void)[] {
    const steps: (() => void)[] = [];
    let left = PAGE;
    for (const [n, subject] of subjects.entries()) {
      const from = n === 0 ? next : undefined;
      const keys = ITEMS.filter((item) => matches(subject, item) && (from === undefined || item > from));
      const page = keys.slice(0, left);
      left -= page.length;
      steps.push(...page.map((item) => () => this.#sendItem(connection, id, item)));
      if (!connection.subscriptions.has(subject)) {
        results.push({ subject, complete: false, items: 0, reason: "not-granted" });
        continue;
      }
      const isTemporary = n === 0 && (fault === "unavailable" || fault === "quota-exceeded");
      const result = { subject, items: page.length, complete: !isTemporary && page.length === keys.length };
      if (isTemporary) results.push({ ...result, reason: fault });
      else if (result.complete || page.length === 0) results.push(result);
      else results.push({ ...result, next: page.at(-1)! });
    }
    return steps;
  }

  #sendItem({ frames }: Connection, snapshot: string, subject: string): void {
    const row = this.table.rows.get(subject);
    if (!row) return;
    const skew = Math.floor(this.random() * 4000) - 2000;
    const [id, time] = [`${snapshot}:${subject}`, new Date(this.now + skew).toISOString()];
    const source = `tablecast/${subject[0]}`;
    frames.push(event(TYPE, { place: row.place }, { id, source, subject, snapshot, version: row.version, time }));
  }

  #takeFault(): string | undefined {
    const fault = this.#nextFault;
    this.#nextFault = undefined;
    if (fault) this.stateFaults.set(fault, (this.stateFaults.get(fault) ?? 0) + 1);
    return fault;
  }
}
