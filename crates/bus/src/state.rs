/// The state of an event that is being published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// To be sent, for the first time or again.
    Pending,
    Published,
    /// Another attempt would fail, too.
    Failed,
}
