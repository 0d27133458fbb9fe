import type { Delivery } from "./machine/delivery.js";
import type { Effect, State } from "./machine/effect.js";
import { Machine } from "./machine/machine.js";
import type { SubscriptionConfig, SubscriptionState } from "./machine/subscription-state.js";
import { DEFAULT_TIMING } from "./machine/timing.js";
import type { TransportOptions } from "./options.js";
import { expiry } from "./protocol/token.js";
import { protocols, Socket, type SocketListener, type WebSocketConstructor } from "./socket.js";

/** The receiver of one subscription's deliveries. */
export interface Receiver {
  deliver(delivery: Delivery): void;
  confirm(): void;
}

/** The longest delay of a timer (ms). */
const MAX_DELAY = 2 ** 31 - 1;

/** Runs the effects of the machine with sockets, tokens and a timer. */
export class Transport {
  readonly #machine: Machine;
  readonly #receivers = new Map<SubscriptionState, Receiver>();
  /** A connection has no socket until it has a token. */
  readonly #sockets = new Map<number, Socket | undefined>();
  readonly #WebSocket: WebSocketConstructor;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: TransportOptions) {
    this.#WebSocket = options.WebSocket ?? globalWebSocket();
    this.#machine = new Machine({ ...DEFAULT_TIMING, ...options }, Math.random, options.validate);
    globalThis.addEventListener?.("online", this.#online);
    this.#run(this.#machine.start(Date.now()));
  }

  get state(): State {
    return this.#machine.state;
  }

  createSubscription(config: SubscriptionConfig): SubscriptionState {
    return this.#machine.createSubscription(config);
  }

  subscribe(subscription: SubscriptionState, receiver: Receiver): void {
    this.#receivers.set(subscription, receiver);
    this.#run(this.#machine.subscribe(subscription, Date.now()));
  }

  /** Ends the deliveries at once. */
  unsubscribe(subscription: SubscriptionState): void {
    this.#receivers.delete(subscription);
    this.#run(this.#machine.unsubscribe(subscription, Date.now()));
  }

  close(): void {
    globalThis.removeEventListener?.("online", this.#online);
    this.#run(this.#machine.close(Date.now()));
  }

  #online = () => this.#run(this.#machine.online(Date.now()));

  #run(effects: Effect[]): void {
    for (const effect of effects) this.#perform(effect);
    this.#setTimer();
  }

  #perform(effect: Effect): void {
    if (effect.type === "open") void this.#open(effect.connection);
    else if (effect.type === "send") this.#sockets.get(effect.connection)?.send(JSON.stringify(effect.message));
    else if (effect.type === "close") this.#close(effect.connection);
    else if (effect.type === "token") void this.#getToken(effect.connection);
    else if (effect.type === "deliver") this.#receivers.get(effect.subscription)?.deliver(effect.delivery);
    else if (effect.type === "confirm") this.#receivers.get(effect.subscription)?.confirm();
    else queueMicrotask(() => this.options.onState?.(effect.state, effect.reason));
  }

  async #open(connection: number): Promise<void> {
    this.#sockets.set(connection, undefined);
    try {
      const token = await this.options.token?.();
      if (!this.#sockets.has(connection)) return;
      const socket = new this.#WebSocket(this.options.url, protocols(token));
      this.#sockets.set(connection, new Socket(socket, this.#listener(connection, token)));
    } catch (error) {
      this.#run(this.#machine.disconnected(connection, `cannot connect: ${messageOf(error)}`, Date.now()));
    }
  }

  #listener(connection: number, token: string | undefined): SocketListener {
    return {
      opened: () => this.#run(this.#machine.opened(connection, expiry(token), Date.now())),
      received: (frame) => this.#run(this.#machine.received(connection, frame, Date.now())),
      disconnected: (reason) => this.#run(this.#machine.disconnected(connection, reason, Date.now())),
    };
  }

  #close(connection: number): void {
    this.#sockets.get(connection)?.close();
    this.#sockets.delete(connection);
  }

  async #getToken(connection: number): Promise<void> {
    try {
      const token = await this.options.token?.();
      if (token === undefined) throw new Error("the option token returned no token");
      this.#run(this.#machine.tokenReceived(connection, token, Date.now()));
    } catch {
      this.#run(this.#machine.tokenFailed(connection, Date.now()));
    }
  }

  #setTimer(): void {
    clearTimeout(this.#timer);
    const { wakeAt } = this.#machine;
    if (wakeAt === Infinity) return;
    const delay = Math.min(Math.max(wakeAt - Date.now(), 0), MAX_DELAY);
    this.#timer = setTimeout(() => this.#run(this.#machine.tick(Date.now())), delay);
  }
}

function globalWebSocket(): WebSocketConstructor {
  const { WebSocket } = globalThis as { WebSocket?: WebSocketConstructor };
  if (WebSocket) return WebSocket;
  throw new Error('connect: no global WebSocket. Pass the option WebSocket: import { WebSocket } from "ws"');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
