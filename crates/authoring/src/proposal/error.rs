//! Why nothing is proposed, and what to do.

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProposalError {
    #[error("{0:?} is no name of a table: 3 to 255 letters, digits, _, - and .")]
    Table(String),
    #[error("{0:?} is no name of a pipe: 1 to 50 letters, digits, - and _")]
    Name(String),
    #[error("{0:?} cannot begin an event type: 1 to 50 small letters, digits and -, such as order-item")]
    Entity(String),
    #[error("there are no items to look at: write one, or give some in a file with --sample")]
    NoItems,
    #[error("a key is one attribute or two: --key Artist,SongTitle")]
    KeyLength,
    #[error(
        "{0:?} is not in all items as text, a number or binary, always the same: it is no key; say another one with --key"
    )]
    NoKey(String),
    #[error("the key {0:?} has characters that cannot be seen: no subject can be made of it")]
    KeyName(String),
    /// A fault of ours: what is proposed is held to what anybody's files are.
    #[error("the proposal does not hold, which is a fault of tablecast: {0}")]
    Faulty(String),
}
