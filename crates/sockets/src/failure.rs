use aws_sdk_apigatewaymanagement::error::{ProvideErrorMetadata, SdkError};

use crate::Recipient;

/// Why an attempt failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// API Gateway responded with this status.
    Status(u16),
    /// There was no response in time.
    NoResponse,
    /// The request could not be sent, or the network connection broke.
    NoConnection,
}

/// A failed attempt, with the text of its error.
#[derive(Debug)]
pub(crate) struct Failure {
    pub cause: Cause,
    pub text: String,
}

impl Failure {
    pub fn new<E: std::error::Error + ProvideErrorMetadata + 'static>(
        request: &str,
        to: Recipient<'_>,
        error: &SdkError<E>,
    ) -> Self {
        let (cause, reason) = (cause(error), tablecast_aws::reason(error));
        let text = match cause {
            Cause::Status(status) => format!("HTTP {status}: {reason}"),
            Cause::NoResponse | Cause::NoConnection => reason,
        };
        tracing::debug!(request, connection = to.id, ?cause, error = text, "an attempt failed");
        Self { cause, text }
    }
}

/// The SDK's own error is not enough: it does not recognise a bare 410.
fn cause<E>(error: &SdkError<E>) -> Cause {
    match (error.raw_response(), error) {
        // The response is not API Gateway's.
        (Some(response), _) if response.status().is_success() => Cause::NoConnection,
        (Some(response), _) => Cause::Status(response.status().as_u16()),
        (None, SdkError::TimeoutError(_)) => Cause::NoResponse,
        (None, SdkError::DispatchFailure(failure)) if failure.is_timeout() => Cause::NoResponse,
        (None, _) => Cause::NoConnection,
    }
}
