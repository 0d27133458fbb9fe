use tablecast_aws::StorageError;
use tablecast_pipes::invoke::InvokeError;

/// Why a redrive ends early. Nothing is lost: the same command continues.
#[derive(Debug, thiserror::Error)]
pub enum RedriveError {
    #[error("{0}; nothing is lost: remove the cause, and run the same command again")]
    Invoke(#[from] InvokeError),
    #[error("{0}; nothing is lost: run the same command again")]
    Storage(#[from] StorageError),
    #[error("the queue {queue}: {reason}; nothing is lost: run the same command again")]
    Queue { queue: String, reason: String },
    #[error(
        "the response of {function} is not one of tablecast: {reason}; deploy the functions of this version"
    )]
    Response { function: String, reason: String },
    #[error("{0}")]
    Input(String),
    #[error("{0}; nothing is lost: redrive the others with --id")]
    Record(#[from] RecordError),
    /// Nobody reads the output.
    #[error("the output is closed: {0}")]
    Output(#[from] std::io::Error),
}

/// Why a record cannot be packed or unpacked.
#[derive(Debug, thiserror::Error)]
#[error("the record {id} is damaged: {cause}")]
pub struct RecordError {
    pub id: String,
    pub cause: std::io::Error,
}

/// Returns whether another attempt can help.
pub fn is_temporary(error: &InvokeError) -> bool {
    !matches!(error, InvokeError::Unknown(_) | InvokeError::Refused { .. } | InvokeError::TooLarge { .. })
}
