use tablecast_aws::StorageError;
use tablecast_event_log::AppendError;

/// Why nothing of a batch was sent. The pipe retries it.
#[derive(Debug, thiserror::Error)]
pub enum DispatchError {
    #[error(transparent)]
    Append(#[from] AppendError),
    #[error(
        "the events were not appended in time. Check the latency of the log's table and the function's timeout."
    )]
    AppendTimedOut,
    /// Without the subscribers, the batch would silently miss its clients.
    #[error(transparent)]
    Lookup(#[from] StorageError),
    #[error(
        "the subscribers were not read in time. Check the latency of the connections table and the function's timeout."
    )]
    LookupTimedOut,
}
