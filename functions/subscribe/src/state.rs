//! State: what the items of a subject are now, read from the table of its pipe.
//!
//! The order ensures that a client can fold the state and the events. The ends of the channels are read first, and
//! then the table, consistently. So the state contains the events up to these ends, and every later event arrives.
//!
//! # Layout
//! - `pipes`: compiles the pipes when a client first requests state
//! - `reads`: which partitions and items a pattern needs; `cursor`: where the next page continues
//! - `table`: reads a page of a table; `item`: makes the event of an item
//! - `access`: whether a connection may have the state of a subject
//! - `request`: what a message requests; `snapshot`: what was read and sent for it; `progress`: how far each subject
//!   is; `budget`: how much one message reads and sends
//! - `collect`: reads all subjects of a message; `subject`: one of them; `range`: one range of a table; `read_end`: why
//!   a read ends
//! - `send`: sends the events; `report`: logs why there are none

mod access;
mod budget;
mod collect;
mod cursor;
mod item;
mod pipes;
mod progress;
mod range;
mod read_end;
mod reads;
mod report;
mod request;
mod send;
mod snapshot;
mod subject;
mod table;

pub use pipes::Definitions;
pub use request::Request;
pub use table::Tables;
