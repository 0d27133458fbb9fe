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
  readonly #renderer: ReactTestRenderer;

  constructor(private readonly options: ClientOptions) {
    this.#renderer = create(this.#app());
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
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
    await act(async () => this.#renderer.unmount());
  }

  #render(subscriptions: SubscribeCommand[]): void {
    this.#subscriptions = subscriptions;
    this.#renderer.update(this.#app());
  }

  #app() {
    const pass = async (name: string) => this.#gates.get(name)?.pass();
    return <App options={this.options} subscriptions={this.#subscriptions} print={print} pass={pass} />;
  }
}

await runProgram((options) => new ReactAdapter(options));
