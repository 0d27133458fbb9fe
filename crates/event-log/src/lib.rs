//! The table of the logs: the events of each channel, in order, for the time in the pipe file.
//!
//! | pk                     | sk                              | item                                                |
//! |------------------------|---------------------------------|-----------------------------------------------------|
//! | `<source>`             | the first offset, 20 digits     | consecutive events: compressed, with their count    |
//! | `<source>`             | `end`                           | the channel's end, which outlives its events        |
//! | `<source>#parts`       | the first offset, `#`, a number | the rest of an event that is too large for one item |
//! | `<pipe>#channels#<00>` | the source                      | an entry of the pipe's directory                    |
//!
//! A source is the CloudEvents `source` of a channel. Only dispatch writes to the table.
//!
//! An append writes after the last item, on condition that nothing is there. If two writers append at once,
//! one of them succeeds and the other retries. So an epoch has no gaps, and no offset twice.
//! docs/adr/0014 and 0024 explain the rules.
//!
//! # Layout
//! - `logs`: the handle of the table
//! - `append`: appends events; `destination`: where and when; `backoff`: how long a writer waits, where a channel has
//!   several
//! - `tail`: what a writer knows of a channel's end; `undelivered`: the appends that may not be delivered; `batch`: who appended them; `load`: reads it; `tails`: the tails of recent channels
//! - `incoming`: the events of an append; `order`: which of them the log holds in their order; `late`: finds those that are older than another one of their subject,
//!   by the `evidence` of the log; `newest`: shows without a read that they are in order; `change`: what these
//!   read of an event
//! - `end`: where a channel ends; `end_item`: keeps that end; `open`: begins another epoch there; `beginning`: how
//!   an epoch began
//! - `resume`: the events after a client's position; `select`: those that it wants; `meter`: how much is read
//! - `after`: the events after an offset, for `fanout`
//! - `directory`: the channels of a pipe; `walk`: all events of a channel, for operators
//! - `table`: reads items; `write`: writes them, on a `condition`; `key`: their keys; `fields`: their attributes;
//!   `parts`: events that are too large for one item
//! - `item`: one item; `block`: its compressed events; `bytes`: their encoding; `damage`: items that cannot be
//!   read
//! - `event`: an event to append, and one with its position; `timing`: how long an append counts as unfinished;
//!   `clock`: compares this process's clock with DynamoDB's

mod after;
mod append;
mod backoff;
mod batch;
mod beginning;
mod block;
mod bytes;
mod change;
mod clock;
mod condition;
mod damage;
mod destination;
mod directory;
mod end;
mod end_item;
mod event;
mod evidence;
mod fields;
mod incoming;
mod item;
mod key;
mod late;
mod load;
mod logs;
mod meter;
mod newest;
mod open;
mod order;
mod parts;
mod resume;
mod select;
mod table;
mod tail;
mod tails;
mod timing;
mod undelivered;
mod walk;
mod write;

pub use after::{Followed, Following};
pub use append::{AppendError, Appended};
pub use block::EVENT_BYTES;
pub use damage::DamagedItem;
pub use directory::Channels;
pub use event::{LoggedEvent, NewEvent};
pub use logs::Logs;
pub use meter::{Meter, Metered};
pub use resume::Replay;
pub use select::MAX_REPLAYED_BYTES;
pub use timing::MAX_PUSH_TIME;
pub use walk::Walk;
