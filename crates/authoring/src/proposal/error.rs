#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProposalError {
    #[error("{0:?} is not a valid table name: use 3 to 255 letters, digits, _, - and .")]
    Table(String),
    #[error("{0:?} is not a valid pipe name: use 1 to 50 letters, digits, - and _")]
    Name(String),
    #[error(
        "{0:?} cannot begin an event type: use 1 to 50 lowercase letters and digits, with single hyphens between them, such as order-item"
    )]
    Entity(String),
    #[error("there are no items: write one to the table, or pass some in a file with --sample")]
    NoItems,
    #[error("a key has one or two attributes: pass them as in --key Artist,SongTitle")]
    KeyLength,
    #[error(
        "{0:?} cannot be a key, because it is not in all items with the same type (string, number or binary): \
         choose another attribute with --key"
    )]
    NoKey(String),
    #[error(
        "the key {0:?} has characters that cannot be printed: write the pipe file yourself, with another subject"
    )]
    KeyName(String),
    #[error("the proposed files do not pass `tablecast check`: report this bug of tablecast: {0}")]
    Faulty(String),
}
