//! Which of several patterns the server refuses. `?subscribe=` has no result for each pattern, but the message
//! `subscribe` has one.

use futures_util::SinkExt;
use serde::Deserialize;
use serde_json::json;
use tokio_tungstenite::tungstenite::{self, Message};

use super::line::printable;
use super::request::Socket;

/// The id of the message, which its reply repeats.
const ID: &str = "tablecast-tail";

#[derive(Deserialize)]
struct Reply {
    #[serde(rename = "type")]
    event_type: String,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    request: String,
    subjects: Vec<Outcome>,
}

#[derive(Deserialize)]
struct Outcome {
    subject: String,
    granted: bool,
    #[serde(default)]
    reason: String,
}

/// Requests the results. A refusal of a single pattern has a status already.
pub async fn request(socket: &mut Socket, patterns: &[String]) -> tungstenite::Result<()> {
    if patterns.len() < 2 {
        return Ok(());
    }
    let message = json!({"action": "subscribe", "id": ID, "subjects": patterns}).to_string();
    socket.send(Message::from(message)).await
}

/// Returns the refused patterns with their reasons, or `None` if the text is no reply to `request`.
pub fn read(text: &str) -> Option<Vec<String>> {
    let Reply { event_type, data } = serde_json::from_str(text).ok()?;
    let is_reply = event_type == "tablecast.subscribed.v1" && data.request == ID;
    let refused = data.subjects.iter().filter(|outcome| !outcome.granted);
    let lines = refused.map(|Outcome { subject, reason, .. }| printable(&format!("{subject} ({reason})")));
    is_reply.then(|| lines.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_has_the_refused_patterns() {
        let reply = |request: &str| {
            let subjects = json!([
                {"subject": "a/*", "granted": true},
                {"subject": "b/*", "granted": false, "reason": "not-granted"},
            ]);
            json!({"type": "tablecast.subscribed.v1", "data": {"request": request, "subjects": subjects}})
                .to_string()
        };
        assert_eq!(read(&reply(ID)), Some(vec!["b/* (not-granted)".to_owned()]));
        assert_eq!(read(&reply("7")), None);
        assert_eq!(read("{}"), None);
    }
}
