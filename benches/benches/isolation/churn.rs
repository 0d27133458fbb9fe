use std::time::Duration;

use tablecast_protocol::Protocol;
use tokio::task::spawn_local;
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::audience::Audience;
use crate::client::{Client, Group};
use crate::load::CROWD;
use crate::scenario::Behaviour;

/// How long a connection lives.
const LIFE: Duration = Duration::from_millis(20);

/// Opens and closes so many connections a second. Without end.
pub async fn churn(audience: Audience, connections: u64) {
    let mut next = interval(Duration::from_secs(1) / connections as u32);
    next.set_missed_tick_behavior(MissedTickBehavior::Burst);
    loop {
        next.tick().await;
        let audience = audience.clone();
        spawn_local(async move {
            let client = Client::new(Group::Others, Behaviour::Takes, Protocol::Single, CROWD);
            if let Some(id) = audience.connect(client).await {
                sleep(LIFE).await;
                audience.leave(&id).await;
            }
        });
    }
}
