/** A client of the WebSocket protocol (docs/reference/protocol.md). It reconnects by itself and resumes after the last positions. */

const PING_INTERVAL = 4 * 60_000;
const FIRST_DELAY = 250;
const MAX_DELAY = 8_000;

/** How many events of each source to show after the page is loaded, and of how many sources. */
const HISTORY = 100;
const HISTORY_SOURCES = 20;

const REASONS = {
  "too-wide": "the subscription is wider than a channel, so its events have no common log",
  trimmed: "the log no longer has them",
  "too-much": "there are too many",
  "quota-exceeded": "its client or its channel resumed too much just now",
};

/** `handlers`: `state(name, text)`, `subscribed(subjects)`, `event(event, text, replayed)`, `notice(text)`, and
 * `late(event, text)` for an event that is older than one of its subject that was sent before. */
export class Connection {
  #handlers;
  #getRequest;
  #socket;
  #pings;
  #retry;
  #attempt = 0;
  #failures = 0;
  #resuming = false;
  /** Whether the subscription has not yet asked for the events from before it. */
  #lacksHistory = true;
  /** Whether the current resume shows events from before the page was loaded. The log need not have them. */
  #isHistory = false;
  /** By source, of those that the server listed: a wide subscription receives events of many others. */
  #positions = new Map();

  constructor(handlers) {
    this.#handlers = handlers;
  }

  /** Replaces the subscription. `getRequest` resolves to `{ token, subjects }`, for each connection anew. */
  subscribe(getRequest) {
    this.#getRequest = getRequest;
    this.#failures = 0;
    this.#positions.clear();
    this.#lacksHistory = true;
    this.#connect();
  }

  async #connect() {
    const attempt = ++this.#attempt;
    this.#end();
    this.#handlers.state("wait", "connecting");
    const request = await this.#getRequest().catch((error) => ({ error }));
    if (attempt !== this.#attempt) return;
    if (request.error) return this.#reconnect(request.error.message);
    if (request.subjects.length === 0) return this.#handlers.state("cut", "not subscribed");
    this.#open(request);
  }

  #open({ token, subjects }) {
    const protocols = ["cloudevents.json", ...(token ? [`bearer.${token}`] : [])];
    const socket = new WebSocket(`${location.origin.replace("http", "ws")}/`, protocols);
    let opened = false;
    socket.onopen = () => {
      opened = true;
      this.#sendSubscribe(subjects);
    };
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = async () => {
      const reason = opened ? "the connection was closed" : await refusalReason();
      if (socket === this.#socket) this.#reconnect(reason);
    };
    this.#socket = socket;
    this.#pings = setInterval(() => this.#send({ action: "ping" }), PING_INTERVAL);
  }

  #sendSubscribe(subjects) {
    this.#resuming = this.#positions.size > 0;
    const after = this.#resuming && Object.fromEntries([...this.#positions].map(([source, at]) => [source, format(at)]));
    this.#send({ action: "subscribe", subjects, ...(after && { after }) });
  }

  /** Resumes once from a while ago, so that the page shows what the logs have. */
  #requestHistory(subjects, sources) {
    this.#lacksHistory = false;
    const starts = Object.entries(sources).slice(0, HISTORY_SOURCES).map(([source, text]) => [source, before(text)]);
    const after = Object.fromEntries(starts.filter(([, start]) => start !== undefined));
    if (Object.keys(after).length === 0) return;
    this.#resuming = this.#isHistory = true;
    this.#send({ action: "subscribe", subjects, after });
  }

  #send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #receive(text) {
    const event = JSON.parse(text);
    if (event.source !== "tablecast") {
      if (!event.specversion) return this.#handlers.notice(`API Gateway: ${event.message}`);
      // A live event must not advance the position during a replay: after another disconnect, older events would be missing.
      if (!this.#resuming && this.#positions.has(event.source)) this.#advance(event.source, event.position);
      return event.late ? this.#handlers.late(event, text) : this.#handlers.event(event, text, this.#resuming);
    }
    const handlers = {
      "tablecast.subscribed.v1": (data) => this.#subscribed(data),
      "tablecast.resumed.v1": (data) => this.#resumed(data),
      "tablecast.pong.v1": ({ sources }) => this.#forgetOthers(sources),
      "tablecast.error.v1": (data) => this.#failed(data),
    };
    handlers[event.type]?.(event.data);
  }

  #subscribed({ subjects, sources = {} }) {
    this.#resuming = false;
    this.#isHistory = false;
    this.#failures = 0;
    for (const [source, position] of Object.entries(sources)) this.#advance(source, position);
    this.#forgetOthers(sources);
    this.#handlers.subscribed(subjects);
    this.#handlers.state("live", "live");
    if (this.#lacksHistory) this.#requestHistory(subjects.filter(({ granted }) => granted).map(({ subject }) => subject), sources);
  }

  #resumed({ sources }) {
    for (const [source, { recovered, reason, cause }] of Object.entries(sources)) {
      if (recovered || this.#isHistory) continue;
      this.#positions.delete(source);
      const why = REASONS[reason ?? cause] ?? reason ?? cause;
      this.#handlers.notice(`Events of ${source} may be missing: ${why}.`);
    }
  }

  #failed({ message }) {
    if (this.#isHistory) this.#resuming = this.#isHistory = false;
    this.#handlers.notice(message);
  }

  /** The subscription has no other sources. */
  #forgetOthers(sources = {}) {
    for (const source of this.#positions.keys()) if (!(source in sources)) this.#positions.delete(source);
  }

  /** Events of different subjects may arrive out of order. */
  #advance(source, text) {
    if (!text) return;
    const [epoch, offset] = text.split("-");
    const position = { epoch, offset: Number(offset) };
    const known = this.#positions.get(source);
    if (!known || isBefore(known, position)) this.#positions.set(source, position);
  }

  #reconnect(reason) {
    this.#end();
    this.#isHistory = false;
    const delay = Math.min(FIRST_DELAY * 2 ** this.#failures++, MAX_DELAY);
    this.#handlers.state("cut", `${reason}; trying again`);
    this.#retry = setTimeout(() => this.#connect(), delay);
  }

  #end() {
    clearTimeout(this.#retry);
    clearInterval(this.#pings);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }
}

const format = ({ epoch, offset }) => `${epoch}-${offset}`;

/** The position some events before this one, or nothing if the source has no events. */
function before(text) {
  const [epoch, offset] = text.split("-");
  return Number(offset) > 0 ? `${epoch}-${Math.max(0, Number(offset) - HISTORY)}` : undefined;
}

/** Epochs grow. A channel without events has another one, and offset 0, in each reply. */
function isBefore(one, other) {
  if (one.epoch === other.epoch || one.offset === 0 || other.offset === 0) return one.offset < other.offset;
  return one.epoch < other.epoch;
}

/** Browsers do not report why a WebSocket was refused. */
async function refusalReason() {
  const isRunning = await fetch("/page/machine.json").then((response) => response.ok, () => false);
  return isRunning ? "the connection was refused (see the log of tablecast)" : "tablecast does not answer. Is it running?";
}
