//! The table of the event logs: the events of each pipe, in order, for the time in the pipe file.
//!
//! | pk       | sk                                | item                                                |
//! |----------|-----------------------------------|-----------------------------------------------------|
//! | `<pipe>` | `00000000000000000000`            | the origin: the log's epoch, before the first event |
//! | `<pipe>` | the first offset, 20 digits       | consecutive events: compressed, with their count    |
//!
//! An append writes after the last item, on condition that nothing is there. If two writers append at once,
//! one of them succeeds and the other retries. So offsets have no gaps, and no offset is used twice.
//! docs/adr/0014 explains the rules.
//!
//! # Layout
//! - `logs`: the handle of the table
//! - `append`: appends events; `end`: the last position of a log
//! - `resume`: the events after a client's position; `select`: those that it wants; `walk`: all events, for
//!   operators
//! - `tail`: what a writer knows of a log's end
//! - `table`: reads and writes items; `item`: one item; `block`: its compressed events; `bytes`: their
//!   encoding
//! - `event`: an event with its position; `timing`: how long an append counts as unfinished

mod append;
mod block;
mod bytes;
mod end;
mod event;
mod item;
mod logs;
mod resume;
mod select;
mod table;
mod tail;
mod timing;
mod walk;

pub use append::{AppendError, Appended, Entry};
pub use block::EVENT_BYTES;
pub use event::LoggedEvent;
pub use logs::Logs;
pub use resume::Replay;
pub use select::MAX_REPLAYED_BYTES;
pub use timing::MAX_PUSH_TIME;
pub use walk::Walk;
