//! The usual start of a collection.

use serde_json::{Value, json};

use crate::run::Run;
use crate::step::Connect;
use crate::{Failure, replies};

const PATTERN: &str = "orders/acme/*";

impl Run {
    /// Loads the collection `b` of the type `order.v1` with items such as `1 new`.
    pub(crate) async fn loaded(&mut self, items: &[String]) -> Result<(), Failure> {
        self.accept(&Connect::default()).await?;
        let types = ["order.v1", "order.removed.v1"];
        self.expect(None, &json!({"action": "subscribe", "subjects": [PATTERN], "types": types})).await?;
        self.reply(None, "subscribed", &json!({"tablecast/orders/acme": replies::start()})).await?;
        self.expect(None, &json!({"action": "state", "subjects": [PATTERN], "types": ["order.v1"]})).await?;
        let events: Vec<_> = items.iter().map(|item| Value::from(format!("acme item {item}"))).collect();
        self.send(None, &events).await?;
        self.reply(None, "state", &json!({PATTERN: items.len()})).await?;
        let items: Vec<_> =
            items.iter().map(|item| format!(" orders/acme/{}", item.replace(' ', "="))).collect();
        self.line("b", &format!("items{}", items.concat())).await
    }
}
