import type { Effect, State } from "./machine/effect.js";
import type { Interest } from "./machine/interest.js";
import { Machine } from "./machine/machine.js";
import type { Step } from "./machine/progress.js";
import { DEFAULTS, type Settings } from "./machine/settings.js";
import type { Validate } from "./protocol/event.js";
import { expiry } from "./protocol/token.js";
import { protocols, Socket, type WebSocketConstructor } from "./socket.js";

export interface ConnectionOptions extends Partial<Settings> {
  /** `wss://...` */
  url: string;
  /** Asked for each connection, and before the one that it gave expires. */
  token?: () => string | undefined | Promise<string | undefined>;
  /** From `tablecast-client/validators`, to check every event against its schema. */
  validate?: Validate;
  /** Where none is built in: `import { WebSocket } from "ws"`. */
  WebSocket?: WebSocketConstructor;
  /** Told every change of state, and why. */
  onState?: (state: State, why: string) => void;
}

export interface Receiver {
  deliver(interest: Interest, step: Step): void;
  confirm(interest: Interest): void;
}

/** The longest that a timer can wait (ms). */
const LONGEST = 2 ** 31 - 1;

/** Does what the machine wants: with sockets, tokens and the clock. */
export class Connections {
  readonly machine: Machine;
  /** No socket yet, while a token is got for it. */
  readonly #sockets = new Map<number, Socket | undefined>();
  readonly #WebSocket: WebSocketConstructor;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly options: ConnectionOptions,
    private readonly receiver: Receiver,
  ) {
    const builtIn = (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket;
    const constructor = options.WebSocket ?? builtIn;
    if (!constructor) throw new Error('there is no WebSocket here: give one, such as `import { WebSocket } from "ws"`');
    this.#WebSocket = constructor;
    this.machine = new Machine({ ...DEFAULTS, ...options }, Math.random, options.validate);
    globalThis.addEventListener?.("online", this.#online);
    this.run(this.machine.start(Date.now()));
  }

  run(effects: Effect[]): void {
    for (const effect of effects) this.#perform(effect);
    this.#arm();
  }

  close(): void {
    globalThis.removeEventListener?.("online", this.#online);
    this.run(this.machine.close(Date.now()));
  }

  #online = () => this.run(this.machine.nudge(Date.now()));

  #perform(effect: Effect): void {
    if (effect.do === "open") void this.#open(effect.link);
    else if (effect.do === "send") this.#sockets.get(effect.link)?.send(JSON.stringify(effect.message));
    else if (effect.do === "drop") this.#drop(effect.link);
    else if (effect.do === "renew") void this.#renew(effect.link);
    else if (effect.do === "deliver") this.receiver.deliver(effect.interest, effect.step);
    else if (effect.do === "confirm") this.receiver.confirm(effect.interest);
    else queueMicrotask(() => this.options.onState?.(effect.state, effect.why));
  }

  async #open(link: number): Promise<void> {
    this.#sockets.set(link, undefined);
    try {
      const token = await this.options.token?.();
      if (!this.#sockets.has(link)) return;
      const socket = new this.#WebSocket(this.options.url, protocols(token));
      this.#sockets.set(link, new Socket(socket, this.#listener(link, token)));
    } catch (error) {
      this.run(this.machine.lost(link, `cannot connect: ${said(error)}`, Date.now()));
    }
  }

  #listener(link: number, token: string | undefined) {
    return {
      opened: () => this.run(this.machine.opened(link, expiry(token), Date.now())),
      received: (frame: string) => this.run(this.machine.received(link, frame, Date.now())),
      lost: (why: string) => this.run(this.machine.lost(link, why, Date.now())),
    };
  }

  #drop(link: number): void {
    this.#sockets.get(link)?.drop();
    this.#sockets.delete(link);
  }

  async #renew(link: number): Promise<void> {
    try {
      const token = await this.options.token?.();
      if (token === undefined) throw new Error("there is no token now");
      this.run(this.machine.renewed(link, token, Date.now()));
    } catch {
      this.run(this.machine.notRenewed(link, Date.now()));
    }
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const { wakeAt } = this.machine;
    if (wakeAt === Infinity) return;
    const wait = Math.min(Math.max(wakeAt - Date.now(), 0), LONGEST);
    this.#timer = setTimeout(() => this.run(this.machine.tick(Date.now())), wait);
  }
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
