//! Which events a reported gap covers: those of its source between the last event before the gap and the first one
//! after it.

use std::collections::HashMap;

use super::Position;
use super::observations::{Entry, Received};

pub struct Gaps<'a> {
    /// The source of each gap, and its place among the entries.
    gaps: Vec<(&'a str, usize)>,
    received: HashMap<&'a str, Vec<(usize, &'a Position)>>,
}

impl<'a> Gaps<'a> {
    pub fn new(entries: &'a [Entry]) -> Self {
        let mut all = Self { gaps: Vec::new(), received: HashMap::new() };
        for (place, entry) in entries.iter().enumerate() {
            match entry {
                Entry::Gap { source, .. } => all.gaps.push((source, place)),
                Entry::Event(Received { source, position: Some(position), .. }) => {
                    all.received.entry(source).or_default().push((place, position));
                }
                _ => {}
            }
        }
        all
    }

    /// Returns whether a gap covers each of the positions that the event has. Without a position, none does.
    pub fn cover(&self, source: &str, positions: &[Position]) -> bool {
        !positions.is_empty() && positions.iter().all(|position| self.covers(source, position))
    }

    fn covers(&self, source: &str, position: &Position) -> bool {
        let received = self.received.get(source).map(Vec::as_slice).unwrap_or_default();
        let concerns = |gap: &str| match gap.strip_suffix('*') {
            Some(prefix) => source.starts_with(prefix),
            None => source == gap,
        };
        self.gaps.iter().filter(|(gap, _)| concerns(gap)).any(|(_, gap)| {
            let side = |is_after: bool| received.iter().filter(move |(place, _)| (place > gap) == is_after);
            let last = side(false).map(|(_, before)| *before).max();
            let first = side(true).map(|(_, after)| *after).min();
            last.is_none_or(|last| last < position) && first.is_none_or(|first| position < first)
        })
    }
}
