use std::collections::{HashSet, VecDeque};

/// How many events are remembered, to recognize those that arrive again.
const MAX: usize = 20_000;

/// The latest ids.
#[derive(Debug, Default)]
pub struct Recent {
    ids: HashSet<String>,
    oldest_first: VecDeque<String>,
}

impl Recent {
    /// Returns whether the id is new.
    pub fn insert(&mut self, id: String) -> bool {
        if !self.ids.insert(id.clone()) {
            return false;
        }
        self.oldest_first.push_back(id);
        if self.oldest_first.len() > MAX {
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
        let mut recent = Recent::default();
        assert!((0..MAX + 1).all(|id| recent.insert(id.to_string())));
        assert!(!recent.insert("1".to_owned()) && recent.insert("0".to_owned()));
        assert_eq!(recent.ids.len(), MAX);
    }
}
