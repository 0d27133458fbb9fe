// Splits the bytes of one direction of a WebSocket into frames (RFC 6455).

export interface WebSocketFrame {
  /** The header and the payload. */
  bytes: Buffer;
  text: string;
}

export class FrameReader {
  #bytes = Buffer.alloc(0);

  *read(chunk: Buffer): Generator<WebSocketFrame> {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    for (let frame = firstFrame(this.#bytes); frame; frame = firstFrame(this.#bytes)) {
      this.#bytes = this.#bytes.subarray(frame.bytes.length);
      yield frame;
    }
  }
}

/** Returns `undefined` if the frame is not complete. */
function firstFrame(bytes: Buffer): WebSocketFrame | undefined {
  if (bytes.length < headerLength(bytes)) return undefined;
  const [start, length] = [headerLength(bytes), payloadLength(bytes)];
  if (bytes.length < start + length) return undefined;
  const mask = isMasked(bytes) ? bytes.subarray(start - 4, start) : undefined;
  const payload = Buffer.from(bytes.subarray(start, start + length)).map((byte, n) => byte ^ (mask?.[n % 4] ?? 0));
  return { bytes: bytes.subarray(0, start + length), text: Buffer.from(payload).toString() };
}

function isMasked(bytes: Buffer): boolean {
  return (bytes[1]! & 0x80) !== 0;
}

/** RFC 6455, 5.2: the length has 7 bits, or 16 or 64 bits that follow. */
function headerLength(bytes: Buffer): number {
  if (bytes.length < 2) return 2;
  const extended = { 126: 2, 127: 8 }[bytes[1]! & 0x7f] ?? 0;
  return 2 + extended + (isMasked(bytes) ? 4 : 0);
}

function payloadLength(bytes: Buffer): number {
  const length = bytes[1]! & 0x7f;
  if (length === 126) return bytes.readUInt16BE(2);
  return length === 127 ? Number(bytes.readBigUInt64BE(2)) : length;
}
