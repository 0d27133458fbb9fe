use tablecast_pipes::invoke::InvokeError;

/// Lambda's limit for a request, and for a response.
pub const MAX_PAYLOAD_BYTES: usize = 6 * 1024 * 1024;

/// Rejects a payload over the limit. `what` names it in the error: "a request" or "a response".
pub fn check(function: &str, what: &'static str, bytes: usize) -> Result<(), InvokeError> {
    match bytes > MAX_PAYLOAD_BYTES {
        true => Err(InvokeError::TooLarge { function: function.to_owned(), what, bytes }),
        false => Ok(()),
    }
}
