import type { SimulatedApp } from "./simulated-app.js";
import { SimulatedClient } from "./simulated-client.js";
import { SimulatedServer, SUBJECTS } from "./simulated-server.js";

const MAX_STEPS = 20_000;

type Step = [name: string, run: () => void];

/** A client and a server. Numbers from outside choose each step. */
export class Simulation {
  readonly server = new SimulatedServer();
  readonly client: SimulatedClient;
  /** How often each step ran. */
  readonly counts = new Map<string, number>();

  constructor(private readonly random: () => number) {
    this.client = new SimulatedClient(this.server, random);
  }

  /** Runs one of the possible steps: mostly progress, seldom a fault. */
  step(choice: number): void {
    const kind = choice % 100;
    const progress = this.#progress();
    const steps = kind < 3 ? this.#faults() : kind < 25 || progress.length === 0 ? this.#triggers() : progress;
    const [name, run] = steps[Math.floor(choice / 100) % steps.length]!;
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    run();
  }

  /** Runs without faults until every event has been delivered. */
  finish(): void {
    for (let steps = 0; steps < MAX_STEPS; steps++) {
      const [next] = this.#progress();
      if (next) next[1]();
      else if (this.client.state !== "live") this.client.tick();
      else return;
    }
    throw new Error(`the simulation does not end: ${this.client.state}`);
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
      ...client.opening.map((id): Step => ["refused", () => client.disconnect(id)]),
      ["reload", () => client.load()],
      ...client.apps.map((app): Step => ["pause", () => client.pause(app)]),
      ["failed send", () => server.failSend()],
      ["dispatched twice", () => server.dispatchAgain()],
      ["unavailable", () => server.failNextPing()],
      ["explained", () => server.refuseNext()],
      ["reconnect requested", () => server.requestReconnect()],
      ["expired", () => this.#expire()],
    ];
  }

  /** Steps that cause others. */
  #triggers(): Step[] {
    const write = (n: number) => this.server.write(SUBJECTS[n % 3]!, this.random, this.client.now);
    const writes = Array.from({ length: 20 }, (_, n): Step => ["write", () => write(n)]);
    return [...writes, ["timer", () => this.client.tick()]];
  }

  /** Steps that follow from earlier ones. */
  #progress(): Step[] {
    const { client, server } = this;
    const steps: Step[] = [];
    for (const dispatcher of server.busyDispatchers) steps.push(["dispatch", () => server.dispatch(dispatcher)]);
    for (const id of client.opening) steps.push(["open", () => client.open(id)]);
    for (const id of server.connections.keys()) steps.push(...this.#connectionSteps(id));
    for (const app of client.apps) steps.push(...this.#appSteps(app));
    if (client.state === "waiting") steps.push(["backoff", () => client.tick()]);
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

  #appSteps(app: SimulatedApp): Step[] {
    if (app.queue.length > 0) return [["read", () => app.read(this.server.events)]];
    return app.paused ? [["drained", () => this.client.resume(app)]] : [];
  }
}
