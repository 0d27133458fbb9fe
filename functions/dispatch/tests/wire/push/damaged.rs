//! A subscription that cannot be read ends its connection, and delays no other.

use serde_json::json;

use super::{OLD, is_stored, orders};
use crate::stand_in::{Fault, StandIn};

async fn with_damage() -> StandIn {
    let stand_in = StandIn::start().await;
    for id in ["a=", "b="] {
        stand_in.connect(id, &["orders/*"], OLD).await;
    }
    stand_in.damage("a=", &["pk", "sk"], "protocol", &json!({ "S": "of-a-newer-version" }));
    stand_in
}

/// Its client connects again and resumes. The form of its frames is unknown, so there is no last one.
#[tokio::test]
async fn a_damaged_connection_is_closed_without_a_frame_and_deleted() {
    let stand_in = with_damage().await;
    assert_eq!(stand_in.dispatch(orders()).await.unwrap(), [""; 0]);
    assert_eq!(stand_in.received("b="), ["1", "2", "3"]);
    assert!(stand_in.frames("a=").is_empty());
    assert_eq!(stand_in.closed(), ["a="]);
    assert!(!is_stored(&stand_in, "a=") && is_stored(&stand_in, "b="));
    assert_eq!([stand_in.metric("DamagedItems"), stand_in.metric("Expired")], [1, 0]);
}

#[tokio::test]
async fn a_damaged_connection_that_cannot_be_closed_hands_its_channel_over() {
    let stand_in = with_damage().await;
    stand_in.plan("DELETE a=", [Fault::Status(500)]);
    assert_eq!(stand_in.dispatch(orders()).await.unwrap(), [""; 0]);
    assert_eq!(stand_in.received("b="), ["1", "2", "3"]);
    assert!(is_stored(&stand_in, "a="));
    assert_eq!(stand_in.metric("HandedOver"), 1);
}
