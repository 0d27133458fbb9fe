use bytes::Bytes;
use tablecast_pipes::invoke::InvokeError;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

/// A call that waits for a process.
pub struct Job {
    pub payload: Bytes,
    pub reply: oneshot::Sender<Result<Bytes, InvokeError>>,
    /// Limits the number of busy processes.
    pub permit: OwnedSemaphorePermit,
}

impl Job {
    /// Frees the process before the caller receives the result, so that its next call finds the process.
    pub fn finish(self, result: Result<Bytes, InvokeError>) {
        drop(self.permit);
        // The caller may be gone.
        let _ = self.reply.send(result);
    }
}
