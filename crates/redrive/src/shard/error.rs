use tablecast_pipes::ShardReadError;

/// Why a shard cannot be read now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ShardError(String);

impl From<ShardReadError> for ShardError {
    fn from(error: ShardReadError) -> Self {
        Self(error.to_string())
    }
}

impl ShardError {
    pub fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}
