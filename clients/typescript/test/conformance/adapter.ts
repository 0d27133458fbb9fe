// The TypeScript client as a program of the conformance tests.
import { type Client, type ClientOptions, type Collection, collection, createClient, type Subscription } from "../../src/index.js";
import { printChanges } from "./collection-lines.js";
import type { CollectCommand, SubscribeCommand } from "./configuration.js";
import { describe } from "./describe.js";
import { Gate } from "./gate.js";
import { type Adapter, print, runProgram } from "./program.js";

class ClientAdapter implements Adapter {
  readonly #client: Client;
  readonly #open = new Map<string, { subscription: Subscription<unknown>; gate: Gate }>();
  readonly #collections = new Map<string, Collection<unknown>>();

  constructor(options: ClientOptions) {
    this.#client = createClient(options);
    this.#client.on("state", (state, reason) => void print({ state, reason }));
  }

  subscribe({ name, subjects, types, ...more }: SubscribeCommand): void {
    const gate = new Gate();
    const report = async (line: object) => {
      await gate.pass();
      await print({ subscription: name, ...line });
    };
    const subscription = this.#client.subscribe(subjects, {
      ...more,
      name,
      types: types ?? undefined,
      onEvent: (event) => report({ event }),
      onLate: (late) => report({ late }),
      onGap: ({ source, reason }) => report({ gap: { source, reason } }),
      onError: (error) => report(describe(error)),
    });
    this.#open.set(name, { subscription, gate });
    subscription.ready.then(() => print({ subscription: name, ready: true }), () => {});
  }

  collect({ name, subjects, type }: CollectCommand): void {
    const onError = (error: Error) => void print({ collection: name, ...describe(error) });
    const collected = collection(this.#client, subjects, { type, onError });
    printChanges(name, collected);
    this.#collections.set(name, collected);
  }

  unsubscribe(name: string): void {
    this.#open.get(name)?.subscription.close();
    this.#collections.get(name)?.close();
  }

  hold(name: string): void {
    this.#open.get(name)?.gate.close();
  }

  read(name: string): void {
    this.#open.get(name)?.gate.open();
  }

  close(): void {
    this.#client.close();
  }
}

await runProgram((options) => new ClientAdapter(options));
