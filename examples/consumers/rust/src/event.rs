use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use cancelled::OrderCancelled;
use placed::OrderPlaced;
use status_changed::OrderStatusChanged;

mod placed {
    // Times remain texts, because this consumer does not compute with them. Without `convert`, they are those of chrono.
    typify::import_types!(
        schema = "../schemas/order.placed.v1.json",
        convert = { { type = "string", format = "date-time" } = ::std::string::String }
    );
}

mod status_changed {
    typify::import_types!("../schemas/order.status-changed.v1.json");
}

mod cancelled {
    typify::import_types!("../schemas/order.cancelled.v1.json");
}

/// The envelope of EventBridge.
#[derive(Deserialize)]
struct Envelope {
    detail: Event,
}

/// The attributes of a CloudEvent that this consumer uses.
#[derive(Deserialize)]
pub struct Event {
    pub id: String,
    #[serde(rename = "type")]
    pub event_type: String,
    pub subject: String,
    pub sequence: String,
    data: Box<RawValue>,
}

pub enum Kind {
    Change(Change),
    /// The event was too large, and this notice came in its place.
    TooLarge,
    /// A type of others. It may arrive, because rules and deployments change.
    Unknown,
}

/// The meaning of an event for an order.
pub struct Change {
    pub order_id: String,
    pub status: String,
    pub reason: Option<String>,
}

impl Event {
    /// Reads the CloudEvent in an EventBridge envelope.
    pub fn parse(body: &str) -> Result<Self, serde_json::Error> {
        Ok(serde_json::from_str::<Envelope>(body)?.detail)
    }

    /// Returns an error if the data does not match its schema.
    pub fn kind(&self) -> Result<Kind, serde_json::Error> {
        Ok(match self.event_type.as_str() {
            "order.placed.v1" => Kind::Change(self.data::<OrderPlaced>()?.into()),
            "order.status-changed.v1" => Kind::Change(self.data::<OrderStatusChanged>()?.into()),
            "order.cancelled.v1" => Kind::Change(self.data::<OrderCancelled>()?.into()),
            "tablecast.event-too-large.v1" => Kind::TooLarge,
            _ => Kind::Unknown,
        })
    }

    fn data<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.data.get())
    }
}

impl From<OrderPlaced> for Change {
    fn from(order: OrderPlaced) -> Self {
        Self { order_id: order.order_id.to_string(), status: "PLACED".to_owned(), reason: None }
    }
}

impl From<OrderStatusChanged> for Change {
    fn from(order: OrderStatusChanged) -> Self {
        Self { order_id: order.order_id.to_string(), status: order.to.to_string(), reason: None }
    }
}

impl From<OrderCancelled> for Change {
    fn from(order: OrderCancelled) -> Self {
        Self { order_id: order.order_id.to_string(), status: "CANCELLED".to_owned(), reason: order.reason }
    }
}
