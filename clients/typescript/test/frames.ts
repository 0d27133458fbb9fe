// The frames of one direction of a WebSocket, in bytes as they come.

export interface Frame {
  /** All of it. */
  bytes: Buffer;
  text: string;
}

export class Frames {
  #bytes = Buffer.alloc(0);

  *read(chunk: Buffer): Generator<Frame> {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    for (let frame = first(this.#bytes); frame; frame = first(this.#bytes)) {
      this.#bytes = this.#bytes.subarray(frame.bytes.length);
      yield frame;
    }
  }
}

/** Nothing, if it is not all there. */
function first(bytes: Buffer): Frame | undefined {
  if (bytes.length < header(bytes)) return undefined;
  const [start, length] = [header(bytes), payload(bytes)];
  if (bytes.length < start + length) return undefined;
  const mask = isMasked(bytes) ? bytes.subarray(start - 4, start) : undefined;
  const text = Buffer.from(bytes.subarray(start, start + length)).map((byte, n) => byte ^ (mask?.[n % 4] ?? 0));
  return { bytes: bytes.subarray(0, start + length), text: Buffer.from(text).toString() };
}

function isMasked(bytes: Buffer): boolean {
  return (bytes[1]! & 0x80) !== 0;
}

/** RFC 6455, 5.2: 7 bits for the length, or 16 or 64 that follow. */
function header(bytes: Buffer): number {
  if (bytes.length < 2) return 2;
  const more = { 126: 2, 127: 8 }[bytes[1]! & 0x7f] ?? 0;
  return 2 + more + (isMasked(bytes) ? 4 : 0);
}

function payload(bytes: Buffer): number {
  const length = bytes[1]! & 0x7f;
  if (length === 126) return bytes.readUInt16BE(2);
  return length === 127 ? Number(bytes.readBigUInt64BE(2)) : length;
}
