use std::collections::VecDeque;

/// The events that some listener lacks, or is being sent: the worker keeps each of them once.
#[derive(Debug, Default)]
pub struct RetainedEvents {
    /// Their offsets and bytes.
    events: VecDeque<(u64, usize)>,
    bytes: usize,
}

impl RetainedEvents {
    pub fn add(&mut self, offset: u64, bytes: usize) {
        self.events.push_back((offset, bytes));
        self.bytes += bytes;
    }

    /// Every listener has the events up to here.
    pub fn release(&mut self, cursor: u64) {
        while let Some((_, bytes)) = self.events.pop_front_if(|(offset, _)| *offset <= cursor) {
            self.bytes -= bytes;
        }
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Bytes of the events from an offset on.
    pub fn bytes_from(&self, offset: u64) -> usize {
        let start = self.events.partition_point(|(other, _)| *other < offset);
        self.events.range(start..).map(|(_, bytes)| bytes).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_that_every_listener_has_are_released() {
        let mut retained = RetainedEvents::default();
        for offset in 1..=4 {
            retained.add(offset, 10);
        }
        retained.release(2);
        assert_eq!((retained.bytes(), retained.bytes_from(3), retained.bytes_from(4)), (20, 20, 10));
        retained.release(9);
        assert_eq!((retained.bytes(), retained.bytes_from(1)), (0, 0));
    }
}
