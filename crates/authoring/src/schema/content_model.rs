/// Which properties an object may have, beside those that the schema names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentModel {
    /// Additional properties are allowed, or the schema names no property at all.
    Open,
    /// Additional properties are forbidden.
    Closed,
    /// The schema names properties and does not mention others. Readers ignore them, and no pipe emits them.
    Unspecified,
}
