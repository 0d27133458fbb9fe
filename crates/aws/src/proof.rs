//! The proof of a success. DynamoDB sends the cost of a request that asks for it. A response without it is not DynamoDB's,
//! and must not count as a write, or as a read that found nothing.

use aws_sdk_dynamodb::operation::delete_item::DeleteItemOutput;
use aws_sdk_dynamodb::operation::delete_item::builders::DeleteItemFluentBuilder;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::get_item::builders::GetItemFluentBuilder;
use aws_sdk_dynamodb::operation::put_item::PutItemOutput;
use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsOutput;
use aws_sdk_dynamodb::operation::transact_write_items::builders::TransactWriteItemsFluentBuilder;
use aws_sdk_dynamodb::types::ReturnConsumedCapacity;

use crate::storage::StorageError;

/// A request that can ask for the proof of its success.
pub trait Provable {
    fn with_proof(self) -> Self;
}

/// The response to a request that asked for its proof.
pub trait Proven: Sized {
    fn has_proof(&self) -> bool;

    /// Returns the response if it proves the success.
    fn proven(self, table: &str) -> Result<Self, StorageError> {
        if self.has_proof() { Ok(self) } else { Err(StorageError::incomplete(table, "ConsumedCapacity")) }
    }
}

macro_rules! provable {
    ($($request:ty => $response:ty),+ $(,)?) => {$(
        impl Provable for $request {
            fn with_proof(self) -> Self {
                self.return_consumed_capacity(ReturnConsumedCapacity::Total)
            }
        }

        impl Proven for $response {
            fn has_proof(&self) -> bool {
                self.consumed_capacity.is_some()
            }
        }
    )+};
}

provable! {
    DeleteItemFluentBuilder => DeleteItemOutput,
    GetItemFluentBuilder => GetItemOutput,
    PutItemFluentBuilder => PutItemOutput,
    TransactWriteItemsFluentBuilder => TransactWriteItemsOutput,
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::types::ConsumedCapacity;

    use super::*;

    #[test]
    fn a_response_without_its_cost_proves_nothing() {
        let response = PutItemOutput::builder();
        let error = response.clone().build().proven("log").unwrap_err().to_string();
        assert_eq!(error, "table log: the response of DynamoDB has no ConsumedCapacity");
        let proven = response.consumed_capacity(ConsumedCapacity::builder().build()).build();
        assert!(proven.proven("log").is_ok());
    }
}
