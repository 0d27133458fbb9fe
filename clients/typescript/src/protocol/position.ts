/** A position in the log of a source. */
export interface Position {
  /** Another one begins after all events of a log expired, or when the log is lost. */
  epoch: string;
  /** Counts every event of an epoch, without gaps. 0 is before the first event. */
  offset: number;
}

/** One position for each source. */
export type Positions = ReadonlyMap<string, Position>;

/** Parses `<epoch>-<offset>`. */
export function parsePosition(text: string | undefined): Position | undefined {
  const [, epoch, offset] = /^([0-9a-f]+)-(\d+)$/.exec(text ?? "") ?? [];
  return epoch === undefined ? undefined : { epoch, offset: Number(offset) };
}

export function formatPosition({ epoch, offset }: Position): string {
  return `${epoch}-${offset}`;
}

/** Sorts positions of one source. Epochs grow, but the server makes one up for a log without events. */
export function comparePositions(one: Position, other: Position): number {
  if (one.epoch === other.epoch || isEmpty(one) !== isEmpty(other)) return one.offset - other.offset;
  return one.epoch < other.epoch ? -1 : 1;
}

/** Returns whether a source has this position before its first event. So has a pattern that has no log. */
export function isEmpty({ offset }: Position): boolean {
  return offset === 0;
}
