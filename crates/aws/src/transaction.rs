use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;

/// A condition of the transaction failed.
pub const CONDITION_FAILED: &str = "ConditionalCheckFailed";

/// Another transaction writes the same items.
pub const CONFLICT: &str = "TransactionConflict";

/// Returns whether DynamoDB cancelled a transaction for one of these reasons.
pub fn is_cancelled<R>(error: &SdkError<TransactWriteItemsError, R>, reasons: &[&str]) -> bool {
    let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error()
    else {
        return false;
    };
    let found = cancelled.cancellation_reasons();
    found.iter().any(|reason| reason.code().is_some_and(|code| reasons.contains(&code)))
}
