use std::error::Error;

use aws_sdk_dynamodb::error::ProvideErrorMetadata;

/// Returns the error of DynamoDB, or why there was no response, and what to do.
pub fn reason(error: &(impl ProvideErrorMetadata + Error + 'static)) -> String {
    let reason = tablecast_aws::reason(error);
    match error.code() {
        Some("ResourceNotFoundException") => {
            "is not in this account and region; choose others with AWS_PROFILE, AWS_REGION or --endpoint-url"
                .to_owned()
        }
        Some(_) => reason,
        None => format!(
            "{reason}; check AWS_PROFILE, AWS_REGION and --endpoint-url, or read items from a file with --sample"
        ),
    }
}
