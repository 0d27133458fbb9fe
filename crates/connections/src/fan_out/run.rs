/// The most parts of a run.
pub const MAX_PARTS: usize = 16;

/// A run: the worker pushes the channel's events after an offset, at least up to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The CloudEvents `source` of the channel.
    pub source: String,
    /// Differs in each run.
    pub run_id: u64,
    pub started_after: u64,
    pub needed_to: u64,
    /// Each serves the connections whose hash belongs to it. 1 to 16.
    pub parts: Vec<Part>,
    /// Connections that began by then may lack events of an earlier run, whose item was damaged. In milliseconds since
    /// the epoch.
    pub gap_at: Option<i64>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Part {
    /// Its connections have every event of the run up to this offset.
    pub cursor: u64,
    /// The worker that serves it: a random number. Zero if there was none.
    pub owner: u64,
    /// The worker holds the part until then, in milliseconds since the epoch.
    pub leased_until: i64,
}

impl Run {
    /// A new run of one part that no worker serves.
    pub(crate) fn new(source: &str, started_after: u64, needed_to: u64) -> Self {
        let parts = vec![Part { cursor: started_after, ..Part::default() }];
        let run_id = fastrand::u64(1..1 << 53);
        Self { source: source.to_owned(), run_id, started_after, needed_to, parts, gap_at: None }
    }

    /// Returns whether every covered event is pushed.
    pub fn is_done(&self) -> bool {
        self.parts.iter().all(|part| part.cursor >= self.needed_to)
    }

    /// The part that serves a connection.
    pub fn part_of(&self, connection: &str) -> usize {
        (mixed(hash(connection)) % self.parts.len().max(1) as u64) as usize
    }

    /// The parts that no live worker holds. `now` is in milliseconds since the epoch.
    pub fn unleased_parts(&self, now: i64) -> impl Iterator<Item = usize> + use<'_> {
        let is_unleased = move |part: &Part| part.leased_until <= now && part.cursor < self.needed_to;
        self.parts.iter().enumerate().filter(move |(_, part)| is_unleased(part)).map(|(index, _)| index)
    }
}

/// Spreads what differs over all bits: the finalizer of MurmurHash3.
fn mixed(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

/// FNV-1a.
pub(super) fn hash(text: &str) -> u64 {
    let step = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}
