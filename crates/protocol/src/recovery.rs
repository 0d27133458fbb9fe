use serde::Serialize;

use crate::Position;

/// How many events, wanted or not, are looked through at most for one that comes back. Small ones: of others, the bytes
/// that are read end it earlier.
pub const MOST_PASSED: u64 = 200_000;

/// What is still there of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    pub end: Position,
    /// Everything from this offset on is there; after the end, if nothing is known to be.
    pub from: u64,
}

/// Why it cannot be told what came after a position: the client has to look at the whole state anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unrecovered {
    /// It is no position, or one that this log has not reached.
    PositionUnknown,
    /// It is of a log that is no more.
    EpochChanged,
    /// What came after it is not kept any more.
    Trimmed,
    /// More came after it than is sent again.
    TooMuch,
}

/// The offset after which to go on, if everything after it is known to be there.
pub fn recover(after: Option<Position>, held: Held) -> Result<u64, Unrecovered> {
    let Position { epoch, offset } = after.ok_or(Unrecovered::PositionUnknown)?;
    if epoch != held.end.epoch {
        return Err(Unrecovered::EpochChanged);
    }
    let missed = held.end.offset.checked_sub(offset).ok_or(Unrecovered::PositionUnknown)?;
    if missed > 0 && offset < held.from {
        return Err(Unrecovered::Trimmed);
    }
    if missed > MOST_PASSED { Err(Unrecovered::TooMuch) } else { Ok(offset) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Epoch;

    const OURS: Epoch = Epoch(7);

    fn at(offset: u64) -> Option<Position> {
        Some(Position { epoch: OURS, offset })
    }

    #[test]
    fn the_truth_table_of_recovery() {
        use Unrecovered::*;
        let other = Some(Position { epoch: Epoch(8), offset: 100 });
        let garbled = "7-100".parse().ok();
        // (what, after, the end, held from, the verdict)
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
            ("as much as is told", at(0), MOST_PASSED, 0, Ok(0)),
            ("one more than is told", at(0), MOST_PASSED + 1, 0, Err(TooMuch)),
            ("too much, and trimmed", at(0), MOST_PASSED + 1, 1, Err(Trimmed)),
        ];
        for (what, after, end, from, verdict) in rows {
            let end = Position { epoch: OURS, offset: end };
            assert_eq!(recover(after, Held { end, from }), verdict, "{what}");
        }
    }

    #[test]
    fn a_client_is_told_the_reason_in_words() {
        let reasons = [
            Unrecovered::PositionUnknown,
            Unrecovered::EpochChanged,
            Unrecovered::Trimmed,
            Unrecovered::TooMuch,
        ];
        let told = serde_json::to_string(&reasons).unwrap();
        assert_eq!(told, r#"["position-unknown","epoch-changed","trimmed","too-much"]"#);
    }
}
