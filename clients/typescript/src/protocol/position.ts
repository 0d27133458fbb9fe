/** A position in the log of a source. Offsets of different epochs cannot be compared. */
export interface Position {
  epoch: string;
  /** Counts every event of the source, from 1, without gaps. 0 is before the first event. */
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
