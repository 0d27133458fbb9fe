use std::fmt;

use tablecast_protocol::Protocol;

/// The load beside the tenants.
#[derive(Debug, Clone)]
pub struct Scenario {
    pub listeners: usize,
    /// Changes of the hot subject in a second.
    pub changes: f64,
    pub protocol: Protocol,
    /// The fault of a tenth of the listeners. They connect again when their connections are closed.
    pub trouble: Option<Behaviour>,
    /// Connections that one client opens and closes in a second.
    pub churn: u64,
    /// The `@connections` requests of the account in a second.
    pub rate: u32,
}

/// The response of API Gateway to a post to one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    Takes,
    Hangs,
    /// Its response takes 900 ms.
    Slow,
    Fails(u16),
}

const LISTENERS: [usize; 2] = [2_000, 20_000];
const CHANGES: [f64; 4] = [1.0, 5.0, 20.0, 100.0];
const TROUBLES: [Behaviour; 5] =
    [Behaviour::Hangs, Behaviour::Slow, Behaviour::Fails(410), Behaviour::Fails(429), Behaviour::Fails(500)];
const CHURNS: [u64; 2] = [5, 550];

/// The account's rate by default.
const RATE: u32 = 10_000;

const ALONE: Scenario =
    Scenario { listeners: 0, changes: 0.0, protocol: Protocol::Single, trouble: None, churn: 0, rate: RATE };

/// Between the changes of the other rows, to see how events share frames.
const COALESCED: Scenario = Scenario { listeners: 2_000, changes: 10.0, protocol: Protocol::Batch, ..ALONE };

/// One event for many clients, with a raised quota.
const RAISED: Scenario = Scenario { listeners: 100_000, changes: 0.1, rate: 100_000, ..ALONE };

/// All rows. The first has nothing beside the tenants.
pub fn scenarios() -> impl Iterator<Item = Scenario> {
    let silent = Scenario { changes: 100.0, ..ALONE };
    [ALONE, silent]
        .into_iter()
        .chain(crowds())
        .chain([COALESCED])
        .chain(troubles())
        .chain(churns())
        .chain([RAISED])
}

fn crowds() -> impl Iterator<Item = Scenario> {
    [Protocol::Single, Protocol::Batch].into_iter().flat_map(|protocol| {
        LISTENERS.into_iter().flat_map(move |listeners| {
            CHANGES.map(|changes| Scenario { listeners, changes, protocol, ..ALONE })
        })
    })
}

/// With a small audience, and with a large one.
fn troubles() -> impl Iterator<Item = Scenario> {
    [200, 2_000].into_iter().flat_map(|listeners| {
        TROUBLES.map(|trouble| Scenario { listeners, changes: 5.0, trouble: Some(trouble), ..ALONE })
    })
}

fn churns() -> impl Iterator<Item = Scenario> {
    CHURNS.into_iter().map(|churn| Scenario { changes: 20.0, churn, ..ALONE })
}

impl Scenario {
    /// Returns whether nothing is beside the tenants.
    pub fn is_alone(&self) -> bool {
        self.changes == 0.0
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocol = match self.protocol {
            Protocol::Single => "single",
            Protocol::Batch => "batch",
        };
        write!(out, "{} | {} | {protocol} | ", self.listeners, self.changes)?;
        match (self.trouble, self.churn) {
            (None, 0) if self.rate != RATE => write!(out, "a quota of {} a second", self.rate),
            (None, 0) => Ok(()),
            (None, churn) => write!(out, "{churn} come and go a second"),
            (Some(Behaviour::Fails(status)), _) => write!(out, "a tenth: {status}"),
            (Some(Behaviour::Slow), _) => write!(out, "a tenth: slow"),
            (Some(_), _) => write!(out, "a tenth: hang"),
        }
    }
}
