//! The known facts about a deployment. The checks use nothing else.
//!
//! # Layout
//! - `pipes`: pipes, their tables and dead letters
//! - `functions`: functions and their packages
//! - `reading`: something that was read, is missing, or could not be read

mod functions;
mod pipes;
mod reading;

pub use functions::{Concurrency, Deployed, Function, Package};
pub use pipes::{BUS, Description, Pipe, PipeFile, Queue, Rejected, Role, Table};
pub use reading::{Reading, Unreadable};

use crate::metrics::Metrics;

#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Terraform's `name`. Empty for the local mode.
    pub name: String,
    /// The options with which another command acts on the local mode, such as ` --port 18787`.
    pub options: String,
    /// The time of the reading in seconds since the epoch.
    pub now: i64,
    /// The lag in seconds from which events are late.
    pub lag_limit: u64,
    /// The pipe files of the folder. None without a folder.
    pub files: Option<Vec<PipeFile>>,
    pub pipes: Reading<Vec<Pipe>>,
    pub tables: Vec<Table>,
    pub queues: Vec<Queue>,
    pub rejected: Vec<Rejected>,
    pub alarms: Reading<Vec<Alarm>>,
    pub functions: Vec<Function>,
    pub concurrency: Reading<Concurrency>,
    /// The zips of the folder, by function. Empty if the folder has none.
    pub packages: Vec<Package>,
    /// Issuers without usable keys, with the reason.
    pub unusable_issuers: Vec<(String, String)>,
    pub api: Reading<Api>,
    pub bus_name: String,
    pub bus: Reading<Bus>,
    pub rules: Vec<String>,
    pub metrics: Metrics,
    /// The seconds by which the clock of this machine is ahead of that of AWS.
    pub clock_skew: Option<i64>,
    pub unreadable: Vec<Unreadable>,
}

#[derive(Debug, Clone)]
pub struct Alarm {
    pub name: String,
    /// `OK`, `ALARM` or `INSUFFICIENT_DATA`.
    pub state: String,
    pub reason: String,
    pub notifies: bool,
    /// The table whose metrics it compares.
    pub table: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub struct Bus {
    /// The ARN of the queue for events that the bus cannot process.
    pub dead_letters: Option<String>,
}

/// The WebSocket API.
#[derive(Debug, Clone)]
pub struct Api {
    pub id: String,
    /// The requests a second that the stage accepts. None if the stage has no limit of its own.
    pub stage: Reading<Option<f64>>,
}

impl Facts {
    /// The facts of a function that exists.
    pub fn deployed(&self, name: &str) -> Option<&Deployed> {
        let function = self.functions.iter().find(|function| function.name == name)?;
        function.deployed.found()
    }

    /// The pipes that exist.
    pub fn known_pipes(&self) -> &[Pipe] {
        self.pipes.found().map_or(&[], Vec::as_slice)
    }
}
