//! The keys of items. A channel's partition has the source as its key.

/// The condition of a write that replaces no item.
pub(crate) const ABSENT: &str = "attribute_not_exists(pk)";

/// The sort key of a channel's end. It sorts after all offsets.
pub(crate) const END: &str = "end";

/// The sort key after those of all offsets, and before the end.
pub(crate) const AFTER_OFFSETS: &str = "99999999999999999999";

/// A pipe's directory has so many partitions, so that many new channels a second are no burden for one.
pub(crate) const DIRECTORIES: u64 = 16;

/// The sort key of an item with events: the first offset.
pub(crate) fn of_offset(offset: u64) -> String {
    format!("{offset:020}")
}

/// No log has so many events. Sums with larger numbers could overflow.
pub(crate) const MAX_OFFSET: u64 = u64::MAX / 2;

/// The offset of a sort key, if it is one.
pub(crate) fn offset(sk: &str) -> Option<u64> {
    let is_number = sk.len() == 20 && sk.bytes().all(|byte| byte.is_ascii_digit());
    let number = if is_number { sk.parse().ok() } else { None };
    number.filter(|offset| *offset <= MAX_OFFSET)
}

/// The partition with the further items of large events.
pub(crate) fn parts(source: &str) -> String {
    format!("{source}#parts")
}

/// A partition of a pipe's directory.
pub(crate) fn directory(pipe: &str, number: u64) -> String {
    format!("{pipe}#channels#{number:02}")
}

/// The number of the directory's partition that has a channel.
pub(crate) fn directory_of(source: &str) -> u64 {
    let hash = source.bytes().fold(0_u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
    hash % DIRECTORIES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_an_offset_that_no_log_has_is_none() {
        assert_eq!(offset(&of_offset(MAX_OFFSET)), Some(MAX_OFFSET));
        for sk in [of_offset(MAX_OFFSET + 1), of_offset(u64::MAX), AFTER_OFFSETS.to_owned(), END.to_owned()] {
            assert_eq!(offset(&sk), None, "{sk}");
        }
    }
    #[test]
    fn the_channels_of_a_pipe_are_in_all_partitions_of_its_directory() {
        let numbers = (0..200).map(|tenant| directory_of(&format!("tablecast/orders/{tenant}")));
        assert_eq!(numbers.collect::<std::collections::BTreeSet<_>>().len(), DIRECTORIES as usize);
    }
}
