//! The interface to Lambda functions: processes on this machine, or a Lambda endpoint.

use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;

/// Invokes a function and waits for its response.
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
    /// The handler returned an error.
    #[error("{function} failed: {error_type}: {message}")]
    Failed { function: String, error_type: String, message: String },
    #[error("{function} exited before it responded: {how}")]
    Exited { function: String, how: String },
    #[error("{function} did not respond within {after:?}")]
    TimedOut { function: String, after: Duration },
    /// The request is wrong: a missing permission, an unknown role or a bad parameter.
    #[error("{function} cannot be invoked: {reason}")]
    Refused { function: String, reason: String },
    /// The service did not respond, or failed.
    #[error("{function} cannot be reached: {reason}")]
    Unreachable { function: String, reason: String },
    /// All instances of the function are busy.
    #[error("{0} has no free instance")]
    Throttled(String),
    /// Lambda's limit for a request or a response is 6 MB.
    #[error("{function}: {what} of {bytes} bytes is over Lambda's limit of 6 MB")]
    TooLarge { function: String, what: &'static str, bytes: usize },
}
