use std::fmt;
use std::time::Duration;

/// Which dispatchers append to which channels.
#[derive(Debug, Clone, Copy)]
pub struct Scenario {
    pub dispatchers: usize,
    pub channels: usize,
    pub load: Load,
    /// The time between two batches of a dispatcher, in which it would push.
    pub pushes: Duration,
    /// The virtual time of the measurement.
    pub time: Duration,
}

/// How the events spread over the channels.
#[derive(Debug, Clone, Copy)]
pub enum Load {
    Even,
    /// The channel number n gets 1 / n of the events of the first.
    Zipf,
}

const DISPATCHERS: [usize; 4] = [1, 8, 32, 128];
const CHANNELS: [usize; 3] = [1, 1_000, 100_000];

/// All rows. One channel has no distribution of its load. It has many writers, so it matters how much each of
/// them writes.
pub fn scenarios() -> impl Iterator<Item = Scenario> {
    CHANNELS.into_iter().flat_map(|channels| {
        let variants = match channels {
            1 => vec![(Load::Even, 0), (Load::Even, 5), (Load::Even, 50)],
            _ => vec![(Load::Even, 0), (Load::Zipf, 0)],
        };
        variants.into_iter().flat_map(move |(load, pushes)| {
            DISPATCHERS.map(|dispatchers| Scenario {
                dispatchers,
                channels,
                load,
                pushes: Duration::from_millis(pushes),
                time: time(dispatchers, channels),
            })
        })
    })
}

/// Contention needs time to build up. Otherwise, more dispatchers need less time for as many batches.
fn time(dispatchers: usize, channels: usize) -> Duration {
    Duration::from_secs(match (channels, dispatchers) {
        (1, _) => 20,
        (_, 1) => 10,
        (_, 8) => 4,
        (_, _) => 1,
    })
}

impl Scenario {
    /// The time before the measurement. All dispatchers begin in the same millisecond, which no deployment does: the
    /// writers of one channel then use up its partition at once.
    pub fn warm_up(&self) -> Duration {
        if self.channels == 1 { Duration::from_secs(10) } else { Duration::ZERO }
    }

    /// The channels of one dispatcher. DynamoDB Streams deliver a partition key to one dispatcher at a time.
    /// A single channel has several partition keys, so all dispatchers share it.
    pub fn channels_of(&self, dispatcher: usize) -> Vec<usize> {
        match self.channels {
            1 => vec![0],
            channels => (dispatcher..channels).step_by(self.dispatchers).collect(),
        }
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let load = match self.load {
            Load::Even => "even",
            Load::Zipf => "Zipf",
        };
        write!(out, "{} | {} | {load} | {}", self.dispatchers, self.channels, self.pushes.as_millis())
    }
}
