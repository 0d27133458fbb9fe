//! The actions of client messages, one file for each.

mod ping;
mod refresh;
mod state;
mod subscribe;
mod unsubscribe;
