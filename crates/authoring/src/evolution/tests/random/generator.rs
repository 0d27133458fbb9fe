use std::cell::Cell;

pub const NAMES: [&str; 4] = ["a", "b", "ab", "c"];

/// Makes random choices. The same seed gives the same choices.
pub struct Generator(Cell<u64>);

impl Generator {
    pub fn new(seed: u64) -> Self {
        Self(Cell::new(seed))
    }

    /// Returns a number below `limit`, with a linear congruential generator.
    pub fn below(&self, limit: usize) -> usize {
        self.0.set(
            self.0.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407),
        );
        (self.0.get() >> 33) as usize % limit
    }

    pub fn choose<'o, T>(&self, options: &'o [T]) -> &'o T {
        &options[self.below(options.len())]
    }

    pub fn name(&self) -> &'static str {
        NAMES[self.below(NAMES.len())]
    }
}
