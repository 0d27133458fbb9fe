use std::time::Duration;

use tablecast_protocol::Position;

use crate::wire::control::Positions;

/// docs/adr/0014-the-log.md: 190 s after the append, every subscriber has the event, or its connection is closed, or
/// the event has a later offset too. The other 10 s are the longest wait for a pong.
const DELIVERED_AFTER: Duration = Duration::from_secs(200);

/// The positions in the pongs of one connection: the ends of the logs, or less while `fanout` is behind.
#[derive(Debug, Default)]
pub(super) struct PongHistory(Vec<(Positions, Duration)>);

impl PongHistory {
    pub fn add(&mut self, log_ends: Positions, now: Duration) {
        self.0.push((log_ends, now));
    }

    /// Returns the positions up to which every event has arrived. Call it with each new pong: events that were handed
    /// over to `fanout` after the old pong can lower its positions.
    pub fn delivered_to(&mut self, newest: &Positions, now: Duration) -> Positions {
        let count = self.0.iter().take_while(|(_, at)| at.saturating_add(DELIVERED_AFTER) <= now).count();
        let last = self.0.drain(..count).next_back();
        last.map(|(old, _)| least(&old, newest)).unwrap_or_default()
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }
}

/// Offsets continue over epochs. Leaves out sources that the newest pong does not list.
fn least(old: &Positions, newest: &Positions) -> Positions {
    let least = old.iter().filter_map(|(source, old)| {
        let now = newest.get(source)?;
        Some((source.clone(), Position { epoch: old.epoch, offset: old.offset.min(now.offset) }))
    });
    least.collect()
}
