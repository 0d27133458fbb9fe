use std::time::Duration;

use tokio::time::sleep;

use crate::audience::Audience;
use crate::client::Group;

/// The time after which a client whose connection ended connects again.
const AFTER: Duration = Duration::from_millis(200);

/// Clients that cause trouble connect again, and cause it again. The function `disconnect` cleans up behind them.
/// Without end.
pub async fn reconnect(audience: Audience) {
    loop {
        sleep(AFTER).await;
        let ended = std::mem::take(&mut audience.gateway.state().ended);
        for (id, client) in ended.into_iter().filter(|(_, client)| client.group == Group::Others) {
            let audience = audience.clone();
            tokio::task::spawn_local(async move {
                audience.disconnect(&id).await;
                audience.connect(client).await
            });
        }
    }
}
