// Generated from clients/typescript by `npm run page`. Do not edit.

// src/listeners.ts
var Listeners = class {
  #listeners = /* @__PURE__ */ new Set();
  get size() {
    return this.#listeners.size;
  }
  /** Returns a function that removes the listener. */
  add(listener) {
    const added = (...values) => listener(...values);
    this.#listeners.add(added);
    return () => void this.#listeners.delete(added);
  }
  /** A listener that throws does not affect the others. One that a listener adds receives the next values. */
  call(...values) {
    for (const listener of [...this.#listeners]) {
      try {
        if (this.#listeners.has(listener)) listener(...values);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
};

// src/state-listeners.ts
var StateListeners = class extends Listeners {
  #reported = "";
  report(state, reason) {
    if (state === "live") this.#reported = "";
    if (this.size === 0 && state === "waiting" && reason !== this.#reported) {
      this.#reported = reason;
      console.warn(`tablecast: no connection, and the client tries again: ${reason}`);
    }
    this.call(state, reason);
  }
};

// src/errors.ts
var InvalidEvent = class extends Error {
  constructor(event, detail) {
    super(`${event.type} ${event.id} does not match its schema: ${detail}`);
    this.event = event;
    this.detail = detail;
    this.name = "InvalidEvent";
  }
};
var Refused = class extends Error {
  constructor(subject, reason) {
    super(`the server refused the subscription to ${subject}: ${reason}`);
    this.subject = subject;
    this.reason = reason;
    this.name = "Refused";
  }
};
function asError(error) {
  return error instanceof Error ? error : new Error(String(error));
}

// src/protocol/position.ts
function parsePosition(text) {
  const [, epoch, offset] = /^([0-9a-f]+)-(\d+)$/.exec(text ?? "") ?? [];
  return epoch === void 0 ? void 0 : { epoch, offset: Number(offset) };
}
function formatPosition({ epoch, offset }) {
  return `${epoch}-${offset}`;
}
function comparePositions(one, other) {
  if (one.epoch === other.epoch || isEmpty(one) !== isEmpty(other)) return one.offset - other.offset;
  return one.epoch < other.epoch ? -1 : 1;
}
function isEmpty({ offset }) {
  return offset === 0;
}

// src/machine/recent.ts
var MAX_REMEMBERED = 2e4;
function removeOldest(entries) {
  const [oldest] = entries.keys();
  if (entries.size <= MAX_REMEMBERED || oldest === void 0) return void 0;
  entries.delete(oldest);
  return oldest;
}

// src/machine/recent-offsets.ts
var RecentOffsets = class {
  #offsets = /* @__PURE__ */ new Set();
  add(progress, offset) {
    this.#offsets.add({ progress, offset });
    const oldest = removeOldest(this.#offsets);
    oldest?.progress.forget(oldest.offset);
  }
  addAll(progress) {
    for (const offset of progress.seen) this.add(progress, offset);
  }
  /** How many more do not displace others. */
  get free() {
    return MAX_REMEMBERED - this.#offsets.size;
  }
};

// src/machine/offset-ranges.ts
function formatRanges(offsets) {
  const ranges = [];
  for (const offset of [...offsets].sort((one, other) => one - other)) {
    const last = ranges.at(-1);
    if (last && offset === last[1] + 1) last[1] = offset;
    else ranges.push([offset, offset]);
  }
  return ranges.map(([from, to]) => from === to ? `${from}` : `${from}-${to}`).join();
}
function* parseRanges(text, max) {
  let count = 0;
  for (const [, from, to] of text.matchAll(/(\d+)(?:-(\d+))?/g)) {
    for (let offset = Number(from); offset <= Number(to ?? from) && count < max; offset++, count++) yield offset;
  }
}

// src/machine/source-progress.ts
var SourceProgress = class _SourceProgress {
  /** Every event up to this offset was delivered or does not match. */
  #floor;
  /** The greatest delivered offset. */
  #last;
  /** The delivered offsets above the floor. */
  #seen = /* @__PURE__ */ new Set();
  constructor({ epoch, offset }) {
    this.epoch = epoch;
    this.#floor = offset;
    this.#last = offset;
  }
  /** Restores at most `max` delivered offsets, so that a broken text cannot fill the memory. */
  static restore({ epoch, floor, seen }, max) {
    const progress = new _SourceProgress({ epoch, offset: floor });
    for (const offset of parseRanges(seen, max)) progress.add(offset);
    return progress;
  }
  store() {
    return { epoch: this.epoch, floor: this.#floor, seen: formatRanges(this.#seen) };
  }
  has(offset) {
    return offset <= this.#floor || this.#seen.has(offset);
  }
  add(offset) {
    this.#seen.add(offset);
    this.#last = Math.max(this.#last, offset);
  }
  get floor() {
    return this.#floor;
  }
  get seen() {
    return this.#seen;
  }
  /** Records that every event up to this offset was delivered. */
  advanceTo(offset) {
    this.#floor = Math.max(this.#floor, offset);
    this.#last = Math.max(this.#last, offset);
    for (const seen of this.#seen) if (seen <= this.#floor) this.#seen.delete(seen);
  }
  /** Removes a delivered offset. Earlier events do not arrive any more. */
  forget(offset) {
    if (this.#seen.delete(offset)) this.#floor = Math.max(this.#floor, offset);
  }
  /** Returns whether the log's end is later. Another epoch can continue the log after all events expired. */
  canAdvanceTo(end) {
    return end.epoch === this.epoch ? this.#floor < end.offset : this.isBehind(end);
  }
  /** Returns whether the log continued after the last delivered event. */
  isBehind(end) {
    return !isEmpty(end) && comparePositions(this.last, end) < 0;
  }
  isOfLaterEpoch(position2) {
    return position2.epoch !== this.epoch && comparePositions(this.last, position2) > 0;
  }
  /** The position to resume after. */
  get last() {
    return { epoch: this.epoch, offset: this.#last };
  }
};

// src/machine/stored-progress.ts
function parseStored(text) {
  try {
    const sources = JSON.parse(text) ?? {};
    return Object.values(sources).every(isStored) ? sources : {};
  } catch {
    return {};
  }
}
function isStored(progress) {
  const { epoch, floor, seen } = progress ?? {};
  return typeof epoch === "string" && Number.isSafeInteger(floor) && typeof seen === "string";
}

// src/machine/progress.ts
var Progress = class _Progress {
  constructor() {
    this.sources = /* @__PURE__ */ new Map();
    /** The sources that the server listed, also those without a position. */
    this.#listed = /* @__PURE__ */ new Set();
    this.#recent = new RecentOffsets();
  }
  #listed;
  #recent;
  /** Reads the result of `text`. Any other text gives an empty progress. */
  static restore(text) {
    const progress = new _Progress();
    for (const [source, stored] of Object.entries(parseStored(text))) {
      progress.#set(source, SourceProgress.restore(stored, progress.#recent.free));
    }
    return progress;
  }
  get isEmpty() {
    return this.sources.size === 0;
  }
  text() {
    const sources = [...this.sources].map(([source, progress]) => [source, progress.store()]);
    return JSON.stringify(Object.fromEntries(sources));
  }
  has(event) {
    const position2 = parsePosition(event.position);
    return position2 !== void 0 && (this.#source(event.source, position2.epoch)?.has(position2.offset) ?? false);
  }
  add(delivery) {
    if (delivery.kind === "start") for (const [source, position2] of delivery.positions) this.#start(source, position2);
    else if (delivery.kind === "advance") this.#advance(delivery.positions);
    else if (delivery.kind === "sources") this.#list(delivery.sources);
    else if (delivery.kind === "event" || delivery.kind === "late") {
      for (const event of delivery.replaced ?? []) this.#addEvent(event);
      this.#addEvent(delivery.event);
    } else if (delivery.kind === "error" && delivery.error instanceof InvalidEvent) this.#addEvent(delivery.error.event);
  }
  /** The position of each source to resume after. */
  get last() {
    return [...this.sources].map(([source, progress]) => [source, progress.last]);
  }
  hasSource(source) {
    return this.sources.has(source);
  }
  /** Returns whether the server listed the same sources before, and no others have a position. */
  isListed(sources) {
    const isSame = sources.size === this.#listed.size && [...sources].every((source) => this.#listed.has(source));
    return isSame && [...this.sources.keys()].every((source) => sources.has(source));
  }
  isBehind(source, end) {
    return this.sources.get(source)?.isBehind(end) ?? false;
  }
  canAdvanceTo(source, end) {
    return this.sources.get(source)?.canAdvanceTo(end) ?? false;
  }
  #start(source, position2) {
    return this.#set(source, new SourceProgress(position2));
  }
  #set(source, progress) {
    this.sources.set(source, progress);
    this.#recent.addAll(progress);
    return progress;
  }
  #advance(positions) {
    for (const [source, position2] of positions) {
      if (!this.canAdvanceTo(source, position2)) continue;
      (this.#source(source, position2.epoch) ?? this.#start(source, position2)).advanceTo(position2.offset);
    }
  }
  #list(sources) {
    this.#listed = sources;
    for (const source of this.sources.keys()) if (!sources.has(source)) this.sources.delete(source);
  }
  #addEvent({ source, position: text }) {
    const position2 = parsePosition(text);
    const known = this.sources.get(source);
    if (!position2 || !(known || this.#listed.has(source)) || known?.isOfLaterEpoch(position2)) return;
    const { epoch, offset } = position2;
    const progress = this.#source(source, epoch) ?? this.#start(source, { epoch, offset: 0 });
    progress.add(offset);
    this.#recent.add(progress, offset);
  }
  #source(source, epoch) {
    const progress = this.sources.get(source);
    return progress?.epoch === epoch ? progress : void 0;
  }
};

// src/delivery-handler.ts
var DeliveryHandler = class {
  /** With `onEvent`, there is no iteration that could return gaps and errors: the console shows them. */
  constructor(callbacks) {
    this.callbacks = callbacks;
    const { onEvent, onGap, onError } = callbacks;
    this.#onGap = onGap ?? (onEvent && gapReporter());
    this.#onError = onError ?? (onEvent && reportError);
  }
  #onGap;
  #onError;
  /** Returns whether an iteration must return the delivery, or throw it. */
  isForIteration({ kind }) {
    if (kind === "event") return !this.callbacks.onEvent;
    return kind === "gap" ? !this.#onGap : kind === "error" && !this.#onError;
  }
  async handle(delivery) {
    try {
      await this.#call(delivery);
    } catch (error) {
      const { onError } = this.callbacks;
      if (!onError || delivery.kind === "error") throw error;
      await onError(asError(error));
    }
  }
  #call(delivery) {
    const { onEvent, onLate } = this.callbacks;
    if (delivery.kind === "event") return onEvent?.(delivery.event);
    if (delivery.kind === "late") return onLate?.(delivery.event);
    if (delivery.kind === "gap") return this.#onGap?.(delivery.gap);
    return delivery.kind === "error" && this.#onError?.(delivery.error);
  }
};
function gapReporter() {
  let isReported = false;
  return ({ source, reason }) => {
    if (isReported) return;
    isReported = true;
    console.warn(`tablecast: events of ${source} may be missing (${reason}). Set onGap, and fetch the current state there`);
  };
}
function reportError(error) {
  console.error(`tablecast: ${error.message}. Set onError to handle this`);
}

// src/delivery-queue.ts
var DeliveryQueue = class {
  constructor(newestOnly) {
    this.newestOnly = newestOnly;
  }
  /** By what replaces them. */
  #arrived = /* @__PURE__ */ new Map();
  /** The application reads these first, so that no subject waits for others that change more often. */
  #taken = [];
  #replacedCount = 0;
  get length() {
    return this.#arrived.size + this.#taken.length;
  }
  add(delivery) {
    const key = this.#key(delivery);
    const replaced = this.#replaced(key);
    this.#arrived.delete(key);
    this.#arrived.set(key, replaced ? { ...delivery, replaced } : delivery);
  }
  next() {
    if (this.#taken.length === 0) {
      this.#taken = [...this.#arrived.values()].reverse();
      this.#arrived.clear();
      this.#replacedCount = 0;
    }
    return this.#taken.pop();
  }
  clear() {
    this.#arrived.clear();
    this.#taken = [];
  }
  /** Returns the places of the events that a new one with this key replaces. Without them, a later resume could deliver
   * one after a newer one. */
  #replaced(key) {
    const older = this.#arrived.get(key);
    if (!older || !("event" in older)) return void 0;
    const { event: { source, position: position2 }, replaced = [] } = older;
    replaced.push({ source, position: position2 });
    if (++this.#replacedCount > MAX_REMEMBERED) replaced.shift();
    return replaced;
  }
  #key(delivery) {
    const isReplaced = this.newestOnly && (delivery.kind === "event" || delivery.kind === "late");
    return isReplaced && delivery.event.subject ? `${delivery.kind} ${delivery.event.subject}` : delivery;
  }
};

// src/subscription.ts
var MAX_QUEUED = 1e4;
var DONE = { done: true, value: void 0 };
var Subscription = class {
  constructor(listener, options, subjects) {
    this.listener = listener;
    this.subjects = subjects;
    this.ready = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.ready.catch(() => {
    });
    this.#queue = new DeliveryQueue(options.newestOnly ?? false);
    this.#handler = new DeliveryHandler(options);
    if (options.onEvent) void this.#callUntilClosed();
  }
  #resolve;
  #reject;
  #progress;
  #queue;
  #handler;
  /** The delivery that the application handles now. */
  #handling;
  /** Wakes the reader that waits for a delivery. */
  #wake;
  /** Whose calls of `next` wait for their results. */
  #reader;
  /** The last one of these calls, and how many there are. */
  #reading;
  #reads = 0;
  #isClosed = false;
  #late = 0;
  /** The progress of the application as text. Another subscription can resume from it. */
  get bookmark() {
    return this.#progress?.text();
  }
  /** The number of late events so far, which iterations and `onEvent` do not receive. */
  get late() {
    return this.#late;
  }
  /** @internal */
  get progress() {
    return this.#progress;
  }
  [Symbol.asyncIterator]() {
    const reader = { isOver: false };
    return {
      next: () => this.#next(reader),
      // Does not wait for `next`: what arrives later is for the next iteration.
      return: async () => {
        reader.isOver = true;
        this.#wake?.();
        return DONE;
      },
      [Symbol.asyncIterator]() {
        return this;
      }
    };
  }
  /** Ends every iteration. */
  close() {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#queue.clear();
    this.#reject(new Error("the application closed the subscription"));
    this.listener.closed();
    this.#wake?.();
  }
  /** @internal */
  start(progress) {
    this.#progress = progress;
  }
  /** @internal */
  deliver(delivery) {
    if (this.#isClosed) return;
    if (delivery.kind === "error" && delivery.error instanceof Refused && --this.subjects === 0) this.#reject(delivery.error);
    if (delivery.kind === "late") this.#late++;
    this.#queue.add(delivery);
    if (this.#queue.length === MAX_QUEUED) queueMicrotask(() => this.#queue.length >= MAX_QUEUED && this.listener.full());
    this.#wake?.();
  }
  /** @internal */
  confirm() {
    this.#resolve();
  }
  /** If a callback throws, there is no iteration that could: the error becomes an unhandled rejection. */
  async #callUntilClosed() {
    await this.#next({ isOver: false }).catch((error) => {
      this.close();
      throw error;
    });
  }
  /** Reads after the earlier reads: those of this reader, and the last one of a reader that is over. */
  #next(reader) {
    if (this.#reads > 0 && this.#reader !== reader && !this.#reader?.isOver) {
      return Promise.reject(new Error("this subscription has a reader already: create another subscription"));
    }
    this.#reader = reader;
    return this.#reading = this.#read(reader, this.#reads++ > 0 ? this.#reading : void 0);
  }
  async #read(reader, before) {
    try {
      if (before) await Promise.allSettled([before]);
      if (!reader.isOver) {
        this.#handled(this.#handling);
        this.#handling = void 0;
      }
      while (!reader.isOver && !this.#isClosed) {
        const delivery = this.#queue.next();
        if (!delivery) await this.#wait();
        else if (this.#handler.isForIteration(delivery)) return this.#handOut(delivery);
        else await this.#handle(delivery);
      }
      return DONE;
    } catch (error) {
      reader.isOver = true;
      throw error;
    } finally {
      this.#reads--;
    }
  }
  #handOut(delivery) {
    this.#handling = delivery;
    if (delivery.kind === "error") throw delivery.error;
    return { done: false, value: delivery.kind === "gap" ? delivery.gap : delivery.event };
  }
  async #handle(delivery) {
    await this.#handler.handle(delivery);
    this.#handled(delivery);
  }
  async #wait() {
    this.listener.drained();
    await new Promise((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = void 0;
  }
  #handled(delivery) {
    if (!delivery || !this.#progress) return;
    this.#progress.add(delivery);
    if (delivery.kind !== "error" || delivery.error instanceof InvalidEvent) this.listener.progressed();
  }
};

// src/subscription-controller.ts
var SubscriptionController = class {
  constructor(config) {
    this.config = config;
    this.subscription = new Subscription(this, config.read, config.subjects.length);
    config.saver?.add(this.subscription);
  }
  #active;
  #paused;
  #isClosed = false;
  #abort = () => this.subscription.close();
  /** Resumes from the bookmark, or from the progress in the store. */
  async start(bookmark) {
    const { signal } = this.config.read;
    if (signal?.aborted) return this.subscription.close();
    signal?.addEventListener("abort", this.#abort);
    const progress = await (bookmark ?? this.config.saver?.load(this.subscription));
    if (this.#isClosed) return;
    const { subjects, types, transport } = this.config;
    this.subscription.start(Progress.restore(progress ?? ""));
    this.#subscribe(transport.createSubscription({ subjects, types, progress }));
  }
  progressed() {
    this.config.saver?.schedule();
  }
  full() {
    if (!this.#active) return;
    this.#paused = this.#active.copy();
    this.#unsubscribe();
  }
  drained() {
    const paused = this.#paused;
    this.#paused = void 0;
    if (paused) this.#subscribe(paused);
  }
  closed() {
    this.#isClosed = true;
    this.config.read.signal?.removeEventListener("abort", this.#abort);
    this.config.saver?.delete(this.subscription);
    this.config.onClose();
    this.#unsubscribe();
  }
  #subscribe(state) {
    this.#active = state;
    this.config.transport.subscribe(state, this.subscription);
  }
  #unsubscribe() {
    const state = this.#active;
    this.#active = void 0;
    if (state) this.config.transport.unsubscribe(state);
  }
};

// src/clock.ts
function monotonicNow() {
  return performance.now();
}

// src/connect-failure.ts
var NO_SERVER = "check that the server runs at this address";
var ADVICE = {
  0: NO_SERVER,
  5: "the server failed. Its log has the reason",
  400: "check the path and the parameters of the option url",
  401: "check what the option token returns",
  403: "check what the option token returns, and the server's list of origins",
  404: "the option url has no WebSocket. Check its path",
  426: "the option url has no WebSocket. Check its path"
};
var UNKNOWN = `${NO_SERVER}, what the option token returns, and the server's list of origins. Its log has the reason`;
function connectFailure(url, code, detail) {
  const status = /response: (\d{3})/.exec(detail)?.[1] ?? "";
  const advice = ADVICE[status[0] === "5" ? 5 : detail.includes("REFUSED") ? 0 : status] ?? UNKNOWN;
  return `${withoutSecrets(url)} did not open (${detail || `code ${code}`}): ${advice}`;
}
function refusal({ status, reason, message }) {
  const advice = ADVICE[status] ? ` (${ADVICE[status]})` : "";
  return `the server refused the connection (${status} ${reason}): ${message}${advice}`;
}
function checkUrl(url) {
  if (/^(ws|http)s?:\/\/./i.test(url) || url.startsWith("/") && "location" in globalThis) return;
  throw new Error(`createClient: the option url is "${withoutSecrets(url)}". Use the address of the server: wss://...`);
}
function withoutSecrets(url) {
  return url.replace(/\?.*|[^/?]*@/g, "");
}

// src/machine/backoff.ts
var FIRST_BOUND = 500;
var MAX_BOUND = 3e4;
var Backoff = class {
  constructor(random) {
    this.random = random;
  }
  #attempts = 0;
  nextDelay() {
    const bound = Math.min(FIRST_BOUND * 2 ** this.#attempts, MAX_BOUND);
    this.#attempts++;
    return Math.floor(this.random() * bound);
  }
  reset() {
    this.#attempts = 0;
  }
};

// src/protocol/event.ts
var TOO_LARGE = "tablecast.event-too-large.v1";

// src/protocol/control.ts
function isControlEvent(event) {
  return event.type.startsWith("tablecast.") && event.type !== TOO_LARGE;
}

// src/protocol/frame.ts
var InvalidFrame = class extends Error {
};
function parseFrame(frame) {
  const value = parseJson(frame);
  const events = Array.isArray(value) ? value : [value];
  for (const event of events) if (!isEvent(event)) throw new InvalidFrame(describe(event));
  return events;
}
function parseJson(frame) {
  try {
    return JSON.parse(frame);
  } catch {
    throw new InvalidFrame("the server sent a frame that is not JSON");
  }
}
function isEvent(value) {
  const event = value;
  return event?.specversion === "1.0" && [event.id, event.source, event.type].every(isText);
}
function isText(value) {
  return typeof value === "string" && value !== "";
}
function describe(value) {
  const message = value?.message;
  return typeof message === "string" ? `server error: ${message}` : "the server sent a frame that is not a CloudEvent";
}

// src/protocol/sources.ts
function resumeResults({ sources }) {
  const result = ({ recovered, position: position2, reason, cause }) => {
    return { recovered, position: parsePosition(position2), reason: reason ?? cause };
  };
  return new Map(Object.entries(sources).map(([source, resumed]) => [source, result(resumed)]));
}
function logPositions({ sources }) {
  return new Map(
    Object.entries(sources ?? {}).flatMap(([source, text]) => {
      const position2 = parsePosition(text);
      return position2 ? [[source, position2]] : [];
    })
  );
}

// src/machine/control-handler.ts
var PERMANENT_ERRORS = ["bad-message", "unknown-action", "message-too-large"];
var ControlHandler = class {
  constructor(validate, parts, requestMove) {
    this.validate = validate;
    this.parts = parts;
    this.requestMove = requestMove;
  }
  received(event, now) {
    const detail = this.validate?.(event);
    if (detail !== void 0) throw new Error(`${event.type} does not match its schema: ${detail}`);
    this.#handle(event, now);
  }
  /** Ignores an event of an unknown type, whatever its data is. */
  #handle(event, now) {
    const { requests, router, heartbeat } = this.parts;
    const { data } = event;
    const reply = (action) => requests.complete(data.request, action);
    if (event.type === "tablecast.resumed.v1") requests.get(data.request)?.pending?.resumed(resumeResults(event.data));
    else if (event.type === "tablecast.subscribed.v1") router.subscribed(reply("subscribe"), event.data);
    else if (event.type === "tablecast.unsubscribed.v1") reply("unsubscribe");
    else if (event.type === "tablecast.pong.v1") heartbeat.pong(reply("ping"), logPositions(event.data), now);
    else if (event.type === "tablecast.state.v1") router.page(reply("state") ?? {}, event.data, now);
    else if (event.type === "tablecast.refreshed.v1") {
      reply("refresh");
      this.#refreshed(event, now);
    } else if (event.type === "tablecast.error.v1") this.#failed(reply(), event, now);
    else if (event.type === "tablecast.refused.v1") throw new Error(refusal(event.data));
    else if (event.type === "tablecast.reconnect.v1") this.requestMove(now);
  }
  /** The server's two times give the remaining time. The clock of this machine can differ. */
  #refreshed({ data, time }, now) {
    const remaining = Date.parse(data.expiresAt) - Date.parse(time ?? "");
    if (!Number.isNaN(remaining)) this.parts.tokenRefresh.schedule(now + remaining, now);
    for (const subject of data.removed) this.parts.router.refuse(subject, "not-granted");
  }
  #failed(request, { data }, now) {
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
};

// src/machine/event-router.ts
var EventRouter = class {
  constructor(effects, server, connection) {
    this.effects = effects;
    this.server = server;
    this.connection = connection;
  }
  /** Delivers the event to live subscriptions, and buffers it for pending ones: for the latest subscribe of each, which
   * may replay the event. */
  event(event) {
    for (const subscription of this.server.requested) {
      if (!this.server.matches(subscription, event)) continue;
      const pending = this.server.latestPending(subscription);
      if (pending) pending.buffer(subscription, event);
      else this.#deliver(subscription, subscription.receive(event, this.connection));
    }
  }
  /** Handles an event of the state that this request requested. */
  item({ loading }, event) {
    if (loading?.loader) this.#push(loading, loading.loader.item(event, loading.check(event)));
  }
  /** Handles the end of a page, or an error in its place. */
  page({ loading }, reply, now) {
    const { loader } = loading ?? {};
    if (!loading || !loader) return;
    this.#push(loading, typeof reply === "string" ? loader.failed(reply, now) : loader.page(reply, now));
  }
  /** Delivers the buffered events that can be delivered, and confirms the subscriptions that are caught up. */
  release() {
    for (const pending of this.server.pending) {
      for (const subscription of pending.subscriptions) {
        const isLive = this.server.live.has(subscription);
        this.#deliver(subscription, pending.release(subscription, this.connection, isLive));
      }
      if (!pending.isAcknowledged) continue;
      this.server.complete(pending);
      for (const subscription of pending.subscriptions) this.effects.push({ type: "confirm", subscription });
    }
  }
  /** A subscription of which the server refused every subject gets no confirmation. */
  subscribed(request, data) {
    for (const { subject, granted, reason } of data.subjects) if (!granted) this.refuse(subject, reason ?? "not-granted");
    const isGranted = (subject) => data.subjects.some((one) => one.granted && one.subject === subject);
    request?.pending?.acknowledged(logPositions(data), ({ filter }) => filter.subjects.some(isGranted));
  }
  /** The server rejected the subscribe message, and would reject it again. Other subscriptions to its subjects stay. */
  rejected({ subscriptions, pending }, reason) {
    for (const subject of subscriptions.flatMap(({ filter }) => filter.subjects)) {
      this.refuse(subject, reason, subscriptions);
    }
    pending?.acknowledged(/* @__PURE__ */ new Map(), () => false);
  }
  refuse(subject, reason, subscriptions = this.server.requested) {
    for (const subscription of subscriptions) {
      if (!subscription.filter.subjects.includes(subject)) continue;
      this.#deliver(subscription, subscription.refuse(subject, reason));
      this.server.refuse(subscription, subject);
    }
  }
  /** Handles the sources of a pong. The server may not have had those of other subscriptions yet. */
  list(positions, liveAtPing) {
    if (this.server.isPending || positions.size === 0) return;
    for (const subscription of this.server.live) {
      if (liveAtPing.has(subscription)) this.#deliver(subscription, subscription.list(positions));
    }
  }
  get live() {
    return new Set(this.server.live);
  }
  /** Records that every event up to these positions arrived. During a replay this is not certain. */
  advanceTo(positions) {
    if (this.server.isPending) return;
    for (const subscription of this.server.live) this.#deliver(subscription, subscription.advanceTo(positions));
  }
  /** A collection makes other deliveries of them. */
  #deliver(subscription, deliveries) {
    const { loader } = subscription;
    this.#push(subscription, loader ? deliveries.flatMap((delivery) => loader.receive(delivery)) : deliveries);
  }
  #push(subscription, deliveries) {
    for (const delivery of deliveries) this.effects.push({ type: "deliver", subscription, delivery });
  }
};

// src/machine/pong-history.ts
var DELIVERED_AFTER = 2e5;
var NONE = /* @__PURE__ */ new Map();
var PongHistory = class {
  #pongs = [];
  add(logEnds, now) {
    this.#pongs.push({ logEnds, at: now });
  }
  /** Returns the positions up to which every event has arrived. Call it with each new pong: events that were handed over
   * to `fanout` after the old pong can lower its positions. */
  deliveredTo(newest, now) {
    const old = this.#pongs.filter(({ at }) => at <= now - DELIVERED_AFTER);
    this.#pongs = this.#pongs.slice(old.length);
    return least(old.at(-1)?.logEnds ?? NONE, newest);
  }
  clear() {
    this.#pongs = [];
  }
};
function least(old, newest) {
  const least2 = /* @__PURE__ */ new Map();
  for (const [source, { epoch, offset }] of old) {
    const now = newest.get(source);
    if (now) least2.set(source, { epoch, offset: Math.min(offset, now.offset) });
  }
  return least2;
}

// src/machine/heartbeat.ts
var Heartbeat = class {
  constructor(timing, requests, router, sync) {
    this.timing = timing;
    this.requests = requests;
    this.router = router;
    this.sync = sync;
  }
  #pingAt = Infinity;
  #checkAt = Infinity;
  #mayHaveLostEvents = false;
  #pongs = new PongHistory();
  start(now) {
    this.#pingAt = now + this.timing.pingEvery;
    this.#checkAt = now + this.timing.checkEvery;
  }
  get wakeAt() {
    return this.#pingAt;
  }
  /** Pings at once, unless a ping waits for its pong. */
  pingSoon(now) {
    if (!this.requests.isWaitingFor("ping")) this.#pingAt = now;
  }
  tick(now) {
    if (now >= this.#pingAt) this.ping(now);
  }
  ping(now) {
    this.#pingAt = now + this.timing.pingEvery;
    this.requests.send({ action: "ping" }, now, { subscriptions: [], live: this.router.live });
  }
  pong(ping, logEnds, now) {
    if (ping?.live) this.router.list(logEnds, ping.live);
    if (this.#mayHaveLostEvents) this.#check(logEnds, now);
    else this.router.advanceTo(this.#pongs.deliveredTo(logEnds, now));
    if (!this.#mayHaveLostEvents) this.#pongs.add(logEnds, now);
  }
  /** Handles an `unavailable` reply to a ping. The connection works, but a server that cannot read its tables may also
   * have failed to send events. */
  unavailable() {
    this.#mayHaveLostEvents = true;
    this.#pongs.clear();
  }
  #check(logEnds, now) {
    if (now < this.#checkAt || !this.sync.checkForLostEvents(logEnds)) return;
    this.#checkAt = now + this.timing.checkEvery;
    this.#mayHaveLostEvents = false;
  }
};

// src/machine/random.ts
function randomBetween(min, max, random) {
  return Math.round(min + random() * (max - min));
}

// src/machine/pace.ts
var BURST = 50;
var INTERVAL = 200;
var Pace = class {
  constructor() {
    /** When the whole burst is allowed again. */
    this.#restedAt = 0;
    /** When the next message may be sent, if it must wait. */
    this.wakeAt = Infinity;
  }
  #restedAt;
  sent(now) {
    this.#restedAt = Math.max(this.#restedAt, now) + INTERVAL;
  }
  allows(now) {
    const at = this.#restedAt - (BURST - 1) * INTERVAL;
    this.wakeAt = now < at ? at : Infinity;
    return now >= at;
  }
};

// src/machine/timing.ts
function timingOf({
  pingEvery = 4 * 6e4,
  checkEvery = 5 * 6e4,
  leaveAfter = [90 * 6e4, 115 * 6e4]
}) {
  return { pingEvery, checkEvery, leaveAfter };
}
var TIMEOUTS = { connect: 3e4, subscribe: 6e4, unsubscribe: 3e4, ping: 1e4, refresh: 3e4, state: 6e4 };
var MIN_UPTIME = 1e4;
var TOKEN_RETRY = 1e4;

// src/machine/requests.ts
var Requests = class {
  constructor(connection, effects) {
    this.connection = connection;
    this.effects = effects;
    this.#requests = /* @__PURE__ */ new Map();
    this.#count = 0;
    this.pace = new Pace();
    /** True after the first reply. So the server has not refused the connection. */
    this.isAnswered = false;
  }
  #requests;
  #count;
  send(body, now, concern = { subscriptions: [] }) {
    const id = `${++this.#count}`;
    const { action } = body;
    this.pace.sent(now);
    this.#requests.set(id, { action, ...concern, deadline: now + TIMEOUTS[action] });
    this.effects.push({ type: "send", connection: this.connection, message: { ...body, id } });
  }
  get(id) {
    return this.#requests.get(id ?? "");
  }
  /** Returns the request that this reply completes: one with this action, or with any. */
  complete(id, action) {
    const request = this.get(id);
    if (!request || action && action !== request.action) return void 0;
    this.isAnswered = this.#requests.delete(id ?? "");
    return request;
  }
  /** Returns whether the next subscribe or unsubscribe must wait: for the pace, or for the reply to another one. The server
   * handles messages concurrently, and each one changes the same connection. */
  mustWait(now) {
    return !this.pace.allows(now) || this.isWaitingFor("subscribe") || this.isWaitingFor("unsubscribe");
  }
  isLoading(subscription) {
    return this.#all.some(({ loading }) => loading === subscription);
  }
  get hasSent() {
    return this.#count > 0;
  }
  isWaitingFor(action) {
    return this.#all.some((request) => request.action === action);
  }
  timedOut(now) {
    return this.#all.find(({ deadline }) => now >= deadline);
  }
  get deadline() {
    return Math.min(...this.#all.map(({ deadline }) => deadline));
  }
  get #all() {
    return [...this.#requests.values()];
  }
};

// src/protocol/subject.ts
function matches(pattern, subject) {
  return pattern.endsWith("*") ? subject.startsWith(pattern.slice(0, -1)) : subject === pattern;
}
function overlap(one, other) {
  return matches(one, other) || matches(other, one);
}

// src/protocol/channel.ts
var PREFIX = "tablecast/";
function isWide(source) {
  return source.endsWith("*");
}
function isWithin(pattern, source) {
  const path = decode(source);
  return pattern === path || !isWide(source) && pattern.startsWith(`${path}/`);
}
function canHave(pattern, source) {
  const path = decode(source);
  return path === void 0 || isWithin(pattern, source) || !isWide(source) && matches(pattern, path);
}
function decode(source) {
  if (!source.startsWith(PREFIX)) return void 0;
  try {
    return source.slice(PREFIX.length).split("/").map(decodeURIComponent).join("/");
  } catch {
    return void 0;
  }
}

// src/protocol/filter.ts
var EventFilter = class {
  constructor(subjects, types) {
    this.subjects = subjects;
    this.types = types;
  }
  /** `refused`: the subjects that do not count. */
  matches(event, refused) {
    const type = event.type === TOO_LARGE ? event.data.type : event.type;
    const subject = event.subject ?? "";
    const isOwn = this.subjects.some((pattern) => !refused?.has(pattern) && matches(pattern, subject));
    return isOwn && (this.types?.includes(type) ?? true);
  }
  /** Returns whether the source has events of these subjects. */
  canHave(source) {
    return this.subjects.some((pattern) => canHave(pattern, source));
  }
  /** Returns whether one of the subjects has its events in this source only. */
  isWithin(source) {
    return this.subjects.some((pattern) => isWithin(pattern, source));
  }
  /** Returns whether one event can match both filters. Types are ignored. */
  overlaps(other) {
    return this.subjects.some((one) => other.subjects.some((subject) => overlap(one, subject)));
  }
};

// src/machine/log-order.ts
var NONE2 = { epoch: "", offset: 0 };
function inLogOrder(events) {
  const logs = /* @__PURE__ */ new Map();
  for (const event of events) {
    const log = logs.get(event.source) ?? [];
    log.push(event);
    logs.set(event.source, log);
  }
  return [...logs.values()].flatMap((log) => log.sort(compare));
}
function compare(one, other) {
  return comparePositions(position(one), position(other));
}
function position(event) {
  return parsePosition(event.position) ?? NONE2;
}

// src/machine/pending-subscribe.ts
var PendingSubscribe = class {
  constructor(subscriptions, isFirst, live) {
    this.isFirst = isFirst;
    this.live = live;
    this.#buffers = new Map(subscriptions.map((subscription) => [subscription, { held: [], fresh: [] }]));
  }
  #buffers;
  #results = /* @__PURE__ */ new Map();
  #positions;
  get subscriptions() {
    return [...this.#buffers.keys()];
  }
  retain(predicate) {
    for (const subscription of this.subscriptions) if (!predicate(subscription)) this.#buffers.delete(subscription);
  }
  has(subscription) {
    return this.#buffers.has(subscription);
  }
  retainEvents(subscription, predicate) {
    const buffer = this.#buffers.get(subscription);
    if (buffer) for (const name of ["held", "fresh"]) buffer[name] = buffer[name].filter(predicate);
  }
  buffer(subscription, event) {
    this.#buffers.get(subscription)?.fresh.push(event);
  }
  /** Handles `tablecast.resumed.v1`. */
  resumed(results) {
    this.#results = results;
    for (const buffer of this.#buffers.values()) buffer.fresh = [...buffer.held.splice(0), ...buffer.fresh];
  }
  /** Handles `tablecast.subscribed.v1`: the replay is complete. Only the subscriptions that are granted continue. */
  acknowledged(positions, isGranted) {
    this.#positions = positions;
    this.retain(isGranted);
  }
  get isAcknowledged() {
    return this.#positions !== void 0;
  }
  /** Delivers, to one of the subscriptions, the events that no missing event can precede. `isLive` if an earlier message of
   * the connection resumed it. */
  release(subscription, connection, isLive) {
    const { held, fresh } = this.#buffers.get(subscription);
    const arrived = fresh.splice(0);
    const isResumed = ({ source }) => subscription.progress.hasSource(source);
    const receive = (events2) => events2.flatMap((event) => subscription.receive(event, connection));
    if (!this.#positions) {
      const isInOrder = (event) => this.#isReplayed(event) && isResumed(event) && this.isFirst;
      const inOrder = [];
      for (const event of arrived) (isInOrder(event) ? inOrder : held).push(event);
      return receive(inOrder);
    }
    const events = [...held, ...arrived];
    const wasLive = this.live.has(subscription);
    if (wasLive || !isLive) return subscription.catchUp(this.#positions, this.#results, events, wasLive, connection);
    return receive(inLogOrder(events).filter((event) => isResumed(event) || !this.#isReplayed(event)));
  }
  /** Returns whether the event belongs to the replay. */
  #isReplayed({ source, position: position2 }) {
    const end = this.#results.get(source)?.position;
    const own = parsePosition(position2);
    return !!own && own.epoch === end?.epoch && own.offset <= end.offset;
  }
};

// src/machine/server-subscriptions.ts
var ServerSubscriptions = class {
  constructor() {
    /** Sent in a subscribe. */
    this.requested = /* @__PURE__ */ new Set();
    /** Caught up: the server sends every event. */
    this.live = /* @__PURE__ */ new Set();
    this.pending = /* @__PURE__ */ new Set();
    /** The subjects that were ever requested: events that the server sent for them may still arrive. */
    this.#everRequested = /* @__PURE__ */ new Set();
    /** The subjects of each subscription that the server refused on this connection. Events of them can arrive for another
     * subscription. */
    this.#refused = /* @__PURE__ */ new Map();
  }
  #everRequested;
  #refused;
  /** Records a subscribe message. */
  add(subscriptions) {
    const known = new EventFilter([...this.#everRequested]);
    const isFirst = !subscriptions.some(({ filter }) => filter.overlaps(known));
    const pending = new PendingSubscribe(subscriptions, isFirst, new Set(this.live));
    for (const subscription of subscriptions) {
      this.requested.add(subscription);
      for (const subject of subscription.filter.subjects) this.#everRequested.add(subject);
      this.#refused.delete(subscription);
    }
    this.pending.add(pending);
    return pending;
  }
  /** Records an unsubscribe message. */
  delete(subscription) {
    this.requested.delete(subscription);
    this.live.delete(subscription);
    this.#refused.delete(subscription);
  }
  /** Records that the server refused a subject. A subscription goes on with its others. */
  refuse(subscription, subject) {
    const refused = new Set(this.#refused.get(subscription)).add(subject);
    this.#refused.set(subscription, refused);
    if (subscription.filter.subjects.every((one) => refused.has(one))) this.live.delete(subscription);
    for (const pending of this.pending) pending.retainEvents(subscription, (event) => this.matches(subscription, event));
  }
  /** Returns whether the subscription receives the event, if the server grants its subject. */
  matches(subscription, event) {
    return subscription.filter.matches(event, this.#refused.get(subscription));
  }
  hasSubject(subject) {
    return [...this.requested].some(({ filter }) => filter.subjects.includes(subject));
  }
  /** Records that every subscription of an acknowledged subscribe is caught up. */
  complete(pending) {
    this.pending.delete(pending);
    for (const subscription of pending.subscriptions) this.live.add(subscription);
  }
  /** On a connection that prepares, an earlier one can be acknowledged, and wait for the move. */
  latestPending(subscription) {
    return [...this.pending].filter((pending) => pending.has(subscription)).at(-1);
  }
  /** Returns whether the server has the subscription, and no subscribe message waits. */
  isCurrent(subscription) {
    return this.requested.has(subscription) && !this.latestPending(subscription);
  }
  get isPending() {
    return this.pending.size > 0;
  }
  /** Returns whether all of them are acknowledged. One that the server refused on `current` does not count. */
  isCaughtUp(wanted, current) {
    const necessary = [...wanted].filter((one) => one.hasStarted || !current.isCurrent(one));
    const isRequested = necessary.every((one) => this.requested.has(one));
    return isRequested && [...this.pending].every(({ isAcknowledged }) => isAcknowledged);
  }
};

// src/machine/subscribe-message.ts
var MAX_TYPES = 20;
var MAX_SUBJECTS = 100;
var MAX_SOURCES = 400;
var MAX_BYTES = 29e3;
function subscribeMessage(subscriptions, wanted) {
  const types = typesFor(subscriptions, wanted);
  const logsFirst = resumeAfter(subscriptions).sort(([one], [other]) => Number(isWide(one)) - Number(isWide(other)));
  const after = logsFirst.length > 0 && Object.fromEntries(logsFirst.slice(0, MAX_SOURCES));
  return { action: "subscribe", subjects: subjectsOf(subscriptions), ...types && { types }, ...after && { after } };
}
function joint([first = [], ...others], wanted) {
  const keyOf = (group) => `${group[0]?.hasStarted} ${typesFor(group, wanted)?.sort()}`;
  const key = keyOf(first);
  return others.reduce((all, group) => {
    const more = [...all, ...group];
    return keyOf(group) === key && isApart(group, all) && fits(subjectsOf(more), resumeAfter(more)) ? more : all;
  }, first);
}
function isApart(group, others) {
  const known = subjectsOf(others);
  return subjectsOf(group).every((one) => known.every((other) => one === other || !overlap(one, other)));
}
function fits(subjects, after = []) {
  const bytes = new TextEncoder().encode(JSON.stringify([subjects, after])).length;
  return subjects.length <= MAX_SUBJECTS && after.length <= MAX_SOURCES && bytes <= MAX_BYTES;
}
function subjectsOf(subscriptions) {
  return [...new Set(subscriptions.flatMap(({ filter }) => filter.subjects))];
}
function overlapping(subscription, among) {
  const group = [subscription];
  for (const one of group) group.push(...among.filter((other) => !group.includes(other) && other.overlaps(one)));
  return group;
}
function resumeAfter(subscriptions) {
  const least2 = /* @__PURE__ */ new Map();
  for (const [source, last] of subscriptions.flatMap(({ progress }) => progress.last)) {
    const known = least2.get(source);
    if (!known || comparePositions(last, known) < 0) least2.set(source, last);
  }
  return [...least2].map(([source, position2]) => [source, formatPosition(position2)]);
}
function typesFor(subscriptions, wanted) {
  const subjects = new Set(subjectsOf(subscriptions));
  const sharing = [...wanted].filter(({ filter }) => filter.subjects.some((subject) => subjects.has(subject)));
  const all = [...subscriptions, ...sharing].map(({ filter }) => filter.types);
  const union = [...new Set(all.flatMap((types) => types ?? []))];
  return all.includes(void 0) || union.length > MAX_TYPES ? void 0 : union;
}

// src/machine/subscription-sync.ts
var SubscriptionSync = class {
  constructor(wanted, server, requests) {
    this.wanted = wanted;
    this.server = server;
    this.requests = requests;
  }
  /** May have lost events, so they must resume. */
  #behind = /* @__PURE__ */ new Set();
  syncAll(now) {
    this.#removeUnwanted(now);
    this.#subscribe([...this.wanted], now);
    for (const subscription of this.#loadable) this.#load(subscription, now);
  }
  /** When the next message may be sent, or when to request state. */
  get wakeAt() {
    const { wakeAt } = this.requests.pace;
    return wakeAt < Infinity ? wakeAt : Math.min(...this.#loadable.map(({ loader }) => loader?.loadAt ?? Infinity));
  }
  /** Leaves out the subscriptions that have not started. They start on the current connection. */
  syncStarted(now) {
    this.#removeUnwanted(now);
    this.#subscribe(this.#started, now);
  }
  /** The next syncs resume the subscriptions that may have lost events. Returns whether it could check: not during
   * another replay. */
  checkForLostEvents(logEnds) {
    if (this.server.isPending) return false;
    for (const subscription of this.server.requested) if (subscription.isBehind(logEnds)) this.#behind.add(subscription);
    return true;
  }
  get #started() {
    return [...this.wanted].filter(({ hasStarted }) => hasStarted);
  }
  /** Sends one message with as many of the missing subscriptions as it can have. */
  #subscribe(among, now) {
    const missing2 = new Set(among.filter((one) => !this.server.requested.has(one) || this.#behind.has(one)));
    if (missing2.size === 0 || this.requests.mustWait(now)) return;
    const groups = [];
    for (const one of missing2) {
      const group = one.hasStarted ? overlapping(one, this.#started) : [one];
      for (const subscription of group) missing2.delete(subscription);
      groups.push(group);
    }
    const subscriptions = joint(groups, this.wanted);
    for (const subscription of subscriptions) this.#behind.delete(subscription);
    const pending = this.server.add(subscriptions);
    this.requests.send(subscribeMessage(subscriptions, this.wanted), now, { subscriptions, pending });
  }
  /** The collections whose subscription is live, without a request of state. */
  get #loadable() {
    return [...this.wanted].filter((subscription) => {
      const { loader } = subscription;
      return loader && this.server.isCurrent(subscription) && !this.requests.isLoading(subscription);
    });
  }
  #load(subscription, now) {
    const { loader } = subscription;
    if (!loader || now < loader.loadAt || !this.requests.pace.allows(now)) return;
    this.requests.send(loader.request(), now, { subscriptions: [], loading: subscription });
  }
  /** Keeps the subjects that another subscription has too. */
  #removeUnwanted(now) {
    const unwanted = [...this.server.requested].filter((subscription) => !this.wanted.has(subscription));
    for (const pending of this.server.pending) pending.retain((subscription) => this.wanted.has(subscription));
    if (this.requests.mustWait(now)) return;
    const subjects = /* @__PURE__ */ new Set();
    for (const subscription of unwanted) {
      const own = subscription.filter.subjects;
      if (subjects.size > 0 && !fits([...subjects, ...own])) break;
      this.server.delete(subscription);
      for (const subject of own) if (!this.server.hasSubject(subject)) subjects.add(subject);
    }
    if (subjects.size > 0) this.requests.send({ action: "unsubscribe", subjects: [...subjects] }, now);
  }
};

// src/machine/token-refresh.ts
var TokenRefresh = class {
  constructor(connection, context) {
    this.connection = connection;
    this.context = context;
  }
  #at = Infinity;
  get wakeAt() {
    return this.#at;
  }
  /** Schedules the refresh after 70 to 85 % of the remaining time. */
  schedule(expiresAt2, now) {
    if (expiresAt2 === void 0) return;
    const remaining = expiresAt2 - now;
    const delay = randomBetween(0.7 * remaining, 0.85 * remaining, this.context.random);
    this.#at = now + Math.max(delay, TOKEN_RETRY);
  }
  /** Schedules another attempt. */
  retry(now) {
    this.#at = now + TOKEN_RETRY;
  }
  tick(now) {
    if (now < this.#at) return;
    this.#at = Infinity;
    this.context.effects.push({ type: "token", connection: this.connection });
  }
};

// src/machine/connection.ts
var Connection = class {
  constructor(id, context, now) {
    this.id = id;
    this.context = context;
    this.isOpen = false;
    /** When the server had replied, and all subscriptions were caught up, for the first time. */
    this.liveSince = Infinity;
    /** When to move to a new connection. */
    this.moveAt = Infinity;
    this.#server = new ServerSubscriptions();
    const { effects, subscriptions, timing } = context;
    this.#openBy = now + TIMEOUTS.connect;
    this.#requests = new Requests(id, effects);
    this.#router = new EventRouter(effects, this.#server, id);
    this.#sync = new SubscriptionSync(subscriptions, this.#server, this.#requests);
    this.#heartbeat = new Heartbeat(timing, this.#requests, this.#router, this.#sync);
    this.#tokenRefresh = new TokenRefresh(id, context);
    this.#control = this.#controlHandler();
    effects.push({ type: "open", connection: id });
  }
  #openBy;
  #server;
  #requests;
  #router;
  #sync;
  #heartbeat;
  #tokenRefresh;
  #control;
  opened(expiresAt2, now) {
    this.isOpen = true;
    this.#openBy = Infinity;
    this.#heartbeat.start(now);
    this.moveAt = now + randomBetween(...this.context.timing.leaveAfter, this.context.random);
    this.#tokenRefresh.schedule(expiresAt2, now);
  }
  received(frame, now) {
    for (const event of parseFrame(frame)) {
      if (isControlEvent(event)) this.#control.received(event, now);
      else if (event.snapshot) this.#router.item(this.#requests.get(event.snapshot) ?? {}, event);
      else this.#router.event(event);
    }
  }
  tokenReceived(token, now) {
    this.#requests.send({ action: "refresh", token }, now);
  }
  tokenFailed(now) {
    this.#tokenRefresh.retry(now);
  }
  pingSoon(now) {
    if (this.isOpen) this.#heartbeat.pingSoon(now);
  }
  /** `moveAt` counts for the current connection only. */
  get wakeAt() {
    const { wakeAt } = this.#heartbeat;
    const others = [this.#tokenRefresh.wakeAt, this.#requests.deadline, this.#sync.wakeAt];
    return Math.min(this.#openBy, wakeAt, ...others);
  }
  tick(now) {
    if (now >= this.#openBy) throw new Error(`the connection did not open within ${TIMEOUTS.connect / 1e3} s`);
    const request = this.#requests.timedOut(now);
    if (request) throw new Error(`no reply to ${request.action} within ${TIMEOUTS[request.action] / 1e3} s`);
    this.#heartbeat.tick(now);
    this.#tokenRefresh.tick(now);
  }
  /** Proceeds as the current connection: delivers events and subscribes. Releases buffered events first. So a
   * subscription that has just started resumes together with those that overlap it. */
  proceed(now) {
    if (!this.isOpen) return;
    this.#router.release();
    this.#sync.syncAll(now);
    this.#greet(now);
    if (!this.#server.isPending && this.#requests.isAnswered) this.liveSince = Math.min(this.liveSince, now);
  }
  /** Proceeds as the next connection: catches up without deliveries. */
  prepare(now) {
    if (!this.isOpen) return;
    this.#sync.syncStarted(now);
    this.#greet(now);
  }
  /** Returns whether the connection can replace the current one. */
  canReplace(current) {
    return this.#requests.isAnswered && this.#server.isCaughtUp(this.context.subscriptions, current.#server);
  }
  /** The server sends the reason of a refusal after the first message. */
  #greet(now) {
    if (!this.#requests.hasSent) this.#heartbeat.ping(now);
  }
  #controlHandler() {
    const parts = {
      requests: this.#requests,
      router: this.#router,
      heartbeat: this.#heartbeat,
      tokenRefresh: this.#tokenRefresh
    };
    return new ControlHandler(this.context.validate, parts, (now) => {
      this.moveAt = now;
    });
  }
};

// src/machine/connections.ts
var Connections = class {
  constructor(context) {
    this.context = context;
    this.#backoff = new Backoff(context.random);
  }
  #backoff;
  #openAt = Infinity;
  #count = 0;
  start(now) {
    this.#openAt = now;
  }
  get wakeAt() {
    const { current, next } = this;
    return Math.min(this.#openAt, current?.moveAt ?? Infinity, current?.wakeAt ?? Infinity, next?.wakeAt ?? Infinity);
  }
  find(id) {
    return [this.current, this.next].find((connection) => connection?.id === id);
  }
  /** Opens a connection without delay, or checks the current one. */
  retryNow(now) {
    if (this.#openAt < Infinity) this.#openAt = now;
    this.current?.pingSoon(now);
  }
  /** Returns why a connection ended, if one did. */
  tick(now) {
    if (now >= this.#openAt) this.current = this.#open(now);
    const reasons = [this.next, this.current].map((one) => one && this.attempt(one, now, () => one.tick(now)));
    if (this.current && now >= this.current.moveAt) this.#move(this.current, now);
    return reasons.find((reason) => reason !== void 0);
  }
  /** Ends the connection if the action throws. Returns why. */
  attempt(connection, now, action) {
    try {
      action();
      return void 0;
    } catch (error) {
      const reason = error.message;
      this.#ended(connection, reason, now);
      return reason;
    }
  }
  promote(next, reason, now) {
    if (this.current) this.#close(this.current, reason, now);
    this.next = void 0;
    this.current = next;
  }
  closeAll(reason, now) {
    this.#openAt = Infinity;
    for (const connection of [this.next, this.current]) if (connection) this.#close(connection, reason, now);
  }
  #open(now) {
    this.#openAt = Infinity;
    return new Connection(++this.#count, this.context, now);
  }
  #move(current, now) {
    current.moveAt = Infinity;
    this.next ??= this.#open(now);
  }
  #ended(connection, reason, now) {
    this.#close(connection, reason, now);
    if (this.current) this.current.moveAt = now + this.#backoff.nextDelay();
    else if (this.next) this.promote(this.next, reason, now);
    else this.#openAt = now + this.#backoff.nextDelay();
  }
  #close(connection, reason, now) {
    if (now - connection.liveSince >= MIN_UPTIME) this.#backoff.reset();
    if (connection === this.current) this.current = void 0;
    if (connection === this.next) this.next = void 0;
    this.context.effects.push({ type: "close", connection: connection.id, reason });
  }
};

// src/machine/newest-events.ts
var NewestEvents = class _NewestEvents {
  #newest;
  constructor(newest) {
    this.#newest = new Map(newest);
  }
  copy() {
    return new _NewestEvents(this.#newest);
  }
  /** Remembers an event. Returns whether an earlier connection delivered a newer one of its subject. */
  add(event, connection) {
    const position2 = parsePosition(event.position);
    if (!position2) return false;
    const key = `${event.source} ${event.subject}`;
    const known = this.#newest.get(key);
    const newest = known && comparePositions(position2, known) < 0 ? known : { ...position2, connection };
    this.#newest.delete(key);
    this.#newest.set(key, newest);
    removeOldest(this.#newest);
    return newest.connection < connection;
  }
};

// src/machine/subscription-state.ts
var NO_GAP_IF_LIVE = ["too-much", "too-wide", "quota-exceeded"];
var SubscriptionState = class _SubscriptionState {
  constructor({ subjects, types, progress, loader }, validate) {
    this.validate = validate;
    this.filter = new EventFilter(subjects, types);
    this.hasStarted = progress !== void 0;
    this.progress = Progress.restore(progress ?? "");
    this.loader = loader;
  }
  /** Detect a duplicate that has no position, or another one. */
  #recentIds = /* @__PURE__ */ new Set();
  #newest = new NewestEvents();
  #refused = /* @__PURE__ */ new Set();
  /** Returns a new state that continues after the last delivery of this one. */
  copy() {
    const progress = this.hasStarted ? this.progress.text() : void 0;
    const copy = new _SubscriptionState({ ...this.filter, progress }, this.validate);
    copy.#recentIds = new Set(this.#recentIds);
    copy.#newest = this.#newest.copy();
    copy.#refused = new Set(this.#refused);
    return copy;
  }
  overlaps(other) {
    return this.filter.overlaps(other.filter);
  }
  /** Delivers an event of this connection once, as an error if it does not match its schema. */
  receive(event, connection) {
    const id = `${event.source} ${event.id}`;
    if (this.progress.has(event) || this.#recentIds.has(id)) return [];
    if (this.#newest.add(event, connection) && !this.progress.hasSource(event.source)) return [];
    this.#recentIds.add(id);
    removeOldest(this.#recentIds);
    const error = this.check(event);
    return this.#record([error ? { kind: "error", error } : { kind: event.late ? "late" : "event", event }]);
  }
  /** Returns why an event does not match its schema. */
  check(event) {
    const detail = this.validate?.(event);
    return detail === void 0 ? void 0 : new InvalidEvent(event, detail);
  }
  /** Delivers the buffered events of an acknowledged subscribe. `positions` has the sources of all its subscriptions. If
   * this one was live, the subscribe only checked for lost events, or resumed another one. */
  catchUp(positions, results, buffered, wasLive, connection) {
    const deliveries = [];
    if (this.hasStarted && positions.size === 0) deliveries.push(gap("the server", "position-unknown"));
    const own = new Map([...positions].filter(([source]) => this.filter.canHave(source)));
    const [starts, advances] = [/* @__PURE__ */ new Map(), /* @__PURE__ */ new Map()];
    for (const [source, position2] of own) {
      const result = results.get(source);
      const { recovered, reason = "position-unknown" } = result ?? {};
      if (recovered && this.progress.hasSource(source)) advances.set(source, position2);
      else if (!wasLive || !NO_GAP_IF_LIVE.includes(reason)) {
        starts.set(source, position2);
        if (this.#isGap(source, result, wasLive)) deliveries.push(gap(source, reason));
      }
    }
    deliveries.push(...changed("start", starts));
    this.#record(deliveries);
    for (const event of inLogOrder(buffered)) deliveries.push(...this.receive(event, connection));
    this.hasStarted = true;
    const sources = { kind: "sources", sources: new Set(own.keys()) };
    return [...deliveries, ...this.#record([sources, ...changed("advance", advances)])];
  }
  /** Handles the sources of all subscriptions of the connection. Forgets others, and starts in new ones. */
  list(positions) {
    const isOwn = (source) => this.progress.hasSource(source) || this.filter.isWithin(source);
    const own = [...positions].filter(([source]) => isOwn(source));
    const sources = new Set(own.map(([source]) => source));
    if (this.progress.isListed(sources)) return [];
    const isNew = ([source, position2]) => isEmpty(position2) && !this.progress.hasSource(source);
    return this.#record([{ kind: "sources", sources }, ...changed("start", new Map(own.filter(isNew)))]);
  }
  /** Returns whether a log continued after the last delivered event. Mostly with events that do not match. */
  isBehind(logEnds) {
    return [...logEnds].some(([source, position2]) => this.progress.isBehind(source, position2));
  }
  /** Records that every event up to these positions was delivered. */
  advanceTo(positions) {
    const later = new Map([...positions].filter(([source, position2]) => this.progress.canAdvanceTo(source, position2)));
    return this.#record(changed("advance", later));
  }
  /** Delivers the error once, although every connection subscribes to the subject again. */
  refuse(subject, reason) {
    if (this.#refused.has(subject)) return [];
    this.#refused.add(subject);
    return [{ kind: "error", error: new Refused(subject, reason) }];
  }
  /** There is no gap in a source that only other subscriptions of the same message resumed. A live one may miss what was
   * on its way, because it cannot distinguish that from the replay. One whose stored progress is lost may miss
   * anything. */
  #isGap(source, result, wasLive) {
    return this.hasStarted && (!result || wasLive || this.progress.isEmpty || this.progress.hasSource(source));
  }
  #record(deliveries) {
    for (const delivery of deliveries) this.progress.add(delivery);
    return deliveries;
  }
};
function changed(kind, positions) {
  return positions.size > 0 ? [{ kind, positions }] : [];
}
function gap(source, reason) {
  return { kind: "gap", gap: { type: "gap", source, reason } };
}

// src/machine/machine.ts
var Machine = class {
  #context;
  #connections;
  #isClosed = false;
  #state = "waiting";
  constructor(timing, random, validate) {
    this.#context = { timing, random, validate: validate && caught(validate), subscriptions: /* @__PURE__ */ new Set(), effects: [] };
    this.#connections = new Connections(this.#context);
  }
  get state() {
    return this.#state;
  }
  /** When to call `tick` at the latest. */
  get wakeAt() {
    return this.#connections.wakeAt;
  }
  start(now) {
    this.#connections.start(now);
    return this.tick(now);
  }
  close(now) {
    const reason = "closed by the application";
    this.#isClosed = true;
    this.#connections.closeAll(reason, now);
    return this.#finish(reason, now);
  }
  createSubscription(config) {
    return new SubscriptionState(config, this.#context.validate);
  }
  subscribe(subscription, now) {
    this.#context.subscriptions.add(subscription);
    return this.#finish("subscription added", now);
  }
  unsubscribe(subscription, now) {
    this.#context.subscriptions.delete(subscription);
    return this.#finish("subscription closed", now);
  }
  opened(id, expiresAt2, now) {
    return this.#change(id, "connected", now, (connection) => connection.opened(expiresAt2, now));
  }
  received(id, frame, now) {
    return this.#change(id, "caught up", now, (connection) => connection.received(frame, now));
  }
  /** The connection ended or could not be opened. */
  disconnected(id, reason, now) {
    return this.#change(id, reason, now, () => {
      throw new Error(reason);
    });
  }
  tokenReceived(id, token, now) {
    return this.#change(id, "token received", now, (connection) => connection.tokenReceived(token, now));
  }
  tokenFailed(id, now) {
    return this.#change(id, "no token", now, (connection) => connection.tokenFailed(now));
  }
  /** The network or the machine may have been away: reconnects at once, or pings the current connection. */
  woke(now) {
    this.#connections.retryNow(now);
    return this.tick(now);
  }
  tick(now) {
    const reason = this.#connections.tick(now);
    return this.#finish(reason ?? "scheduled", now);
  }
  #change(id, reason, now, action) {
    const connection = this.#connections.find(id);
    const endReason = connection && this.#connections.attempt(connection, now, () => action(connection));
    return this.#finish(endReason ?? reason, now);
  }
  /** Runs after every input. Returns its effects. */
  #finish(reason, now) {
    const { current, next } = this.#connections;
    current?.proceed(now);
    next?.prepare(now);
    if (current && next?.canReplace(current)) {
      this.#connections.promote(next, "replaced by a new connection", now);
      next.liveSince = now;
      next.proceed(now);
    }
    this.#reportState(reason);
    return this.#context.effects.splice(0);
  }
  #reportState(reason) {
    const state = this.#currentState();
    if (state === this.#state) return;
    this.#state = state;
    this.#context.effects.push({ type: "state", state, reason });
  }
  #currentState() {
    const { current, next } = this.#connections;
    if (this.#isClosed) return "closed";
    if (!current) return "waiting";
    if (!current.isOpen) return "connecting";
    if (current.liveSince === Infinity) return "subscribing";
    return next ? "moving" : "live";
  }
};
function caught(validate) {
  return (event) => {
    try {
      return validate(event);
    } catch (error) {
      return asError(error).message;
    }
  };
}

// src/protocol/token.ts
function expiry(token) {
  try {
    const claims = token?.split(".")[1] ?? "";
    const { exp } = JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/")));
    return typeof exp === "number" ? exp * 1e3 : void 0;
  } catch {
    return void 0;
  }
}

// src/socket.ts
var PROTOCOLS = ["cloudevents-batch.json", "cloudevents.json", "tablecast.explain"];
var PROTOCOL = /^[\w!#$%&'*+.^`|~-]+$/;
var CLOSE_TIMEOUT = 2e3;
function protocols(token) {
  if (token === void 0) return PROTOCOLS;
  if (PROTOCOL.test(token)) return [...PROTOCOLS, `bearer.${token}`];
  throw new Error(`the option token returned ${token ? "a character that no JWT has" : "an empty token"}`);
}
function listen(socket, url, { opened, received, disconnected }) {
  let isOpened = false;
  let failure = "";
  const ended = (code, reason) => {
    const details = [`the connection closed with code ${code}`, reason, failure].filter(Boolean);
    disconnected(isOpened ? details.join(": ") : connectFailure(url, code, failure));
  };
  socket.onopen = () => {
    isOpened = true;
    opened();
  };
  socket.onmessage = ({ data }) => {
    if (typeof data === "string") received(data);
    else disconnected("the server sent a binary frame");
  };
  socket.onerror = ({ message, error }) => {
    failure = message || error?.code || "";
    if (!isOpened) ended(1006, "");
  };
  socket.onclose = ({ code, reason }) => ended(code, reason);
}
function endSocket(socket) {
  socket.onopen = socket.onmessage = socket.onclose = null;
  socket.onerror = () => {
  };
  socket.close(1e3);
  if (!socket.terminate) return;
  const timer = setTimeout(() => socket.terminate?.(), CLOSE_TIMEOUT);
  timer.unref?.();
}

// src/wake-watch.ts
var EVENTS = ["online", "pageshow", "resume", "visibilitychange"];
var COMPARE_EVERY = 5e3;
var MAX_LATE = 5e3;
var WakeWatch = class {
  constructor(woke) {
    this.woke = woke;
  }
  #timer;
  #targets = eventTargets();
  start() {
    for (const target of this.#targets) for (const name of EVENTS) target.addEventListener(name, this.#onEvent);
    this.#compareLater();
  }
  stop() {
    for (const target of this.#targets) for (const name of EVENTS) target.removeEventListener?.(name, this.#onEvent);
    clearTimeout(this.#timer);
  }
  #onEvent = () => {
    if (!isHidden()) this.woke();
  };
  /** In sleep, some systems stop the monotonic clock and its timers. The wall clock goes on. */
  #compareLater() {
    const [monotonic, wall] = [monotonicNow(), Date.now()];
    this.#timer = setTimeout(() => {
      this.#compareLater();
      const elapsed = Math.max(monotonicNow() - monotonic, Date.now() - wall);
      if (elapsed > COMPARE_EVERY + MAX_LATE && !isHidden()) this.woke();
    }, COMPARE_EVERY);
  }
};
function eventTargets() {
  const { document } = globalThis;
  const targets = [globalThis, document];
  return targets.filter((target) => typeof target?.addEventListener === "function");
}
function isHidden() {
  const { document } = globalThis;
  return document?.visibilityState === "hidden";
}

// src/web-socket.ts
async function findWebSocket() {
  const { WebSocket, navigator } = globalThis;
  const isOfNode = navigator?.userAgent?.startsWith("Node.js");
  return (WebSocket && !isOfNode ? void 0 : await importClass("ws")) ?? WebSocket ?? missing();
}
async function importClass(name) {
  try {
    return (await import(
      /* webpackIgnore: true */
      /* @vite-ignore */
      name
    )).WebSocket;
  } catch {
    return void 0;
  }
}
function missing() {
  throw new Error("there is no global WebSocket. Run `npm install ws`, or set the option WebSocket");
}

// src/transport.ts
var MAX_DELAY = 2 ** 31 - 1;
var Transport = class {
  constructor(options) {
    this.options = options;
    this.#receivers = /* @__PURE__ */ new Map();
    /** A connection has no socket until it has a token. */
    this.#sockets = /* @__PURE__ */ new Map();
    this.#wakeWatch = new WakeWatch(() => this.#run(this.#machine.woke(monotonicNow())));
    /** Why the client has its state. */
    this.reason = "";
    checkUrl(options.url);
    this.#machine = new Machine(timingOf(options), Math.random, options.validate);
    this.#wakeWatch.start();
    this.#run(this.#machine.start(monotonicNow()));
  }
  #machine;
  #receivers;
  #sockets;
  #wakeWatch;
  #timer;
  get state() {
    return this.#machine.state;
  }
  createSubscription(config) {
    return this.#machine.createSubscription(config);
  }
  subscribe(subscription, receiver) {
    this.#receivers.set(subscription, receiver);
    this.#run(this.#machine.subscribe(subscription, monotonicNow()));
  }
  /** Ends the deliveries at once. */
  unsubscribe(subscription) {
    this.#receivers.delete(subscription);
    this.#run(this.#machine.unsubscribe(subscription, monotonicNow()));
  }
  close() {
    this.#wakeWatch.stop();
    this.#run(this.#machine.close(monotonicNow()));
  }
  #run(effects) {
    for (const effect of effects) this.#perform(effect);
    this.#setTimer();
  }
  #perform(effect) {
    if (effect.type === "open") void this.#open(effect.connection);
    else if (effect.type === "send") this.#sockets.get(effect.connection)?.send(JSON.stringify(effect.message));
    else if (effect.type === "close") this.#close(effect.connection);
    else if (effect.type === "token") void this.#getToken(effect.connection);
    else if (effect.type === "deliver") this.#receivers.get(effect.subscription)?.deliver(effect.delivery);
    else if (effect.type === "confirm") this.#receivers.get(effect.subscription)?.confirm();
    else this.#changed(effect.state, effect.reason);
  }
  #changed(state, reason) {
    this.reason = reason;
    queueMicrotask(() => this.options.onState(state, reason));
  }
  async #open(connection) {
    this.#sockets.set(connection, void 0);
    try {
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
  #listener(connection, token) {
    return {
      opened: () => this.#run(this.#machine.opened(connection, expiresAt(token), monotonicNow())),
      received: (frame) => this.#run(this.#machine.received(connection, frame, monotonicNow())),
      disconnected: (reason) => this.#run(this.#machine.disconnected(connection, reason, monotonicNow()))
    };
  }
  #close(connection) {
    const socket = this.#sockets.get(connection);
    this.#sockets.delete(connection);
    if (socket) endSocket(socket);
  }
  async #getToken(connection) {
    try {
      const token = await this.options.token?.();
      if (!token) throw new Error("the option token returned no token");
      this.#run(this.#machine.tokenReceived(connection, token, monotonicNow()));
    } catch (error) {
      console.warn(`tablecast: no new token, and the client tries again: ${asError(error).message}`);
      this.#run(this.#machine.tokenFailed(connection, monotonicNow()));
    }
  }
  #setTimer() {
    clearTimeout(this.#timer);
    const { wakeAt } = this.#machine;
    if (wakeAt === Infinity) return;
    const delay = Math.min(Math.max(wakeAt - monotonicNow(), 0), MAX_DELAY);
    this.#timer = setTimeout(() => this.#run(this.#machine.tick(monotonicNow())), delay);
  }
};
function expiresAt(token) {
  const expiry2 = expiry(token);
  return expiry2 === void 0 ? void 0 : monotonicNow() + expiry2 - Date.now();
}

// src/client.ts
function createClient(options) {
  return new Client(options);
}
var Client = class {
  constructor(options) {
    /** @internal The subscriptions and collections to close with the client. */
    this.open = /* @__PURE__ */ new Set();
    this.#states = new StateListeners();
    const { store } = options;
    if (store && !store.savers) throw new Error("createClient: the option store needs createStore");
    this.#savers = store?.savers();
    this.transport = new Transport({ ...options, onState: (state, reason) => this.#states.report(state, reason) });
  }
  #states;
  #savers;
  get state() {
    return this.transport.state;
  }
  /** Why the client has this state. While there is no connection: what to check. */
  get reason() {
    return this.transport.reason;
  }
  /** Calls the listener after every change of the state. Returns a function that removes it. Without a listener, the
   * console shows why there is no connection. */
  on(_name, listener) {
    return this.#states.add(listener);
  }
  /** Subscribes to a subject (`orders/acme/1001`) or a pattern (`orders/acme/*`). At most 100 for one client. Several
   * subscriptions can have the same subject: each receives its events, and the server has one. */
  subscribe(subjects, options = {}) {
    const filter = { subjects: [...new Set([subjects].flat())].sort(), types: options.types && [...options.types].sort() };
    if (!subjects.length || filter.types?.length === 0) throw new Error("subscribe: no subject or no type. Use one or more, or leave out types");
    const name = options.name ?? filter.subjects.concat(filter.types ?? []).join(",");
    const controller = this.#createController({ ...filter, read: options, saver: this.#savers?.get(name) });
    if (this.state === "closed") controller.subscription.close();
    else void controller.start(options.bookmark);
    return controller.subscription;
  }
  /** Closes the connection and every subscription. */
  close() {
    this.transport.close();
    for (const one of [...this.open]) one.close();
  }
  #createController(config) {
    const onClose = () => this.open.delete(controller.subscription);
    const controller = new SubscriptionController({ ...config, transport: this.transport, onClose });
    this.open.add(controller.subscription);
    return controller;
  }
};

// src/machine/item-update.ts
function itemOf(event, type, isValid) {
  const isTooLarge = event.type === TOO_LARGE;
  if ((isTooLarge ? event.data.type : event.type) !== type) return void 0;
  if (isTooLarge) return { missing: "too-large" };
  return isValid ? { data: event.data } : { missing: "invalid" };
}
function updateOf(delivery, type) {
  const event = eventOf(delivery);
  return event && !event.late ? { event, item: itemOf(event, type, delivery.kind === "event") } : void 0;
}
function eventOf(delivery) {
  if (delivery.kind === "event") return delivery.event;
  return delivery.kind === "error" && delivery.error instanceof InvalidEvent ? delivery.error.event : void 0;
}

// src/machine/items.ts
var MAX_SKEW = 5e3;
var Items = class {
  constructor(all = /* @__PURE__ */ new Map(), ends = /* @__PURE__ */ new Map()) {
    this.all = all;
    this.ends = ends;
  }
  /** Returns whether the application can see the change. */
  apply({ event, item }) {
    const subject = event.subject ?? "";
    const known = this.all.get(subject);
    if (this.#isContained(event, known?.snapshot)) return false;
    if (!item) return this.all.delete(subject);
    const isChanged = !known || !isEqual(known, item);
    this.all.set(subject, isChanged ? item : { ...item, data: known.data });
    return isChanged;
  }
  /** Removes the items of other subjects. Returns these. */
  retain(has) {
    const others = [...this.all.keys()].filter((subject) => !has(subject));
    for (const subject of others) this.all.delete(subject);
    return others;
  }
  /** Keeps the data that did not change. Returns the subjects of the others. */
  follow(older) {
    const subjects = [...older.all.keys(), ...this.all.keys()];
    return [...new Set(subjects)].filter((subject) => {
      const [known, item] = [older.all.get(subject), this.all.get(subject)];
      if (!known || !item || !isEqual(known, item)) return true;
      item.data = known.data;
      return false;
    });
  }
  #isContained(event, snapshot) {
    const [position2, end] = [parsePosition(event.position), (snapshot?.ends ?? this.ends).get(event.source)];
    if (position2 && end && comparePositions(position2, end) <= 0) return true;
    if (!event.version || !snapshot?.version || event.version >= snapshot.version) return false;
    return !(Date.parse(event.time ?? "") > Date.parse(snapshot.time ?? "") + MAX_SKEW);
  }
};
function isEqual(one, other) {
  return one.missing === other.missing && JSON.stringify(one.data) === JSON.stringify(other.data);
}

// src/machine/snapshot-load.ts
var QUOTA = "quota-exceeded";
var UNAVAILABLE = "unavailable";
var SnapshotLoad = class {
  constructor(subjects) {
    /** The number of items that cannot become state, without those that the server named. */
    this.unnamed = 0;
    /** The subjects of the message that waits for its reply. */
    this.#requested = [];
    /** The items of the page that has not ended. */
    this.#arrived = [];
    this.#items = /* @__PURE__ */ new Map();
    /** The last change of each subject, after earlier ones of greater versions: a version can begin again. */
    this.#kept = /* @__PURE__ */ new Map();
    this.#remaining = new Map([...subjects].map((subject) => [subject, void 0]));
  }
  /** The subjects that are not complete, with the place where each continues. */
  #remaining;
  #requested;
  #arrived;
  #items;
  #firstEnds;
  #kept;
  get isComplete() {
    return this.#remaining.size === 0;
  }
  /** A page that a connection did not end is requested again. */
  request() {
    this.#arrived = [];
    const fresh = [...this.#remaining].filter(([, next2]) => next2 === void 0).map(([subject2]) => subject2);
    const [subject, next] = [...this.#remaining].find(([, next2]) => next2 !== void 0) ?? [];
    this.#requested = subject === void 0 ? fresh : [subject, ...fresh];
    return { action: "state", subjects: this.#requested, ...next !== void 0 && { next } };
  }
  /** Returns the subjects of the last request, once. Without any, a reply belongs to an earlier load. */
  replied() {
    return this.#requested.splice(0);
  }
  add(event, item) {
    this.#arrived.push([event, item]);
  }
  keep(update) {
    const { subject, version } = update.event;
    const isGreater = ({ event }) => version && !(event.version && event.version <= version);
    this.#kept.set(subject, [...(this.#kept.get(subject) ?? []).filter(isGreater), update]);
  }
  refuse(subject) {
    this.#remaining.delete(subject);
  }
  page(reply) {
    const known = JSON.stringify([...this.#remaining]);
    const hasItems = this.#arrived.length > 0;
    this.#addPage(reply, logPositions(reply));
    const reasons = reply.subjects.flatMap((result) => this.#proceed(result));
    const isTemporary = ({ reason }) => [QUOTA, UNAVAILABLE].includes(reason);
    const waits = reasons.filter(isTemporary).map(({ reason }) => reason);
    const isStuck = !hasItems && known === JSON.stringify([...this.#remaining]);
    return {
      refused: reasons.filter((one) => !isTemporary(one)),
      wait: waits.includes(QUOTA) ? QUOTA : waits[0] ?? (isStuck ? UNAVAILABLE : void 0)
    };
  }
  finish() {
    const items = new Items(this.#items, this.#firstEnds);
    for (const update of [...this.#kept.values()].flat()) items.apply(update);
    return items;
  }
  #addPage({ invalid }, ends) {
    this.#firstEnds ??= ends;
    for (const [{ subject = "", version, time }, item] of this.#arrived.splice(0)) {
      this.#items.set(subject, { ...item, snapshot: { ends, version, time } });
    }
    const named = invalid.subjects ?? [];
    for (const subject of named) this.#items.set(subject, { missing: "invalid", snapshot: { ends } });
    this.unnamed += invalid.count - named.length;
  }
  /** Returns why the state of a subject ends before it is complete, if it does. */
  #proceed({ subject, complete, next, reason }) {
    if (!this.#remaining.has(subject)) return [];
    if (complete) this.#remaining.delete(subject);
    else if (next !== void 0) this.#remaining.set(subject, next);
    return complete || reason === void 0 ? [] : [{ subject, reason }];
  }
};

// src/machine/collection-state.ts
var QUOTA_WAIT = 1e4;
var CollectionState = class {
  constructor(subjects, type, random) {
    this.type = type;
    this.status = "loading";
    this.items = new Items();
    /** The number of items that cannot become state, without those that the server named. */
    this.unnamed = 0;
    /** Infinity if no load runs. */
    this.loadAt = 0;
    this.#has = (subject) => [...this.#subjects].some((pattern) => matches(pattern, subject));
    this.#subjects = new Set(subjects);
    this.#load = new SnapshotLoad(subjects);
    this.#backoff = new Backoff(random);
  }
  /** Those that the server has not refused. */
  #subjects;
  #load;
  #backoff;
  request() {
    return { ...this.#load.request(), types: [this.type] };
  }
  item(event, error) {
    const item = itemOf(event, this.type, !error);
    if (item) this.#load.add(event, item);
    return item && error ? [{ kind: "error", error }] : [];
  }
  page(reply, now) {
    const isExpected = this.#load.replied().length > 0;
    return isExpected ? this.#proceed(this.#load.page(reply), now) : [];
  }
  failed(reason, now) {
    const subjects = this.#load.replied();
    if (reason === UNAVAILABLE) return this.#proceed({ refused: [], wait: reason }, now);
    return this.#proceed({ refused: subjects.map((subject) => ({ subject, reason })), wait: void 0 }, now);
  }
  receive(delivery) {
    if (delivery.kind === "gap") return this.#restart();
    if (delivery.kind === "error" && delivery.error instanceof Refused) return this.#refuse(delivery.error);
    const update = updateOf(delivery, this.type);
    const changes = update && this.#has(update.event.subject ?? "") ? this.#update(update) : [];
    return delivery.kind === "error" ? [delivery, ...changes] : changes;
  }
  #proceed({ refused, wait }, now) {
    if (!this.#isLoading) return [];
    if (!wait) this.#backoff.reset();
    this.loadAt = now + (wait ? this.#backoff.nextDelay() : 0) + (wait === QUOTA ? QUOTA_WAIT : 0);
    const deliveries = refused.flatMap(({ subject, reason }) => this.#refuse(new Refused(subject, reason)));
    return [...deliveries, ...this.#finish()];
  }
  #restart() {
    if (this.#subjects.size === 0) return [];
    this.#load = new SnapshotLoad(this.#subjects);
    this.loadAt = 0;
    if (this.status !== "live") return [];
    this.status = "stale";
    return [changed2([])];
  }
  /** Reports it once. The items of other subjects stay. */
  #refuse(error) {
    if (!this.#subjects.delete(error.subject)) return [];
    this.#load.refuse(error.subject);
    if (this.#subjects.size === 0) this.status = "refused";
    return [{ kind: "error", error }, changed2(this.items.retain(this.#has)), ...this.#finish()];
  }
  #update(update) {
    if (!this.#isLoading) return this.items.apply(update) ? [changed2([update.event.subject ?? ""])] : [];
    this.#load.keep(update);
    return [];
  }
  /** Shows the snapshot if it is complete. */
  #finish() {
    if (!this.#isLoading || !this.#load.isComplete) return [];
    const [load, older] = [this.#load, this.items];
    this.#load = new SnapshotLoad([]);
    this.loadAt = Infinity;
    if (this.#subjects.size === 0) return [];
    this.items = load.finish();
    this.items.retain(this.#has);
    this.unnamed = load.unnamed;
    this.status = "live";
    return [changed2(this.items.follow(older), true)];
  }
  get #isLoading() {
    return this.loadAt < Infinity;
  }
  #has;
};
function changed2(subjects, replaced = false) {
  return { kind: "changed", subjects, replaced };
}

// src/protocol/event-type.ts
function removedType(type) {
  return type.replace(/\.(?=v\d+$)/, ".removed.");
}

// src/collection.ts
function collection(client, subjects, options) {
  if (subjects.length === 0) throw new Error("collection: no subject. Use one or more, such as orders/acme/*");
  return new Collection(client, [...new Set([subjects].flat())], options);
}
var Collection = class {
  /** @internal */
  constructor(client, subjects, options) {
    this.client = client;
    this.options = options;
    this.ready = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.ready.catch(() => {
    });
    const { type, signal } = options;
    const types = [type, removedType(type)];
    this.#state = new CollectionState(subjects, type, Math.random);
    this.#subscription = client.transport.createSubscription({ subjects, types, loader: this.#state });
    if (signal?.aborted || client.transport.state === "closed") this.close();
    else this.#start();
  }
  #resolve;
  #reject;
  #state;
  #subscription;
  #listeners = new Listeners();
  /** The change that the listeners receive after all deliveries of a frame. */
  #change;
  #items;
  #missing;
  #isClosed = false;
  #close = () => this.close();
  /** The state of the items: it shows if they follow every change. */
  get status() {
    return this.#isClosed ? "closed" : this.#state.status;
  }
  /** The data by subject. Another map replaces it when something changes. */
  get items() {
    return this.#items ??= this.#view(({ missing: missing2 }) => missing2 === void 0, ({ data }) => data);
  }
  /** The subjects of items that the server cannot send, with the reason: `invalid` or `too-large`. */
  get missing() {
    return this.#missing ??= this.#view(({ missing: missing2 }) => missing2 !== void 0, ({ missing: missing2 = "" }) => missing2);
  }
  /** The number of items that the server cannot send, and did not name. */
  get unnamed() {
    return this.#state.unnamed;
  }
  get size() {
    return this.items.size;
  }
  get(subject) {
    return this.items.get(subject);
  }
  has(subject) {
    return this.items.has(subject);
  }
  keys() {
    return this.items.keys();
  }
  values() {
    return this.items.values();
  }
  entries() {
    return this.items.entries();
  }
  [Symbol.iterator]() {
    return this.items.entries();
  }
  /** Calls the listener after changes: once for all events of a frame. Returns a function that removes it. */
  on(_name, listener) {
    return this.#listeners.add(listener);
  }
  /** Ends the changes. */
  close() {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#reject(new Error("the application closed the collection"));
    this.options.signal?.removeEventListener("abort", this.#close);
    this.client.open.delete(this);
    this.client.transport.unsubscribe(this.#subscription);
    this.#changed([], false);
  }
  #start() {
    this.options.signal?.addEventListener("abort", this.#close);
    this.client.open.add(this);
    const deliver = (delivery) => this.#deliver(delivery);
    this.client.transport.subscribe(this.#subscription, { deliver, confirm: () => {
    } });
  }
  #deliver(delivery) {
    if (delivery.kind === "changed") this.#changed(delivery.subjects, delivery.replaced);
    if (delivery.kind !== "error") return;
    queueMicrotask(() => (this.options.onError ?? reportError)(delivery.error));
    if (this.#state.status === "refused") this.#reject(delivery.error);
  }
  #changed(subjects, replaced) {
    if (replaced || subjects.length > 0) this.#items = this.#missing = void 0;
    if (!this.#change) queueMicrotask(() => this.#report());
    this.#change ??= { subjects: /* @__PURE__ */ new Set(), replaced };
    this.#change.replaced ||= replaced;
    for (const subject of subjects) this.#change.subjects.add(subject);
  }
  #report() {
    const change = this.#change;
    this.#change = void 0;
    if (change) this.#listeners.call(change);
    if (change?.replaced) this.#resolve();
  }
  #view(has, value) {
    const items = [...this.#state.items.all].filter(([, item]) => has(item));
    return new Map(items.map(([subject, item]) => [subject, value(item)]));
  }
};
export {
  Refused,
  collection,
  createClient
};
