use std::io::Read;

use serde_json::value::RawValue;
use tablecast_protocol::LATE_BYTES;

/// The largest event. EventBridge accepts no larger entry.
pub const EVENT_BYTES: usize = 1024 * 1024;

/// The size of several events before compression. It is small because reading the end of a log reads its last
/// item. A larger event has a block of its own, which can be too large for one item: see `parts`.
const BLOCK_BYTES: usize = 64 * 1024;

/// zstd's default.
const LEVEL: i32 = 3;

/// The events of one item.
#[derive(Debug, PartialEq, Eq)]
pub struct Block {
    pub count: usize,
    /// A JSON array, in zstd.
    pub bytes: Vec<u8>,
}

/// Packs events into as few blocks as their sizes allow, in order. No event may be larger than `EVENT_BYTES`.
pub fn blocks<'e>(events: &'e [&'e str]) -> impl Iterator<Item = Block> + 'e {
    let mut rest = events;
    std::iter::from_fn(move || {
        let (events, later) = rest.split_at(fitting(rest));
        rest = later;
        (!events.is_empty()).then(|| Block { count: events.len(), bytes: compressed(events) })
    })
}

/// Returns the events of a block.
pub fn unpack(bytes: &[u8]) -> Result<Vec<Box<RawValue>>, String> {
    let mut text = String::new();
    let decoder = zstd::Decoder::new(bytes).map_err(|error| error.to_string())?;
    let limit = (EVENT_BYTES + LATE_BYTES) as u64 + 3;
    decoder.take(limit).read_to_string(&mut text).map_err(|error| error.to_string())?;
    serde_json::from_str(&text).map_err(|error| error.to_string())
}

/// How many events fit into one block, with brackets and commas. At least one, if there is one.
fn fitting(events: &[&str]) -> usize {
    let mut bytes = "]".len();
    let fits = |event: &&&str| {
        bytes += event.len() + ",".len();
        bytes <= BLOCK_BYTES
    };
    let several = events.iter().take_while(fits).count();
    several.max(events.len().min(1))
}

/// Compression in memory cannot fail.
fn compressed(events: &[&str]) -> Vec<u8> {
    let text = format!("[{}]", events.join(","));
    zstd::encode_all(text.as_bytes(), LEVEL).unwrap_or_default()
}

#[cfg(test)]
mod tests;
