use std::collections::BTreeMap;

/// The first offsets that listeners lack, with the number of listeners of each. The least one bounds the cursor.
#[derive(Debug, Default)]
pub struct LowWatermark(BTreeMap<u64, usize>);

impl LowWatermark {
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
        let mut watermark = LowWatermark::default();
        watermark.change(None, Some(4));
        watermark.change(None, Some(4));
        watermark.change(None, Some(9));
        watermark.change(Some(4), Some(7));
        assert_eq!(watermark.first(), Some(4));
        watermark.change(Some(4), None);
        assert_eq!(watermark.first(), Some(7));
        watermark.change(Some(7), None);
        watermark.change(Some(9), None);
        assert_eq!(watermark.first(), None);
    }
}
