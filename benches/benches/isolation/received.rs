/// The events of one subject that a client has.
#[derive(Debug, Clone, Default)]
pub struct Received {
    /// A bit for each event.
    events: Vec<u64>,
    count: usize,
    latest: Option<usize>,
}

/// How an event came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    Next,
    /// After a later event of its subject.
    Late,
    Again,
}

impl Received {
    pub fn add(&mut self, number: usize) -> Arrival {
        let (word, bit) = (number / 64, 1 << (number % 64));
        if self.events.len() <= word {
            self.events.resize(word + 1, 0);
        }
        if self.events[word] & bit != 0 {
            return Arrival::Again;
        }
        self.events[word] |= bit;
        self.count += 1;
        let is_late = self.latest.is_some_and(|latest| latest > number);
        self.latest = self.latest.max(Some(number));
        if is_late { Arrival::Late } else { Arrival::Next }
    }

    pub fn count(&self) -> usize {
        self.count
    }

    /// Events that are missing before the latest one.
    pub fn lost(&self) -> usize {
        self.latest.map_or(0, |latest| latest + 1) - self.count
    }
}
