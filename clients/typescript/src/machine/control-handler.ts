import { refusal } from "../connect-failure.js";
import type { ControlEvent, ControlEventOf } from "../protocol/control.js";
import type { Validate } from "../protocol/event.js";
import type { Action } from "../protocol/message.js";
import { logPositions, resumeResults } from "../protocol/sources.js";
import type { EventRouter } from "./event-router.js";
import type { Heartbeat } from "./heartbeat.js";
import type { Request, Requests } from "./requests.js";
import type { TokenRefresh } from "./token-refresh.js";

/** Errors that the same subscribe message would get again. */
const PERMANENT_ERRORS = ["bad-message", "unknown-action", "message-too-large"];

/** The parts of a connection that react to control events. */
interface Parts {
  requests: Requests;
  router: EventRouter;
  heartbeat: Heartbeat;
  tokenRefresh: TokenRefresh;
}

/** Handles the control events of one connection. Throws if the connection is not usable any more. */
export class ControlHandler {
  constructor(
    private readonly validate: Validate | undefined,
    private readonly parts: Parts,
    private readonly requestMove: (now: number) => void,
  ) {}

  received(event: ControlEvent, now: number): void {
    const detail = this.validate?.(event);
    if (detail !== undefined) throw new Error(`${event.type} does not match its schema: ${detail}`);
    this.#handle(event, now);
  }

  /** Ignores an event of an unknown type, whatever its data is. */
  #handle(event: ControlEvent, now: number): void {
    const { requests, router, heartbeat } = this.parts;
    const { data } = event as { data: { request?: string } };
    const reply = (action?: Action) => requests.complete(data.request, action);
    if (event.type === "tablecast.resumed.v1") requests.get(data.request)?.pending?.resumed(resumeResults(event.data));
    else if (event.type === "tablecast.subscribed.v1") router.subscribed(reply("subscribe"), event.data);
    else if (event.type === "tablecast.unsubscribed.v1") reply("unsubscribe");
    else if (event.type === "tablecast.pong.v1") heartbeat.pong(reply("ping"), logPositions(event.data), now);
    else if (event.type === "tablecast.state.v1") router.page(reply("state") ?? {}, event.data, now);
    else if (event.type === "tablecast.refreshed.v1") {
      reply("refresh");
      this.#refreshed(event, now);
    }
    else if (event.type === "tablecast.error.v1") this.#failed(reply(), event, now);
    else if (event.type === "tablecast.refused.v1") throw new Error(refusal(event.data));
    else if (event.type === "tablecast.reconnect.v1") this.requestMove(now);
  }

  /** The server's two times give the remaining time. The clock of this machine can differ. */
  #refreshed({ data, time }: ControlEventOf<"tablecast.refreshed.v1">, now: number): void {
    const remaining = Date.parse(data.expiresAt) - Date.parse(time ?? "");
    if (!Number.isNaN(remaining)) this.parts.tokenRefresh.schedule(now + remaining, now);
    for (const subject of data.removed) this.parts.router.refuse(subject, "not-granted");
  }

  #failed(request: Request | undefined, { data }: ControlEventOf<"tablecast.error.v1">, now: number): void {
    const { code, message, closing } = data;
    if (request?.action === "ping" && code === "unavailable") return this.parts.heartbeat.unavailable();
    if (request?.action === "refresh" && code === "unavailable") return this.parts.tokenRefresh.retry(now);
    const isRejected = !closing && PERMANENT_ERRORS.includes(code);
    const isTemporary = !closing && code === "unavailable";
    if (request?.action === "state" && (isRejected || isTemporary)) {
      this.parts.router.page(request, isRejected ? message : code, now);
    } else if (request?.action === "subscribe" && isRejected) this.parts.router.rejected(request, message);
    else throw new Error(`${code}: ${message}`);
  }
}
