//! The table of rejected records: `dispatch` stores them, `redrive` reads and changes them, and `doctor` counts them.
//!
//! # Layout
//! - `record`: a rejected record; `cause`: why it was rejected
//! - `sort_key`: the keys of a record's items; `item`: one of these items; `records`: joins them
//! - `packed`: the compressed text of a record
//! - `table`: stores, lists, changes and removes records

mod cause;
mod item;
mod packed;
mod record;
mod records;
mod sort_key;
mod table;

pub use cause::Cause;
pub use packed::{pack, unpack};
pub use record::{RejectedRecord, StoredRecord};
pub use records::RejectedRecords;
pub use sort_key::is_first_part;
pub use table::RejectedTable;
