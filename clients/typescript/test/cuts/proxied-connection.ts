import { connect, type Socket } from "node:net";
import { ByteStream } from "./byte-stream.js";
import type { Cut, ProtocolStep } from "./cut-plan.js";

/** A connection that does not reach its step within this time (ms) is cut anyway. */
const MAX_LIVE_TIME = 2000;
/** The longest time (ms) that the server's connection stays open after a cut. */
const MAX_LINGER = 500;

/** Reacts to a cut. */
export interface ProxyListener {
  /** Returns whether to cut this connection. */
  cutting(cut: Cut): boolean;
  closed(): void;
  random: () => number;
  /** Removes the sub-protocol with several events in each message from the offers of the client. */
  isSingle: boolean;
}

/** One connection through the proxy. */
export class ProxiedConnection {
  readonly #server: Socket;
  readonly #toServer: ByteStream;
  readonly #toClient: ByteStream;
  #stepCount = 0;
  #isReplay = false;
  /** No more bytes pass. */
  #isOver = false;

  constructor(
    private readonly client: Socket,
    target: URL,
    private cutPlanned: Cut | undefined,
    private readonly listener: ProxyListener,
  ) {
    this.#server = connect(Number(target.port), target.hostname);
    const changed = (bytes: Buffer) => this.#changed(bytes, target.host);
    this.#toServer = new ByteStream("request", (step, bytes) => this.#pass(step, changed(bytes), this.#server));
    this.#toClient = new ByteStream("response", (step, bytes) => this.#pass(step, bytes, client));
    client.on("data", (chunk) => this.#toServer.read(chunk));
    this.#server.on("data", (chunk) => this.#toClient.read(chunk));
    for (const socket of [client, this.#server]) socket.on("error", () => {}).on("close", () => this.cut());
  }

  silence(): void {
    this.#isOver = true;
  }

  cut(): void {
    this.#isOver = true;
    this.listener.closed();
    // After a reset of a socket that has begun to end, Node never exits.
    const canReset = !this.client.destroyed && !this.client.writableEnded;
    if (this.listener.random() < 0.5 && canReset) this.client.resetAndDestroy();
    this.client.destroy();
    const linger = this.#server.connecting ? 0 : this.listener.random() * MAX_LINGER;
    setTimeout(() => this.#server.destroy(), linger);
  }

  #pass(step: ProtocolStep | undefined, bytes: Buffer, to: Socket): void {
    if (this.#isOver) return;
    const cut = this.cutPlanned;
    if (!cut || !this.#isAt(cut, step) || !this.#begin(cut)) return void to.write(bytes);
    this.#isOver = true;
    const length = { before: 0, within: bytes.length >> 1, after: bytes.length, silence: 0 }[cut.mode];
    to.write(bytes.subarray(0, length), () => cut.mode === "silence" || this.cut());
  }

  #isAt(cut: Cut, step: ProtocolStep | undefined): boolean {
    if (step === "resumed") this.#isReplay = true;
    if (step === "subscribed") this.#isReplay = false;
    if (step === "subscribed") this.#cutLater();
    const at = step === "event" && this.#isReplay ? "replayed" : step;
    return cut.at === at && ++this.#stepCount === cut.nth;
  }

  /** The planned step may never come. */
  #cutLater(): void {
    const begin = () => this.cutPlanned && this.#begin({ ...this.cutPlanned, at: "any time", mode: "after" });
    setTimeout(() => begin() && this.cut(), this.listener.random() * MAX_LIVE_TIME);
  }

  #begin(cut: Cut): boolean {
    if (this.#isOver) return false;
    this.cutPlanned = undefined;
    return this.listener.cutting(cut);
  }

  /** Replaces the host of the request by the host of the server. Frames must not be compressed, because the proxy reads
   * them. */
  #changed(bytes: Buffer, host: string): Buffer {
    if (this.#toServer.isUpgraded) return bytes;
    const plain = bytes.toString("latin1").replace(/^host: .*$/im, `Host: ${host}`);
    const uncompressed = plain.replace(/^sec-websocket-extensions: .*\r\n/im, "");
    const head = this.listener.isSingle ? uncompressed.replace(/cloudevents-batch\.json, ?/i, "") : uncompressed;
    return Buffer.from(head, "latin1");
  }
}
