import { CollectionClient } from "./collection-client.js";
import { ITEMS, type Versions } from "./simulated-table.js";
import { StateServer } from "./state-server.js";

const MAX_STEPS = 50_000;
const STATE_FAULTS = ["unavailable", "quota-exceeded", "error", "death"];

type Step = [name: string, run: () => void];

/** A client with collections, and a server with a table. Numbers from outside choose each step. */
export class CollectionSimulation {
  readonly server: StateServer;
  readonly client: CollectionClient;
  /** How often each step ran. */
  readonly counts = new Map<string, number>();

  constructor(
    private readonly versions: Versions,
    random: () => number,
  ) {
    this.server = new StateServer(versions, random);
    this.client = new CollectionClient(this.server, versions === "growing", random);
  }

  /** Runs one of the possible steps: mostly progress, seldom a fault. */
  step(choice: number): void {
    const kind = choice % 100;
    const progress = this.#progress();
    const steps = kind < 4 ? this.#faults() : kind < 25 || progress.length === 0 ? this.#triggers() : progress;
    const [name, run] = steps[Math.floor(choice / 100) % steps.length]!;
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    run();
  }

  /** Writes stop. Runs without faults until nothing is left to do. */
  finish(): void {
    for (let steps = 0; steps < MAX_STEPS; steps++) {
      const [next] = this.#progress();
      if (next) next[1]();
      else if (!this.client.isLive) this.client.tick();
      else if (this.server.deadLetters > 0) this.server.redrive();
      else return;
    }
    throw new Error("the simulation does not end");
  }

  /** Nothing changes for so long that every event of the logs expires. */
  #expire(): void {
    for (let pings = 0; pings < 8; pings++) {
      this.client.tick();
      for (let [next] = this.#progress(); next; [next] = this.#progress()) next[1]();
    }
    this.server.expire();
  }

  #faults(): Step[] {
    const { client, server } = this;
    return [
      ...[...server.connections.keys()].map((id): Step => ["cut", () => client.disconnect(id)]),
      ...[...server.connections.keys()].map((id): Step => ["cut", () => client.disconnect(id)]),
      ...client.opening.map((id): Step => ["refused", () => client.disconnect(id)]),
      ["reload", () => client.load()],
      ["failed send", () => server.failSend()],
      ["dispatched twice", () => server.dispatchAgain()],
      ["unavailable", () => server.failNextPing()],
      ["reconnect requested", () => server.requestReconnect()],
      ["trimmed", () => server.trim()],
      ["trimmed", () => server.trim()],
      ["expired", () => this.#expire()],
      ...this.#deadLetters(),
      ...STATE_FAULTS.map((fault): Step => ["state fault", () => server.failNextState(fault)]),
    ];
  }

  /** A late removal cannot end an item whose next versions are lesser. */
  #deadLetters(): Step[] {
    return this.versions === "restarting" ? [] : [["dead letter", () => this.server.bury()]];
  }

  /** Steps that cause others. */
  #triggers(): Step[] {
    const change = (n: number) => this.server.change(ITEMS[n % ITEMS.length]!);
    const changes = Array.from({ length: 20 }, (_, n): Step => ["change", () => change(n)]);
    return [...changes, ["timer", () => this.client.tick()]];
  }

  /** Steps that follow from earlier ones. */
  #progress(): Step[] {
    const { client, server } = this;
    const steps: Step[] = [];
    for (const shard of server.busyShards) steps.push(["stream", () => server.stream(shard)]);
    for (const dispatcher of server.busyDispatchers) steps.push(["dispatch", () => server.dispatch(dispatcher)]);
    for (const id of client.opening) steps.push(["open", () => client.open(id)]);
    for (const id of server.connections.keys()) steps.push(...this.#connectionSteps(id));
    if (server.deadLetters > 2) steps.push(["redrive", () => server.redrive()]);
    if (client.isWaiting) steps.push(["backoff", () => client.tick()]);
    return steps;
  }

  #connectionSteps(id: number): Step[] {
    const { frames, handling, isClosing } = this.server.connections.get(id)!;
    const running = handling.filter((steps) => steps.length > 0);
    const steps = running.map((steps): Step => ["handle", () => steps.shift()!()]);
    if (frames.length > 0) steps.unshift(["receive", () => this.client.receive(id, frames.shift()!)]);
    else if (isClosing) steps.unshift(["closed", () => this.client.disconnect(id)]);
    return steps;
  }
}
