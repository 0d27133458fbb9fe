/** A client of the WebSocket protocol (docs/reference/protocol.md). It reconnects by itself and resumes after the last positions. */

const PING_INTERVAL = 4 * 60_000;
const FIRST_DELAY = 250;
const MAX_DELAY = 8_000;

/** `handlers`: `state(name, text)`, `subscribed(subjects)`, `event(event, text, replayed)`, `notice(text)`. */
export class Connection {
  #handlers;
  #getRequest;
  #socket;
  #pings;
  #retry;
  #attempt = 0;
  #failures = 0;
  #resuming = false;
  /** By source. */
  #positions = new Map();

  constructor(handlers) {
    this.#handlers = handlers;
  }

  /** Replaces the subscription. `getRequest` resolves to `{ token, subjects }`, for each connection anew. */
  subscribe(getRequest) {
    this.#getRequest = getRequest;
    this.#failures = 0;
    this.#positions.clear();
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

  #send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #receive(text) {
    const event = JSON.parse(text);
    if (event.source !== "tablecast") {
      if (!event.specversion) return this.#handlers.notice(`API Gateway: ${event.message}`);
      // A live event must not advance the position during a replay: after another disconnect, older events would be missing.
      if (!this.#resuming) this.#advance(event.source, event.position);
      return this.#handlers.event(event, text, this.#resuming);
    }
    const handlers = {
      "tablecast.subscribed.v1": (data) => this.#subscribed(data),
      "tablecast.resumed.v1": (data) => this.#resumed(data),
      "tablecast.error.v1": (data) => this.#handlers.notice(data.message),
    };
    handlers[event.type]?.(event.data);
  }

  #subscribed({ subjects, sources = {} }) {
    this.#resuming = false;
    this.#failures = 0;
    for (const [source, position] of Object.entries(sources)) this.#advance(source, position);
    this.#handlers.subscribed(subjects);
    this.#handlers.state("live", "live");
  }

  #resumed({ sources }) {
    for (const [source, { recovered, reason, cause }] of Object.entries(sources)) {
      if (recovered) continue;
      this.#positions.delete(source);
      this.#handlers.notice(`The missed events of ${source} cannot be recovered: ${reason ?? cause}.`);
    }
  }

  /** Events of different subjects may arrive out of order. */
  #advance(source, position) {
    if (!position) return;
    const [epoch, offset] = position.split("-");
    const known = this.#positions.get(source);
    if (known?.epoch === epoch && known.offset >= Number(offset)) return;
    this.#positions.set(source, { epoch, offset: Number(offset) });
  }

  #reconnect(reason) {
    this.#end();
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

/** Browsers do not report why a WebSocket was refused. */
async function refusalReason() {
  const isRunning = await fetch("/page/machine.json").then((response) => response.ok, () => false);
  return isRunning ? "the connection was refused (see the log of tablecast)" : "tablecast does not answer. Is it running?";
}
