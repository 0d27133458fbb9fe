use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

/// Number of ids, and of offsets, that a subscription remembers to detect duplicates.
pub(super) const MAX_REMEMBERED: usize = 20_000;

/// The latest event ids. They detect a duplicate that has no position, or another one.
#[derive(Debug, Default)]
pub(super) struct RecentIds {
    ids: HashSet<Arc<str>>,
    oldest_first: VecDeque<Arc<str>>,
}

impl RecentIds {
    pub fn has(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    /// Remembers a new id.
    pub fn add(&mut self, id: String) {
        let id: Arc<str> = id.into();
        self.ids.insert(id.clone());
        self.oldest_first.push_back(id);
        if self.oldest_first.len() > MAX_REMEMBERED {
            let oldest = self.oldest_first.pop_front();
            self.ids.remove(&oldest.unwrap_or_default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_remembered_ids_is_bounded() {
        let mut recent = RecentIds::default();
        (0..=MAX_REMEMBERED).for_each(|id| recent.add(id.to_string()));
        assert!(recent.has("1") && !recent.has("0"));
        assert_eq!(recent.ids.len(), MAX_REMEMBERED);
    }
}
