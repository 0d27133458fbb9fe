use std::error::Error;
use std::fmt::Debug;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

/// Returns the error of DynamoDB, or why there was no response, and what to do.
pub fn reason<E, R>(error: SdkError<E, R>) -> String
where
    E: ProvideErrorMetadata + Error + 'static,
    R: Debug + 'static,
{
    match (error.code(), error.message()) {
        (Some("ResourceNotFoundException"), _) => {
            "is not in this account and region; choose others with AWS_PROFILE, AWS_REGION or --endpoint-url"
                .to_owned()
        }
        (Some(code), Some(message)) => format!("{code}: {message}"),
        _ => format!(
            "{}; check AWS_PROFILE, AWS_REGION and --endpoint-url, or read items from a file with --sample",
            causes(&error)
        ),
    }
}

fn causes(error: &(dyn Error + 'static)) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", causes(cause)),
        None => error.to_string(),
    }
}
