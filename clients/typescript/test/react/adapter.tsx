// The hooks as a program of the conformance tests: an application without a DOM.
import { act, create, type ReactTestRenderer } from "react-test-renderer";
import type { ClientOptions } from "../../src/index.js";
import type { SubscribeCommand } from "../conformance/configuration.js";
import { Gate } from "../conformance/gate.js";
import { type Adapter, print, runProgram } from "../conformance/program.js";
import { App } from "./app.js";

class ReactAdapter implements Adapter {
  #subscriptions: SubscribeCommand[] = [];
  readonly #gates = new Map<string, Gate>();
  #renderer: ReactTestRenderer | undefined;

  /** The first components appear together, and subscribe before the connection opens: `act` lets no message in between. */
  constructor(private readonly options: ClientOptions) {
    setImmediate(() => withoutPause(() => (this.#renderer = create(this.#app()))));
  }

  subscribe(command: SubscribeCommand): void {
    this.#gates.set(command.name, new Gate());
    this.#render([...this.#subscriptions, command]);
  }

  unsubscribe(name: string): void {
    this.#render(this.#subscriptions.filter((one) => one.name !== name));
  }

  hold(name: string): void {
    this.#gates.get(name)?.close();
  }

  read(name: string): void {
    this.#gates.get(name)?.open();
  }

  /** Returns when the effects have ended. Otherwise the process could exit before the client saves its progress. */
  async close(): Promise<void> {
    await withoutPause(() => this.#renderer?.unmount());
  }

  #render(subscriptions: SubscribeCommand[]): void {
    this.#subscriptions = subscriptions;
    this.#renderer?.update(this.#app());
  }

  #app() {
    const pass = async (name: string) => this.#gates.get(name)?.pass();
    return <App options={this.options} subscriptions={this.#subscriptions} print={print} pass={pass} />;
  }
}

/** Returns when the effects of a render have ended. */
async function withoutPause(render: () => void): Promise<void> {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  await act(async () => render());
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: false });
}

await runProgram((options) => new ReactAdapter(options));
