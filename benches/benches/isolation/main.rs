//! Measures what a crowd, or a few bad clients, cost everybody else: the real `dispatch` and
//! `fanout` in virtual time, behind a pipe with ten sub-shards.
//!
//! The clock is virtual: it jumps to the next timer when everything waits. So the results depend neither on this
//! machine nor on its load, and the functions need no time for their own work.
//!
//! # Layout
//! - `scenario`: the rows; `figures`: their figures; `measure`: the order of events of a row
//! - `load`: the changes; `pipe`: the pipe of ten sub-shards
//! - `audience`: the clients; `churn`, `reconnect`: clients that leave and return
//! - `services`: AWS behind the HTTP client of the SDK; `gateway`: `@connections`, which the `client`s are behind;
//!   `received`: what one of them has; `lambda`: the processes of the functions
//! - `clock`: the time of day, which is virtual, too
#![allow(clippy::unwrap_used)]

mod audience;
mod churn;
mod client;
mod clock;
mod figures;
mod gateway;
mod lambda;
mod load;
mod measure;
mod pipe;
mod received;
mod reconnect;
mod scenario;
mod services;

use mimalloc::MiMalloc;
use tokio::runtime::{Builder, Runtime};
use tokio::task::LocalSet;

use figures::Figures;
use scenario::scenarios;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Only rows whose first cells contain this text are measured. By default, all.
const ONLY: &str = "TABLECAST_ROWS";

fn main() {
    clock::replace();
    let only = std::env::var(ONLY).unwrap_or_default();
    println!("\n## Twenty tenants beside other clients, in virtual time\n\n{}", Figures::HEADER);
    let mut alone = None;
    for scenario in scenarios().filter(|row| row.is_alone() || row.to_string().contains(&only)) {
        let figures = LocalSet::new().block_on(&virtual_time(), measure::measure(&scenario));
        let p99 = *alone.get_or_insert(figures.tenants.quantile(99));
        println!("| {scenario} | {} |", figures.beside(p99));
    }
}

/// A runtime whose clock jumps to the next timer when nothing else is to do.
fn virtual_time() -> Runtime {
    Builder::new_current_thread().enable_time().start_paused(true).build().unwrap()
}
