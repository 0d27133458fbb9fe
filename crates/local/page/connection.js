/** The connection of the page: the TypeScript client, and the events from before the page was loaded. */

import { receiveEarlier } from "./earlier.js";
import { EventTexts } from "./event-texts.js";
import { createClient, Refused } from "./tablecast-client.js";

const REASONS = {
  "too-wide": "the subscription is wider than a channel, so its events have no common log",
  trimmed: "the log no longer has them",
  "too-much": "there are too many",
  "quota-exceeded": "its client or its channel resumed too much just now",
};

const NOT_RUNNING = "tablecast does not answer. Is it running?";

/** `handlers`: `state(name, text)`, `subscribing(client, subjects)`, `subscribed(subjects)`, `event(event, text, replayed)`, `notice(text)`, and
 * `late(event, text)` for an event that is older than one of its subject that was sent before. */
export class Connection {
  #handlers;
  #current;

  constructor(handlers) {
    this.#handlers = handlers;
  }

  /** Replaces the subscription. `getRequest` resolves to `{ token, subjects }`, for each connection anew. */
  subscribe(getRequest) {
    this.#current?.close();
    this.#current = new Current(this.#handlers, getRequest, () => this.subscribe(getRequest));
  }
}

/** One subscription over all of its connections. */
class Current {
  #handlers;
  #options;
  #texts;
  #client;
  #subjects;
  #subscription;
  /** By subject. */
  #refused = new Map();
  /** True if the connection sends events as they happen, and no longer those that the page missed. */
  #isLive = false;
  /** The client that receives the events from before the page was loaded. */
  #history;

  /** `restart` subscribes anew, because the subjects changed. */
  constructor(handlers, getRequest, restart) {
    this.#handlers = handlers;
    this.#texts = new EventTexts((text) => handlers.notice(`API Gateway: ${text}`));
    this.#options = { url: `${location.origin.replace("http", "ws")}/`, WebSocket: this.#texts.WebSocket };
    this.#client = createClient({ ...this.#options, token: () => this.#token(getRequest, restart) });
    this.#client.on("state", (state, reason) => this.#showState(state, reason));
  }

  close() {
    this.#client.close();
    this.#history?.close();
  }

  async #token(getRequest, restart) {
    const { token, subjects } = await getRequest();
    if (!(await isRunning())) throw new Error(NOT_RUNNING);
    if (this.#client.state === "closed") return undefined;
    if (subjects.length === 0) this.#end();
    else if (!this.#subscription) this.#subscribe(subjects, token);
    else if (subjects.join("\n") !== this.#subjects.join("\n")) restart();
    return token;
  }

  #end() {
    this.close();
    this.#handlers.state("cut", "not subscribed");
  }

  #subscribe(subjects, token) {
    this.#subjects = subjects;
    this.#subscription = this.#client.subscribe(subjects, {
      ...this.#callbacks(() => !this.#isLive),
      onGap: ({ source, reason }) => {
        this.#handlers.notice(`Events of ${source} may be missing: ${REASONS[reason] ?? reason}.`);
      },
      onError: (error) => this.#showError(error),
    });
    this.#handlers.subscribing(this.#client, subjects);
    // The positions of the logs are deliveries, which are handled later.
    this.#subscription.ready.finally(() => setTimeout(() => this.#showEarlier(token))).catch(() => {});
  }

  #callbacks(isReplayed) {
    return {
      onEvent: (event) => this.#handlers.event(event, this.#texts.take(event), isReplayed()),
      onLate: (event) => this.#handlers.late(event, this.#texts.take(event)),
    };
  }

  #showEarlier(token) {
    if (this.#client.state === "closed") return;
    const options = { ...this.#options, token: () => token };
    const subjects = this.#subjects.filter((subject) => !this.#refused.has(subject));
    const { bookmark } = this.#subscription;
    this.#history = receiveEarlier(options, subjects, bookmark, this.#callbacks(() => true), this.#handlers.notice);
  }

  #showState(state, reason) {
    if (state === "connecting") this.#handlers.state("wait", "connecting");
    if (state === "waiting") this.#handlers.state("cut", `${reason}; trying again`);
    if (state === "connecting" || state === "waiting") this.#isLive = false;
    if (state !== "live") return;
    this.#isLive = true;
    this.#showSubjects();
    this.#handlers.state("live", "live");
  }

  #showSubjects() {
    const result = (subject) => ({ subject, granted: !this.#refused.has(subject), reason: this.#refused.get(subject) });
    this.#handlers.subscribed(this.#subjects.map(result));
  }

  #showError(error) {
    if (!(error instanceof Refused)) return this.#handlers.notice(error.message);
    this.#refused.set(error.subject, error.reason);
    if (this.#isLive) this.#showSubjects();
  }
}

function isRunning() {
  return fetch("/page/machine.json").then((response) => response.ok, () => false);
}
