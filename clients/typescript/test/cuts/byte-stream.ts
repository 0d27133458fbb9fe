import type { ProtocolStep } from "./cut-plan.js";
import { FrameReader } from "./websocket-frames.js";

type Pass = (step: ProtocolStep | undefined, bytes: Buffer) => void;

/** The bytes of one direction: an HTTP head, then WebSocket frames. Passes each with its protocol step. */
export class ByteStream {
  /** True if the HTTP head is complete. */
  isUpgraded = false;
  #head = Buffer.alloc(0);
  readonly #frames = new FrameReader();

  constructor(
    private readonly head: "request" | "response",
    private readonly pass: Pass,
  ) {}

  read(chunk: Buffer): void {
    if (this.isUpgraded) return this.#readFrames(chunk);
    this.#head = Buffer.concat([this.#head, chunk]);
    const end = this.#head.indexOf("\r\n\r\n") + 4;
    if (end < 4) return;
    this.pass(this.head, this.#head.subarray(0, end));
    this.isUpgraded = true;
    this.#readFrames(this.#head.subarray(end));
  }

  #readFrames(chunk: Buffer): void {
    for (const { bytes, text } of this.#frames.read(chunk)) this.pass(stepOf(text), bytes);
  }
}

function stepOf(text: string): ProtocolStep | undefined {
  const action = /^\{"action":"(subscribe|ping)"/.exec(text)?.[1];
  if (action) return action as ProtocolStep;
  const control = /"type":"tablecast\.(resumed|subscribed|pong)\.v1"/.exec(text)?.[1];
  if (control) return control as ProtocolStep;
  return text.includes('"position":"') ? "event" : undefined;
}
