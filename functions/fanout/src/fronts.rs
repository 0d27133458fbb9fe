use std::collections::BTreeMap;

/// The first offset that each listener lacks: how many listeners have each.
#[derive(Debug, Default)]
pub struct Fronts(BTreeMap<u64, usize>);

impl Fronts {
    /// Moves a listener.
    pub fn change(&mut self, from: Option<u64>, to: Option<u64>) {
        if from == to {
            return;
        }
        if let Some(to) = to {
            *self.0.entry(to).or_default() += 1;
        }
        if let Some(count) = from.and_then(|from| self.0.get_mut(&from)) {
            *count -= 1;
        }
        if let Some(from) = from.filter(|from| self.0.get(from) == Some(&0)) {
            self.0.remove(&from);
        }
    }

    pub fn first(&self) -> Option<u64> {
        self.0.keys().next().copied()
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_offset_is_that_of_the_slowest_listener() {
        let mut fronts = Fronts::default();
        fronts.change(None, Some(4));
        fronts.change(None, Some(4));
        fronts.change(None, Some(9));
        fronts.change(Some(4), Some(7));
        assert_eq!(fronts.first(), Some(4));
        fronts.change(Some(4), None);
        assert_eq!(fronts.first(), Some(7));
        fronts.change(Some(7), None);
        fronts.change(Some(9), None);
        assert_eq!(fronts.first(), None);
    }
}
