//! A client of tablecast: each event once and in order, over reconnects, or a report of the gap.
//!
//! # Layout
//! - `shell`: the client, on tokio
//! - `machine`: the rules, without a clock and without sockets
//! - `wire`: what the server sends

pub mod machine;
mod shell;
mod wire;

pub use machine::{Gap, Invalid, ItemData, Reason, Refused, State, Timing, Validate};
pub use shell::builder::ClientBuilder;
pub use shell::client::{Client, InvalidUrl};
pub use shell::collection::{Collect, Collection};
pub use shell::collection_view::{CollectionChange, CollectionError, CollectionStatus, CollectionView};
pub use shell::file_store::FileStore;
pub use shell::item::{Item, NotReady};
pub use shell::store::{BoxError, MemoryStore, Store};
pub use shell::subscribe::Subscribe;
pub use shell::subscription::Subscription;
pub use wire::event::{Event, TOO_LARGE};
pub use wire::filter::Filter;

#[cfg(test)]
mod tests {
    #[test]
    fn the_readme_shows_the_examples() {
        let readme = include_str!("../README.md");
        assert!(readme.contains(include_str!("../examples/orders.rs")));
        assert!(readme.contains(include_str!("../examples/live_orders.rs")));
    }
}
