//! The rules of the machine: docs/reference/client.md.

mod batch;
mod channels;
mod collections;
mod connect;
mod harness;
mod heartbeat;
mod moves;
mod refused;
mod resume;
mod shared;
mod sources;
mod subscribe;
mod token;
mod wide;

/// The ids of `orders/1` with these offsets, as the harness shows them.
fn ids(subject: &str, offsets: &[u64]) -> Vec<String> {
    offsets.iter().map(|offset| format!("{subject} {offset}")).collect()
}
