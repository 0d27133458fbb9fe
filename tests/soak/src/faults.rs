//! The faults.
//!
//! # Layout
//! - `kinds`: all kinds with their families; `run`: follows the plan; `counts`: what fired
//! - `answers`: wrong, late and missing answers of the APIs
//! - `processes`: kills and stops; `sockets`: the clients' sockets; `clocks`; `disk`
//! - `deployments`: edits, upgrades and keys; `records`: rejected and old records; `restore`: a restored table
//! - `redrive`: the command; `heal`: the end of all faults

mod answers;
mod clocks;
mod counts;
mod deployments;
mod disk;
mod heal;
mod kinds;
mod processes;
mod records;
mod redrive;
mod restore;
mod run;
mod sockets;

pub use counts::{Count, Counts};
pub use heal::heal;
pub use kinds::cards;
pub use run::run;

use std::fs::OpenOptions;
use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::plan::Step;
use crate::system::System;
use crate::workload::Workload;

/// Everything that faults can reach.
pub struct World {
    pub system: System,
    pub workload: Workload,
    /// Held by the faults that replace or stop a part of the system, so that there is one at a time.
    pub heavy: tokio::sync::Mutex<()>,
}

impl World {
    /// Notes a fault with its times in milliseconds, to compare with the other logs.
    fn note(&self, start: SystemTime, step: &Step, hits: u64) {
        let milliseconds = |time: SystemTime| time.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let (start, end) = (milliseconds(start), milliseconds(SystemTime::now()));
        let file = OpenOptions::new().create(true).append(true).open(self.system.folder().join("faults.log"));
        let line = format!("{start} {end} {hits} {} ({})\n", step.name, step.dice);
        if file.and_then(|mut file| file.write_all(line.as_bytes())).is_err() {
            eprintln!("cannot note {line}");
        }
    }
}
