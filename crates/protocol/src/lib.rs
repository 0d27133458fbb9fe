//! The vocabulary of functions, clients, connections and logs: subjects, positions, and the messages on a
//! WebSocket. Pure: no clock, no network, no CEL, no JSON Schema. docs/reference/protocol.md describes it for
//! clients.
//!
//! # Layout
//! - `subject`: subjects and the patterns that match them
//! - `channel`: the beginning of subjects that share a log; its CloudEvents `source`
//! - `event`: the CloudEvent around every event's data; `event_type`: names of event types
//! - `event_filter`: the events that a subscription or a replay selects
//! - `element`: the element that `enrich` returns for one record and `dispatch` receives, and the response of
//!   `dispatch`
//! - `position`: an event's place in its log; `recovery`: whether the log still has what followed a position
//! - `message`: the messages that a client can send
//! - `control`: the events that tablecast itself sends; `envelope`: their CloudEvents attributes; `notice`:
//!   replaces an event that is too large for a socket
//! - `refused`: the reason of a refused connection; `state`: the results of reading state
//! - `subprotocol`: the form of events in WebSocket messages; `frame`: packs events into messages
//! - `time`: timestamps in RFC 3339
//! - `traceparent`: the trace of a change, in W3C Trace Context

pub mod channel;
mod control;
pub mod element;
mod envelope;
pub mod event;
pub mod event_filter;
pub mod event_type;
mod frame;
pub mod message;
mod notice;
mod position;
mod recovery;
mod refused;
mod state;
pub mod subject;
mod subprotocol;
mod time;
pub mod traceparent;

pub use control::{Control, ErrorCode, RefusalReason, Resumption, SubjectResult, TooLarge};
pub use envelope::Envelope;
pub use frame::{FRAME_BYTES, Frame, MESSAGE_BYTES, frames};
pub use notice::notice;
pub use position::{Epoch, InvalidPosition, LATE_BYTES, Position, with_late, with_position, with_replay};
pub use recovery::{MAX_SCANNED_EVENTS, RetainedLog, Unrecovered, recover};
pub use refused::{ConnectionRefusal, EXPLAIN, Refused, RefusedConnection, requested_in};
pub use state::{Incomplete, InvalidItems, StateResult};
pub use subprotocol::Protocol;
pub use time::{milliseconds, milliseconds_of, rfc3339};
