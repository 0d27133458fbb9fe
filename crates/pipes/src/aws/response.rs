//! Members that a successful response always has. A response without them is not AWS's, and must not count as
//! an empty result.

use aws_sdk_dynamodbstreams::types::StreamDescription;
use aws_sdk_sqs::operation::send_message::SendMessageOutput;

/// Without `Shards`, a stream would count as one that nobody writes to.
pub fn with_shards(description: StreamDescription) -> Result<StreamDescription, &'static str> {
    if description.shards.is_some() { Ok(description) } else { Err("DescribeStream returned no shards") }
}

/// Without an id, a dead letter may not be in the queue.
pub fn sent(response: &SendMessageOutput) -> Result<(), String> {
    response.message_id().map(drop).ok_or_else(|| "SendMessage returned no message id".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_without_its_member_is_an_error_and_an_empty_member_is_not() {
        let description = StreamDescription::builder();
        assert!(with_shards(description.clone().build()).is_err());
        assert!(with_shards(description.set_shards(Some(Vec::new())).build()).is_ok());
        assert!(sent(&SendMessageOutput::builder().build()).is_err());
        assert!(sent(&SendMessageOutput::builder().message_id("1").build()).is_ok());
    }
}
