//! Passes rejected records and dead letters through the functions `enrich` and `dispatch` again, as a pipe does.
//! docs/adr/0030 has the rules.
//!
//! # Layout
//! - `deployment`: the functions, tables and pipes; `selection`: which records are wanted; `mode`: shows or redrives them;
//!   `policy`: the permissions
//! - `record`: a record, and where it waits
//! - `rejected`: the records that wait in the table of rejected records
//! - `dead_letter`: a dead letter; `queue`: the queue that it waits in; `visibility`: hides it from other readers
//! - `shard`: the records of dead letters in the stream; `missing`: what is known without them
//! - `work`: everything that waits, in the order of the changes
//! - `functions`: one pass through enrich and dispatch; `record_result`: its result for a record; `outcome`: what became
//!   of the record
//! - `redrive`: collects, shows or does the work; `apply`: removes what succeeded; `rate_limiter`: limits the rate
//! - `rebuild`: events of items, where the records are lost
//! - `report`: the lines for an operator; `error`: why a redrive ends early

mod apply;
mod dead_letter;
mod deployment;
mod error;
mod functions;
mod missing;
mod mode;
mod outcome;
mod policy;
mod queue;
mod rate_limiter;
mod rebuild;
mod record;
mod record_result;
mod redrive;
mod rejected;
pub mod report;
mod selection;
mod shard;
mod visibility;
mod work;

pub use deployment::{Deployment, Pipe, QueueName};
pub use error::RedriveError;
pub use mode::Mode;
pub use policy::policy;
pub use rebuild::{Key, Rebuild};
pub use redrive::{Options, Redrive};
pub use selection::{Kind, Selection};
