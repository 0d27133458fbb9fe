/** A client of the WebSocket protocol (docs/reference/protocol.md), which comes back by itself from the last positions on. */

const PING = 4 * 60_000;
const FIRST_WAIT = 250;
const LONGEST_WAIT = 8_000;

/**
 * `hear` is told what happens: `state(name, text)`, `subscribed(subjects)`, `event(event, text, replayed)`, `notice(text)`.
 */
export class Connection {
  #hear;
  #ask;
  #socket;
  #pings;
  #retry;
  #turn = 0;
  #failures = 0;
  #resuming = false;
  /** By source. */
  #positions = new Map();

  constructor(hear) {
    this.#hear = hear;
  }

  /** Instead of what was listened to before. `ask` answers `{ token, subjects }`, and is asked for each connection. */
  listen(ask) {
    this.#ask = ask;
    this.#failures = 0;
    this.#positions.clear();
    this.#connect();
  }

  async #connect() {
    const turn = ++this.#turn;
    this.#end();
    this.#hear.state("wait", "connecting");
    const asked = await this.#ask().catch((error) => ({ error }));
    if (turn !== this.#turn) return;
    if (asked.error) return this.#again(asked.error.message);
    if (asked.subjects.length === 0) return this.#hear.state("cut", "not listening");
    this.#open(asked);
  }

  #open({ token, subjects }) {
    const protocols = ["cloudevents.json", ...(token ? [`bearer.${token}`] : [])];
    const socket = new WebSocket(`${location.origin.replace("http", "ws")}/`, protocols);
    let opened = false;
    socket.onopen = () => {
      opened = true;
      this.#subscribe(subjects);
    };
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = async () => {
      const why = opened ? "the connection was closed" : await reason();
      if (socket === this.#socket) this.#again(why);
    };
    this.#socket = socket;
    this.#pings = setInterval(() => this.#say({ action: "ping" }), PING);
  }

  #subscribe(subjects) {
    this.#resuming = this.#positions.size > 0;
    const after = this.#resuming && Object.fromEntries([...this.#positions].map(([source, at]) => [source, written(at)]));
    this.#say({ action: "subscribe", subjects, ...(after && { after }) });
  }

  #say(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #receive(text) {
    const event = JSON.parse(text);
    if (event.source !== "tablecast") {
      if (!event.specversion) return this.#hear.notice(`API Gateway: ${event.message}`);
      // What is pushed while older events are still replayed must not make a next cut forget them.
      if (!this.#resuming) this.#advance(event.source, event.position);
      return this.#hear.event(event, text, this.#resuming);
    }
    const answers = {
      "tablecast.subscribed.v1": (data) => this.#subscribed(data),
      "tablecast.resumed.v1": (data) => this.#resumed(data),
      "tablecast.error.v1": (data) => this.#hear.notice(data.message),
    };
    answers[event.type]?.(event.data);
  }

  #subscribed({ subjects, sources = {} }) {
    this.#resuming = false;
    this.#failures = 0;
    for (const [source, position] of Object.entries(sources)) this.#advance(source, position);
    this.#hear.subscribed(subjects);
    this.#hear.state("live", "live");
  }

  #resumed({ sources }) {
    for (const [source, { recovered, reason }] of Object.entries(sources)) {
      if (recovered) continue;
      this.#positions.delete(source);
      this.#hear.notice(`What ${source} told while the connection was cut cannot be had: ${reason}.`);
    }
  }

  /** Events of different subjects may come out of order. */
  #advance(source, position) {
    if (!position) return;
    const [epoch, offset] = position.split("-");
    const known = this.#positions.get(source);
    if (known?.epoch === epoch && known.offset >= Number(offset)) return;
    this.#positions.set(source, { epoch, offset: Number(offset) });
  }

  #again(why) {
    this.#end();
    const wait = Math.min(FIRST_WAIT * 2 ** this.#failures++, LONGEST_WAIT);
    this.#hear.state("cut", `${why}; trying again`);
    this.#retry = setTimeout(() => this.#connect(), wait);
  }

  #end() {
    clearTimeout(this.#retry);
    clearInterval(this.#pings);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }
}

const written = ({ epoch, offset }) => `${epoch}-${offset}`;

/** Browsers do not tell why a WebSocket was refused. */
async function reason() {
  const here = await fetch("/page/machine.json").then((answer) => answer.ok, () => false);
  return here ? "the connection was refused (cargo run's log says why)" : "tablecast does not answer: is it running?";
}
