//! The interface to the place that stores dead letters: a file, or an SQS queue.

use futures_util::future::BoxFuture;
use serde_json::Value;

/// Stores the dead letters of a pipe.
pub trait DeadLetters: Send + Sync + 'static {
    /// Returns when the dead letter is stored. The pipe logs the error and tries again.
    fn store<'a>(&'a self, letter: &'a Value) -> BoxFuture<'a, Result<(), String>>;

    /// The place to show in logs: a path or an ARN.
    fn location(&self) -> String;
}
