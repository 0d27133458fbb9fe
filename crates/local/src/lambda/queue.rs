use std::time::Duration;

use bytes::Bytes;
use tokio::time::sleep;
use tracing::{error, warn};

use crate::functions::Functions;

/// Lambda waits so long before it tries a failed call again.
const RETRIES: [Duration; 2] = [Duration::from_secs(60), Duration::from_secs(120)];

/// Calls a function when it has a free process, and drops its response.
pub fn call(functions: Functions, name: String, payload: Bytes) {
    tokio::spawn(async move {
        let mut retries = RETRIES.into_iter();
        while let Err(failed) = functions.invoke_in_turn(&name, payload.clone()).await {
            let Some(wait) = retries.next() else {
                return error!(
                    "{name}: gave up an asynchronous call after {} attempts: {failed}",
                    1 + RETRIES.len()
                );
            };
            warn!("{name}: an asynchronous call failed, and is tried again in {wait:?}: {failed}");
            sleep(wait).await;
        }
    });
}
