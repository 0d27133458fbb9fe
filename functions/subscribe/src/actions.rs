//! What each client message does.

mod ping;
mod refresh;
mod subscribe;
mod unsubscribe;

pub use subscribe::PendingSubscribe;
