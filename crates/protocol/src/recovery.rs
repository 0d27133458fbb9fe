use serde::Serialize;

use crate::Position;

/// The most events that are read for one resume, whether or not they match. With larger events, the limit on
/// bytes is reached earlier.
pub const MAX_SCANNED_EVENTS: u64 = 200_000;

/// The part of a log that is still retained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetainedLog {
    pub end: Position,
    /// Everything from this offset on is retained. After the end if nothing is known to be.
    pub from: u64,
}

/// Why the events after a position cannot be recovered. The client must fetch the current state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unrecovered {
    /// The text is not a position, or the log has not reached it.
    PositionUnknown,
    /// The position is of a log that was replaced.
    EpochChanged,
    /// The log no longer has the events after the position.
    Trimmed,
    /// More events follow the position than one resume can send.
    TooMuch,
    /// The subscription is wider than the channels that have logs.
    TooWide,
    /// The client's principal, or the clients of the channel together, read too much of the logs just now.
    QuotaExceeded,
}

/// Returns the offset from which to read on, if the log retains everything after it.
pub fn recover(after: Option<Position>, log: RetainedLog) -> Result<u64, Unrecovered> {
    let Position { epoch, offset } = after.ok_or(Unrecovered::PositionUnknown)?;
    if epoch != log.end.epoch {
        return Err(Unrecovered::EpochChanged);
    }
    let missed = log.end.offset.checked_sub(offset).ok_or(Unrecovered::PositionUnknown)?;
    if missed > 0 && offset < log.from {
        return Err(Unrecovered::Trimmed);
    }
    if missed > MAX_SCANNED_EVENTS { Err(Unrecovered::TooMuch) } else { Ok(offset) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Epoch;

    const EPOCH: Epoch = Epoch(7);

    fn at(offset: u64) -> Option<Position> {
        Some(Position { epoch: EPOCH, offset })
    }

    #[test]
    fn the_truth_table_of_recovery() {
        use Unrecovered::*;
        let other = Some(Position { epoch: Epoch(8), offset: 100 });
        let garbled = "7-100".parse().ok();
        // (case, after, end, retained from, result)
        let rows = [
            ("an empty log, from its beginning", at(0), 0, 0, Ok(0)),
            ("an empty log, ahead of it", at(1), 0, 0, Err(PositionUnknown)),
            ("an empty log, of another epoch", other, 0, 0, Err(EpochChanged)),
            ("from the beginning, all there", at(0), 100, 0, Ok(0)),
            ("from the beginning, which is gone", at(0), 100, 1, Err(Trimmed)),
            ("exactly the end", at(100), 100, 1, Ok(100)),
            ("exactly the end, and all is expired", at(100), 100, 101, Ok(100)),
            ("one behind", at(99), 100, 1, Ok(99)),
            ("as old as what is there", at(40), 100, 40, Ok(40)),
            ("older by one", at(39), 100, 40, Err(Trimmed)),
            ("behind, and all is expired", at(99), 100, 101, Err(Trimmed)),
            ("one ahead", at(101), 100, 1, Err(PositionUnknown)),
            ("far ahead", at(u64::MAX), 100, 1, Err(PositionUnknown)),
            ("another epoch", other, 100, 1, Err(EpochChanged)),
            ("another epoch, ahead of the end", other, 99, 1, Err(EpochChanged)),
            ("garbled", garbled, 100, 1, Err(PositionUnknown)),
            ("the most", at(0), MAX_SCANNED_EVENTS, 0, Ok(0)),
            ("one more than the most", at(0), MAX_SCANNED_EVENTS + 1, 0, Err(TooMuch)),
            ("too much, and trimmed", at(0), MAX_SCANNED_EVENTS + 1, 1, Err(Trimmed)),
        ];
        for (what, after, end, from, result) in rows {
            let end = Position { epoch: EPOCH, offset: end };
            assert_eq!(recover(after, RetainedLog { end, from }), result, "{what}");
        }
    }

    #[test]
    fn reasons_are_written_in_kebab_case() {
        let reasons = [
            Unrecovered::PositionUnknown,
            Unrecovered::EpochChanged,
            Unrecovered::Trimmed,
            Unrecovered::TooMuch,
            Unrecovered::TooWide,
            Unrecovered::QuotaExceeded,
        ];
        let text = serde_json::to_string(&reasons).unwrap();
        let expected =
            r#"["position-unknown","epoch-changed","trimmed","too-much","too-wide","quota-exceeded"]"#;
        assert_eq!(text, expected);
    }
}
