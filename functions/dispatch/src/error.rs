use tablecast_aws::StorageError;

use crate::failed_channel::FailedChannel;

/// Why nothing of a batch was sent. The pipe retries it.
#[derive(Debug, thiserror::Error)]
pub enum DispatchError {
    /// The logs of all channels failed.
    #[error("{reason} (log of {source_name}; {channels} channels failed)")]
    Append {
        /// The first channel.
        source_name: String,
        reason: String,
        channels: usize,
    },
    /// Without the subscribers, the batch would silently miss its clients.
    #[error(transparent)]
    Lookup(#[from] StorageError),
    #[error(
        "the subscribers were not read in time. Check the latency of the connections table and the function's timeout."
    )]
    LookupTimedOut,
}

impl DispatchError {
    pub(crate) fn append(first: &FailedChannel, channels: usize) -> Self {
        Self::Append { source_name: first.source.clone(), reason: first.error.to_string(), channels }
    }
}
