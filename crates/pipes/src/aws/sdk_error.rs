use std::error::Error;

use aws_sdk_dynamodbstreams::error::{ProvideErrorMetadata, SdkError};

/// Describes an error with AWS's code and message, or with all its causes if AWS did not respond.
pub fn describe<E, R>(error: SdkError<E, R>) -> String
where
    E: ProvideErrorMetadata + Error + 'static,
    R: std::fmt::Debug + 'static,
{
    match (error.code(), error.message()) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code.to_owned(),
        _ => causes(&error),
    }
}

fn causes(error: &(dyn Error + 'static)) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", causes(cause)),
        None => error.to_string(),
    }
}
