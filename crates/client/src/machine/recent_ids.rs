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
    /// Returns whether the id is new.
    pub fn add(&mut self, id: String) -> bool {
        let id: Arc<str> = id.into();
        if !self.ids.insert(id.clone()) {
            return false;
        }
        self.oldest_first.push_back(id);
        if self.oldest_first.len() > MAX_REMEMBERED {
            let oldest = self.oldest_first.pop_front();
            self.ids.remove(&oldest.unwrap_or_default());
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_remembered_ids_is_bounded() {
        let mut recent = RecentIds::default();
        assert!((0..=MAX_REMEMBERED).all(|id| recent.add(id.to_string())));
        assert!(!recent.add("1".to_owned()) && recent.add("0".to_owned()));
        assert_eq!(recent.ids.len(), MAX_REMEMBERED);
    }
}
