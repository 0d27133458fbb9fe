import { monotonicNow } from "./clock.js";
import { checkUrl } from "./connect-failure.js";
import { asError } from "./errors.js";
import type { Delivery } from "./machine/delivery.js";
import type { Effect, State } from "./machine/effect.js";
import { Machine } from "./machine/machine.js";
import type { SubscriptionConfig, SubscriptionState } from "./machine/subscription-state.js";
import { timingOf } from "./machine/timing.js";
import type { TransportOptions } from "./options.js";
import { expiry as expiryOf } from "./protocol/token.js";
import { endSocket, listen, protocols, type SocketListener, type WebSocketLike } from "./socket.js";
import { WakeWatch } from "./wake-watch.js";
import { findWebSocket } from "./web-socket.js";

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
  readonly #sockets = new Map<number, WebSocketLike | undefined>();
  readonly #wakeWatch = new WakeWatch(() => this.#run(this.#machine.woke(monotonicNow())));
  /** Why the client has its state. */
  reason = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: TransportOptions) {
    checkUrl(options.url);
    this.#machine = new Machine(timingOf(options), Math.random, options.validate);
    this.#wakeWatch.start();
    this.#run(this.#machine.start(monotonicNow()));
  }

  get state(): State {
    return this.#machine.state;
  }

  createSubscription(config: SubscriptionConfig): SubscriptionState {
    return this.#machine.createSubscription(config);
  }

  subscribe(subscription: SubscriptionState, receiver: Receiver): void {
    this.#receivers.set(subscription, receiver);
    this.#run(this.#machine.subscribe(subscription, monotonicNow()));
  }

  /** Ends the deliveries at once. */
  unsubscribe(subscription: SubscriptionState): void {
    this.#receivers.delete(subscription);
    this.#run(this.#machine.unsubscribe(subscription, monotonicNow()));
  }

  close(): void {
    this.#wakeWatch.stop();
    this.#run(this.#machine.close(monotonicNow()));
  }

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
    else this.#changed(effect.state, effect.reason);
  }

  #changed(state: State, reason: string): void {
    this.reason = reason;
    queueMicrotask(() => this.options.onState(state, reason));
  }

  async #open(connection: number): Promise<void> {
    this.#sockets.set(connection, undefined);
    try {
      // Always waits: effects of a `token` that throws must not come between those that run now.
      const WebSocket = await (this.options.WebSocket ?? findWebSocket());
      const token = await this.options.token?.();
      if (!this.#sockets.has(connection)) return;
      const socket = new WebSocket(this.options.url, protocols(token));
      this.#sockets.set(connection, socket);
      listen(socket, this.options.url, this.#listener(connection, token));
    } catch (error) {
      this.#run(this.#machine.disconnected(connection, `cannot connect: ${asError(error).message}`, monotonicNow()));
    }
  }

  #listener(connection: number, token: string | undefined): SocketListener {
    return {
      opened: () => this.#run(this.#machine.opened(connection, expiresAt(token), monotonicNow())),
      received: (frame) => this.#run(this.#machine.received(connection, frame, monotonicNow())),
      disconnected: (reason) => this.#run(this.#machine.disconnected(connection, reason, monotonicNow())),
    };
  }

  #close(connection: number): void {
    const socket = this.#sockets.get(connection);
    this.#sockets.delete(connection);
    if (socket) endSocket(socket);
  }

  async #getToken(connection: number): Promise<void> {
    try {
      const token = await this.options.token?.();
      if (!token) throw new Error("the option token returned no token");
      this.#run(this.#machine.tokenReceived(connection, token, monotonicNow()));
    } catch (error) {
      console.warn(`tablecast: no new token, and the client tries again: ${asError(error).message}`);
      this.#run(this.#machine.tokenFailed(connection, monotonicNow()));
    }
  }

  #setTimer(): void {
    clearTimeout(this.#timer);
    const { wakeAt } = this.#machine;
    if (wakeAt === Infinity) return;
    const delay = Math.min(Math.max(wakeAt - monotonicNow(), 0), MAX_DELAY);
    this.#timer = setTimeout(() => this.#run(this.#machine.tick(monotonicNow())), delay);
  }
}

/** Returns when the token expires, by the monotonic clock. The wall clock only gives the time that remains. */
function expiresAt(token: string | undefined): number | undefined {
  const expiry = expiryOf(token);
  return expiry === undefined ? undefined : monotonicNow() + expiry - Date.now();
}
