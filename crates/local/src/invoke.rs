//! Calling a Lambda function and waiting for its answer.

use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;

/// Whoever can call a function: the processes of this machine, or a Lambda endpoint.
pub trait Invoke: Clone + Send + Sync + 'static {
    fn invoke(
        &self,
        function: &str,
        payload: Bytes,
    ) -> impl Future<Output = Result<Bytes, InvokeError>> + Send;
}

#[derive(Debug, thiserror::Error)]
pub enum InvokeError {
    #[error("there is no function {0}")]
    Unknown(String),
    #[error("{} cannot be started: {reason}", .path.display())]
    CannotStart { path: PathBuf, reason: String },
    /// The handler answered with an error.
    #[error("{function} failed: {error_type}: {message}")]
    Failed { function: String, error_type: String, message: String },
    #[error("{function} ended before it answered: {how}")]
    Ended { function: String, how: String },
    #[error("{function} did not answer within {after:?}")]
    TimedOut { function: String, after: Duration },
    /// The call did not reach the function, by the caller's fault: no permission, no such role, a bad request.
    #[error("{function} cannot be called: {reason}")]
    Refused { function: String, reason: String },
    /// Nobody answered, or the service itself failed.
    #[error("{function} cannot be reached: {reason}")]
    Unreachable { function: String, reason: String },
    /// More calls at once than the function may have.
    #[error("{0} has no free instance")]
    Throttled(String),
    /// Lambda's limit for a request or an answer, 6 MB.
    #[error("{function}: {what} of {bytes} bytes is over Lambda's limit of 6 MB")]
    TooLarge { function: String, what: &'static str, bytes: usize },
}
