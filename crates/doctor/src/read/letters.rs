use serde_json::json;

use super::json::{number, text};
use super::parallel;
use super::reader::Reader;
use crate::aws::{Request, operations};
use crate::facts::{BUS, Facts, Queue, Reading};

pub async fn all(reader: &Reader, facts: &Facts) -> Vec<Queue> {
    let pipes = facts.known_pipes().iter();
    let pipes = pipes.filter_map(|pipe| Some((pipe.dead_letters.clone()?, pipe.file.clone())));
    let fanout = facts
        .deployed("fanout")
        .map(|_| (format!("{}-fanout-dead-letters", facts.name), "fanout".to_owned()));
    parallel::all(pipes.chain(fanout).map(|(queue, owner)| queue_of(reader, queue, owner))).await
}

/// Reads the queue that Terraform creates for a bus with a key. Others belong to the owner of the bus.
pub async fn of_bus(reader: &Reader, facts: &Facts) -> Option<Queue> {
    let queue = facts.bus.found()?.dead_letters.clone()?;
    let is_own = queue.ends_with(&format!(":{}-bus-undelivered", facts.name));
    match is_own {
        true => Some(queue_of(reader, queue, BUS.to_owned()).await),
        false => None,
    }
}

/// `queue` is an ARN, or a name in the account of the caller.
async fn queue_of(reader: &Reader, queue: String, owner: String) -> Queue {
    let parts: Vec<_> = queue.split(':').collect();
    let (name, account) = match parts.as_slice() {
        [_, _, _, _, account, name] => ((*name).to_owned(), Some(*account)),
        _ => (queue.clone(), None),
    };
    let messages = messages(reader, &name, account).await;
    Queue { name, owner, messages }
}

async fn messages(reader: &Reader, name: &str, account: Option<&str>) -> Reading<(u64, u64)> {
    let mut request = json!({ "QueueName": name });
    if let Some(account) = account {
        request["QueueOwnerAWSAccountId"] = account.into();
    }
    let found = reader.read(operations::GET_QUEUE_URL, name, Request::Json(request)).await;
    let Some(found) = found.found() else { return Reading::Unknown };
    let names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
    let request = json!({ "QueueUrl": text(found, "/QueueUrl"), "AttributeNames": names });
    let attributes = reader.read(operations::GET_QUEUE_ATTRIBUTES, name, Request::Json(request)).await;
    attributes.map(|it| {
        let [waiting, handled] =
            names.map(|name| number(&it, &format!("/Attributes/{name}")).unwrap_or_default());
        (waiting, handled)
    })
}
