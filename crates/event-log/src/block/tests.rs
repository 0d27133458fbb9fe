use proptest::prelude::*;

use super::*;

/// A JSON string of this length that hardly compresses.
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
fn a_block_holds_events_up_to_its_limit_and_no_more() {
    let half = noise(BLOCK_BYTES / 2, 1);
    let at = noise(BLOCK_BYTES / 2 - "[,]".len(), 2);
    let over = noise(BLOCK_BYTES / 2 - "[,]".len() + 1, 3);
    assert_eq!(counts(&[half.clone(), at]), [2]);
    assert_eq!(counts(&[half, over]), [1, 1]);
    assert_eq!(counts(&[]), [0; 0]);
}

#[test]
fn the_largest_event_is_a_block_of_its_own() {
    let events = [noise(EVENT_BYTES, 1), noise(EVENT_BYTES, 2)];
    let texts: Vec<&str> = events.iter().map(String::as_str).collect();
    let blocks: Vec<_> = blocks(&texts).collect();
    assert_eq!(blocks.len(), 2);
    assert_eq!(unpack(&blocks[1].bytes).unwrap()[0].get(), events[1]);
}

#[test]
fn bytes_that_are_not_a_block_are_an_error() {
    let zstd = |text: &str| zstd::encode_all(text.as_bytes(), LEVEL).unwrap();
    let long = format!("[\"{}\"]", "x".repeat(EVENT_BYTES + LATE_BYTES));
    for bytes in [vec![], b"[]".to_vec(), zstd("{}"), zstd("[1"), zstd(&long)] {
        assert!(unpack(&bytes).is_err(), "{} bytes", bytes.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn unpacked_blocks_hold_every_event_in_order_and_unchanged(
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
