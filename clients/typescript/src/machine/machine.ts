import { asError } from "../errors.js";
import type { Validate } from "../protocol/event.js";
import type { Connection } from "./connection.js";
import { Connections } from "./connections.js";
import type { Context } from "./context.js";
import type { Effect, State } from "./effect.js";
import { type SubscriptionConfig, SubscriptionState } from "./subscription-state.js";
import type { Timing } from "./timing.js";

/** The state machine of the client. Each input has a time (ms) and returns the effects to run. The machine has no clock
 * and no sockets. */
export class Machine {
  readonly #context: Context;
  readonly #connections: Connections;
  #isClosed = false;
  #state: State = "waiting";

  constructor(timing: Timing, random: () => number, validate?: Validate) {
    this.#context = { timing, random, validate: validate && caught(validate), subscriptions: new Set(), effects: [] };
    this.#connections = new Connections(this.#context);
  }

  get state(): State {
    return this.#state;
  }

  /** When to call `tick` at the latest. */
  get wakeAt(): number {
    return this.#connections.wakeAt;
  }

  start(now: number): Effect[] {
    this.#connections.start(now);
    return this.tick(now);
  }

  close(now: number): Effect[] {
    const reason = "closed by the application";
    this.#isClosed = true;
    this.#connections.closeAll(reason, now);
    return this.#finish(reason, now);
  }

  createSubscription(config: SubscriptionConfig): SubscriptionState {
    return new SubscriptionState(config, this.#context.validate);
  }

  subscribe(subscription: SubscriptionState, now: number): Effect[] {
    this.#context.subscriptions.add(subscription);
    return this.#finish("subscription added", now);
  }

  unsubscribe(subscription: SubscriptionState, now: number): Effect[] {
    this.#context.subscriptions.delete(subscription);
    return this.#finish("subscription closed", now);
  }

  opened(id: number, expiresAt: number | undefined, now: number): Effect[] {
    return this.#change(id, "connected", now, (connection) => connection.opened(expiresAt, now));
  }

  received(id: number, frame: string, now: number): Effect[] {
    return this.#change(id, "caught up", now, (connection) => connection.received(frame, now));
  }

  /** The connection ended or could not be opened. */
  disconnected(id: number, reason: string, now: number): Effect[] {
    return this.#change(id, reason, now, () => {
      throw new Error(reason);
    });
  }

  tokenReceived(id: number, token: string, now: number): Effect[] {
    return this.#change(id, "token received", now, (connection) => connection.tokenReceived(token, now));
  }

  tokenFailed(id: number, now: number): Effect[] {
    return this.#change(id, "no token", now, (connection) => connection.tokenFailed(now));
  }

  /** The network or the machine may have been away: reconnects at once, or pings the current connection. */
  woke(now: number): Effect[] {
    this.#connections.retryNow(now);
    return this.tick(now);
  }

  tick(now: number): Effect[] {
    const reason = this.#connections.tick(now);
    return this.#finish(reason ?? "scheduled", now);
  }

  #change(id: number, reason: string, now: number, action: (connection: Connection) => void): Effect[] {
    const connection = this.#connections.find(id);
    const endReason = connection && this.#connections.attempt(connection, now, () => action(connection));
    return this.#finish(endReason ?? reason, now);
  }

  /** Runs after every input. Returns its effects. */
  #finish(reason: string, now: number): Effect[] {
    const { current, next } = this.#connections;
    current?.proceed(now);
    next?.prepare(now);
    if (current && next?.canReplace(current)) {
      this.#connections.promote(next, "replaced by a new connection", now);
      // A refused subscription, which it requests now, does not change the state.
      next.liveSince = now;
      next.proceed(now);
    }
    this.#reportState(reason);
    return this.#context.effects.splice(0);
  }

  #reportState(reason: string): void {
    const state = this.#currentState();
    if (state === this.#state) return;
    this.#state = state;
    this.#context.effects.push({ type: "state", state, reason });
  }

  #currentState(): State {
    const { current, next } = this.#connections;
    if (this.#isClosed) return "closed";
    if (!current) return "waiting";
    if (!current.isOpen) return "connecting";
    if (current.liveSince === Infinity) return "subscribing";
    return next ? "moving" : "live";
  }
}

/** An event on which `validate` throws does not match. Otherwise it would end each connection. */
function caught(validate: Validate): Validate {
  return (event) => {
    try {
      return validate(event);
    } catch (error) {
      return asError(error).message;
    }
  };
}
