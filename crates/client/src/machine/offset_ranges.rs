use std::collections::BTreeSet;

/// Formats offsets as ranges, such as `3-5,9`. Consecutive offsets need little space.
pub(super) fn format(offsets: &BTreeSet<u64>) -> String {
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for offset in offsets.iter().copied() {
        match ranges.last_mut() {
            Some((_, to)) if *to + 1 == offset => *to = offset,
            _ => ranges.push((offset, offset)),
        }
    }
    let texts = ranges.into_iter().map(|(from, to)| match from == to {
        true => from.to_string(),
        false => format!("{from}-{to}"),
    });
    texts.collect::<Vec<_>>().join(",")
}

/// Parses ranges. Returns at most `max` offsets, so that a broken text cannot fill the memory.
pub(super) fn parse(text: &str, max: usize) -> impl Iterator<Item = u64> + '_ {
    text.split(',').filter_map(range).flatten().take(max)
}

fn range(text: &str) -> Option<std::ops::RangeInclusive<u64>> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    Some(from.parse().ok()?..=to.parse().ok()?)
}
