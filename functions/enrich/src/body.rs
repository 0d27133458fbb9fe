//! The body of an invocation, for the handler to read by itself: `lambda_runtime` would parse it first, if only to find
//! where records end, and that was a quarter of all the work.

use std::cell::Cell;
use std::mem;

use bytes::Bytes;
use lambda_runtime::LambdaInvocation;

/// Lambda has one invocation at a time for each process: so this holds one body.
#[derive(Default)]
pub struct Body(Cell<Bytes>);

impl Body {
    /// Keeps the body, and leaves `null` to be parsed.
    pub fn keep(&self, mut invocation: LambdaInvocation) -> LambdaInvocation {
        self.0.set(mem::replace(&mut invocation.body, Bytes::from_static(b"null")));
        invocation
    }

    pub fn take(&self) -> Bytes {
        self.0.take()
    }
}
