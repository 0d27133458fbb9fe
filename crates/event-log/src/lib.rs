//! The table of the event logs: the events of each pipe, in order, for the time in the pipe file.
//!
//! | pk              | sk                                | item                                                  |
//! |-----------------|-----------------------------------|-------------------------------------------------------|
//! | `<pipe>`        | the first offset, 20 digits       | consecutive events: compressed, with their count      |
//! | `<pipe>#origin` | the offset before, 20 digits      | an origin: an epoch that begins after this offset     |
//! | `<pipe>#parts`  | the first offset, `#`, a number   | the rest of an event that is too large for one item   |
//!
//! Only origins are written by functions other than dispatch, so they have a partition of their own. Earlier
//! versions stored the origin under `<pipe>`, with the offset 0.
//!
//! An append writes after the last item, on condition that nothing is there. If two writers append at once,
//! one of them succeeds and the other retries. So offsets have no gaps, and no offset is used twice.
//! docs/adr/0014 explains the rules.
//!
//! # Layout
//! - `logs`: the handle of the table
//! - `append`: appends events; `end`: the last position of a log, and its origins
//! - `resume`: the events after a client's position; `select`: those that it wants; `walk`: all events, for
//!   operators
//! - `tail`: what a writer knows of a log's end
//! - `table`: reads and writes items; `parts`: events that are too large for one item
//! - `key`: the partitions of a pipe; `item`: one item; `block`: its compressed events; `bytes`: their encoding; `damage`: items that cannot be
//!   read
//! - `event`: an event with its position; `timing`: how long an append counts as unfinished; `clock`: compares
//!   this process's clock with DynamoDB's

mod append;
mod block;
mod bytes;
mod clock;
mod damage;
mod end;
mod event;
mod item;
mod key;
mod logs;
mod parts;
mod resume;
mod select;
mod table;
mod tail;
mod timing;
mod walk;

pub use append::{AppendError, Appended, Entry};
pub use block::EVENT_BYTES;
pub use damage::DamagedItem;
pub use event::LoggedEvent;
pub use logs::Logs;
pub use resume::Replay;
pub use select::MAX_REPLAYED_BYTES;
pub use timing::MAX_PUSH_TIME;
pub use walk::Walk;
