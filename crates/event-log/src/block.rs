use std::io::Read;

use serde_json::value::RawValue;

/// An event has at most so many bytes: EventBridge takes no larger entry.
pub const EVENT_BYTES: usize = 256 * 1024;

/// Of several events before compression: small, because whoever asks for the end of a log reads its last item. A longer
/// event is alone. Either way, even what does not compress stays far below the 400 KB of DynamoDB's items.
const BLOCK_BYTES: usize = 64 * 1024;

/// zstd's default.
const LEVEL: i32 = 3;

/// Events that are kept as one item.
#[derive(Debug, PartialEq, Eq)]
pub struct Block {
    pub count: usize,
    /// A JSON array, in zstd.
    pub bytes: Vec<u8>,
}

/// The events, in order, in as few blocks as their size allows. None of them is longer than `EVENT_BYTES`.
pub fn blocks<'e>(events: &'e [&'e str]) -> impl Iterator<Item = Block> + 'e {
    let mut rest = events;
    std::iter::from_fn(move || {
        let (events, later) = rest.split_at(fitting(rest));
        rest = later;
        (!events.is_empty()).then(|| Block { count: events.len(), bytes: compressed(events) })
    })
}

/// The events of a block.
pub fn unpack(bytes: &[u8]) -> Result<Vec<Box<RawValue>>, String> {
    let mut text = String::new();
    let decoder = zstd::Decoder::new(bytes).map_err(|error| error.to_string())?;
    let limit = EVENT_BYTES as u64 + 3;
    decoder.take(limit).read_to_string(&mut text).map_err(|error| error.to_string())?;
    serde_json::from_str(&text).map_err(|error| error.to_string())
}

/// How many of the events make one block, brackets and commas included; at least one, if there is one.
fn fitting(events: &[&str]) -> usize {
    let mut bytes = "]".len();
    let fits = |event: &&&str| {
        bytes += event.len() + ",".len();
        bytes <= BLOCK_BYTES
    };
    let several = events.iter().take_while(fits).count();
    several.max(events.len().min(1))
}

/// Compression of what is in memory cannot fail.
fn compressed(events: &[&str]) -> Vec<u8> {
    let text = format!("[{}]", events.join(","));
    zstd::encode_all(text.as_bytes(), LEVEL).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A text of so many bytes in JSON that hardly compresses.
    fn noise(bytes: usize, seed: u64) -> String {
        let mut state = seed.wrapping_mul(2) | 1;
        let mut letter = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            char::from(b'0' + (state >> 58) as u8)
        };
        let body: String = (0..bytes - 2).map(|_| letter()).collect();
        format!("\"{}\"", body.replace('\\', "|"))
    }

    fn counts(events: &[String]) -> Vec<usize> {
        let events: Vec<&str> = events.iter().map(String::as_str).collect();
        blocks(&events).map(|block| block.count).collect()
    }

    #[test]
    fn a_block_is_filled_to_the_last_byte_and_no_further() {
        let half = noise(BLOCK_BYTES / 2, 1);
        let at = noise(BLOCK_BYTES / 2 - "[,]".len(), 2);
        let over = noise(BLOCK_BYTES / 2 - "[,]".len() + 1, 3);
        assert_eq!(counts(&[half.clone(), at]), [2]);
        assert_eq!(counts(&[half, over]), [1, 1]);
        assert_eq!(counts(&[]), [0; 0]);
    }

    #[test]
    fn the_largest_event_is_a_block_and_even_noise_fits_well_into_an_item() {
        let events = [noise(EVENT_BYTES, 1), noise(EVENT_BYTES, 2)];
        let texts: Vec<&str> = events.iter().map(String::as_str).collect();
        let blocks: Vec<_> = blocks(&texts).collect();
        assert_eq!(blocks.len(), 2);
        assert!(blocks.iter().all(|block| block.bytes.len() < 300 * 1024));
        assert_eq!(unpack(&blocks[1].bytes).unwrap()[0].get(), events[1]);
    }

    #[test]
    fn what_is_no_block_is_an_error() {
        let zstd = |text: &str| zstd::encode_all(text.as_bytes(), LEVEL).unwrap();
        let long = format!("[\"{}\"]", "x".repeat(EVENT_BYTES));
        for bytes in [vec![], b"[]".to_vec(), zstd("{}"), zstd("[1"), zstd(&long)] {
            assert!(unpack(&bytes).is_err(), "{} bytes", bytes.len());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn every_event_is_in_one_block_in_order_and_to_the_byte(
            sizes in prop::collection::vec(prop_oneof![9 => 2..2_000_usize, 1 => 2..EVENT_BYTES], 0..40),
        ) {
            let events: Vec<_> = sizes.iter().enumerate().map(|(n, size)| noise(*size, n as u64)).collect();
            let texts: Vec<&str> = events.iter().map(String::as_str).collect();
            let mut found = Vec::new();
            for block in blocks(&texts) {
                let unpacked = unpack(&block.bytes).unwrap();
                prop_assert_eq!(unpacked.len(), block.count);
                found.extend(unpacked.iter().map(|event| event.get().to_owned()));
            }
            prop_assert_eq!(found, events);
        }
    }
}
