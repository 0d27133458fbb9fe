use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use serde_json::{Value, json};

use super::letters::Letters;

/// An error of the API.
#[derive(Debug)]
pub struct QueueError {
    pub code: &'static str,
    pub message: String,
}

impl QueueError {
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

type Result = std::result::Result<Value, QueueError>;

impl Letters {
    pub async fn operate(&self, operation: &str, request: &Value) -> Result {
        match operation {
            "GetQueueUrl" => {
                let name = request["QueueName"].as_str().unwrap_or_default();
                self.lines(name).await.map_err(no_queue)?;
                Ok(json!({ "QueueUrl": format!("{}/sqs/{name}", self.address) }))
            }
            "GetQueueAttributes" => self.attributes(queue(request)?).await,
            "ReceiveMessage" => self.receive_messages(queue(request)?, request).await,
            "ChangeMessageVisibilityBatch" => Ok(self.hide_all(request)),
            "DeleteMessageBatch" => self.delete_all(queue(request)?, request).await,
            _ => Err(QueueError::new(
                "UnsupportedOperation",
                "the local mode does not have this operation of SQS",
            )),
        }
    }

    async fn attributes(&self, queue: &str) -> Result {
        let lines = self.lines(queue).await.map_err(no_queue)?;
        let hidden = lines.iter().filter(|line| self.is_hidden(line)).count();
        Ok(json!({ "Attributes": {
            "ApproximateNumberOfMessages": (lines.len() - hidden).to_string(),
            "ApproximateNumberOfMessagesNotVisible": hidden.to_string(),
        } }))
    }

    async fn receive_messages(&self, queue: &str, request: &Value) -> Result {
        let number = |name: &str, default| request[name].as_u64().unwrap_or(default);
        let most = number("MaxNumberOfMessages", 1).clamp(1, 10) as usize;
        let hidden = Duration::from_secs(number("VisibilityTimeout", 30));
        let lines = self.receive(queue, most, hidden).await.map_err(no_queue)?;
        let message = |line: String| json!({ "MessageId": id(&line), "ReceiptHandle": line, "Body": line });
        Ok(json!({ "Messages": lines.into_iter().map(message).collect::<Vec<_>>() }))
    }

    fn hide_all(&self, request: &Value) -> Value {
        for entry in entries(request) {
            let seconds = entry["VisibilityTimeout"].as_u64().unwrap_or_default();
            self.hide(receipt(entry), Duration::from_secs(seconds));
        }
        successful(request)
    }

    async fn delete_all(&self, queue: &str, request: &Value) -> Result {
        for entry in entries(request) {
            self.delete(queue, receipt(entry)).await.map_err(no_queue)?;
        }
        Ok(successful(request))
    }
}

fn queue(request: &Value) -> std::result::Result<&str, QueueError> {
    let name = request["QueueUrl"].as_str().and_then(|url| Some(url.rsplit_once('/')?.1));
    name.ok_or_else(|| no_queue("QueueUrl is missing".to_owned()))
}

fn no_queue(reason: String) -> QueueError {
    QueueError::new("QueueDoesNotExist", reason)
}

fn entries(request: &Value) -> impl Iterator<Item = &Value> {
    request["Entries"].as_array().into_iter().flatten()
}

fn receipt(entry: &Value) -> &str {
    entry["ReceiptHandle"].as_str().unwrap_or_default()
}

fn successful(request: &Value) -> Value {
    let ids: Vec<_> = entries(request).map(|entry| json!({ "Id": entry["Id"] })).collect();
    json!({ "Successful": ids, "Failed": [] })
}

/// The same for the same line, also after a restart.
fn id(line: &str) -> String {
    let mut hasher = DefaultHasher::new();
    line.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn call(letters: &Letters, operation: &str, more: Value) -> Value {
        let mut request = more;
        request["QueueUrl"] = "http://127.0.0.1:1/sqs/orders".into();
        letters.operate(operation, &request).await.unwrap()
    }

    async fn bodies(letters: &Letters, most: u64, hidden: u64) -> Vec<String> {
        let request = json!({ "MaxNumberOfMessages": most, "VisibilityTimeout": hidden });
        let page = call(letters, "ReceiveMessage", request).await;
        page["Messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["Body"].as_str().unwrap().to_owned())
            .collect()
    }

    #[tokio::test]
    async fn a_message_is_hidden_after_it_was_received_and_gone_after_it_was_deleted() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("orders.jsonl"), "{\"a\":1}\n{\"b\":2}\n").unwrap();
        let letters = Letters::new("http://127.0.0.1:1".to_owned(), folder.path().to_owned());
        assert_eq!(bodies(&letters, 1, 600).await, ["{\"a\":1}"]);
        assert_eq!(bodies(&letters, 10, 600).await, ["{\"b\":2}"]);
        assert_eq!(bodies(&letters, 10, 600).await, [""; 0]);
        let attributes = call(&letters, "GetQueueAttributes", json!({})).await;
        assert_eq!(attributes["Attributes"]["ApproximateNumberOfMessagesNotVisible"], "2");
        let again =
            json!({ "Entries": [{ "Id": "0", "ReceiptHandle": "{\"b\":2}", "VisibilityTimeout": 0 }] });
        call(&letters, "ChangeMessageVisibilityBatch", again).await;
        let delete = json!({ "Entries": [{ "Id": "0", "ReceiptHandle": "{\"a\":1}" }] });
        let deleted = call(&letters, "DeleteMessageBatch", delete).await;
        assert_eq!(deleted["Successful"][0]["Id"], "0");
        assert_eq!(bodies(&letters, 10, 0).await, ["{\"b\":2}"]);
        assert_eq!(std::fs::read_to_string(folder.path().join("orders.jsonl")).unwrap(), "{\"b\":2}\n");
    }

    #[tokio::test]
    async fn a_queue_without_dead_letters_is_empty_and_other_files_are_no_queues() {
        let folder = tempfile::tempdir().unwrap();
        let letters = Letters::new("http://127.0.0.1:1".to_owned(), folder.path().to_owned());
        assert_eq!(bodies(&letters, 10, 0).await, [""; 0]);
        let refused = letters.operate("GetQueueUrl", &json!({ "QueueName": "../orders" })).await;
        assert_eq!(refused.unwrap_err().code, "QueueDoesNotExist");
    }
}
