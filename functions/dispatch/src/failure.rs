use tablecast_aws::StorageError;
use tablecast_event_log::AppendError;

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

/// A channel whose log failed, or that could not be handed over to `fanout`. The pipe sends its records again.
#[derive(Debug)]
pub struct FailedChannel {
    /// The CloudEvents `source` of its events.
    pub source: String,
    pub error: ChannelError,
}

#[derive(Debug, thiserror::Error)]
pub enum ChannelError {
    #[error(transparent)]
    Append(#[from] AppendError),
    #[error(
        "the events were not appended in time. Check the latency of the log's table and the function's timeout."
    )]
    AppendTimedOut,
    /// Clients that resume later could miss events without a notice.
    #[error("the end of the log was not recorded: {0}")]
    End(#[from] StorageError),
    #[error(
        "the end of the log was not recorded in time. Check the latency of the log's table and the function's timeout."
    )]
    EndTimedOut,
    /// `fanout` does not know that it must push the events.
    #[error("the events could not be handed over to fanout: {0}")]
    FanOut(StorageError),
    #[error(
        "the events were not handed over to fanout in time. Check the latency of the connections table and the function's timeout."
    )]
    FanOutTimedOut,
}

impl FailedChannel {
    pub fn has_wrong_clock(&self) -> bool {
        matches!(self.error, ChannelError::Append(AppendError::ClockSkew { .. }))
    }
}
