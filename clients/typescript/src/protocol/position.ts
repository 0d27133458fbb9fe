/** A place in the log of a source. Another epoch is another log, whose offsets say nothing here. */
export interface Position {
  epoch: string;
  /** Of the events of the source, wanted or not: from 1 on, without holes. 0 is before the first. */
  offset: number;
}

/** From `<epoch>-<offset>`. */
export function position(text: string | undefined): Position | undefined {
  const [, epoch, offset] = /^([0-9a-f]+)-(\d+)$/.exec(text ?? "") ?? [];
  return epoch === undefined ? undefined : { epoch, offset: Number(offset) };
}

export function positionText({ epoch, offset }: Position): string {
  return `${epoch}-${offset}`;
}
