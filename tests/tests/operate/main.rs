//! The work of an operator, and faults that tablecast survives.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod backfill;
mod incidents;
mod killed_functions;
mod permissions;
mod pipes_api;
mod redrive;
mod replay;
mod restart;
