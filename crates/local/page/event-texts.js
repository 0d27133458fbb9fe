/** The texts of events as they arrive. JavaScript would round the numbers of a parsed event. */

/** How many texts to keep. The client drops duplicates, and nobody takes their texts. */
const MAX_TEXTS = 10_000;

export class EventTexts {
  /** A class for the client. With one event in each message, the text of a message is that of an event. */
  WebSocket;
  /** By the ids of events. */
  #texts = new Map();
  #notice;

  /** `notice` receives the messages of API Gateway itself. */
  constructor(notice) {
    this.#notice = notice;
    this.WebSocket = this.#webSocket();
  }

  /** Returns the text of an event that arrived, once. */
  take(event) {
    const text = this.#texts.get(event.id) ?? JSON.stringify(event);
    this.#texts.delete(event.id);
    return text;
  }

  #webSocket() {
    const keep = (text) => this.#keep(text);
    return function (url, protocols) {
      const socket = new WebSocket(url, protocols.filter((name) => name !== "cloudevents-batch.json"));
      socket.addEventListener("message", ({ data }) => keep(data));
      return socket;
    };
  }

  #keep(text) {
    const { id, specversion, message } = JSON.parse(text);
    if (!specversion) return this.#notice(message);
    this.#texts.set(id, text);
    if (this.#texts.size > MAX_TEXTS) this.#texts.delete(this.#texts.keys().next().value);
  }
}
