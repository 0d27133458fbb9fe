use std::time::Duration;

use bytes::Bytes;
use tablecast_pipes::invoke::{Invoke, InvokeError};
use tokio::time::sleep;
use tracing::{error, warn};

use crate::functions::Functions;

/// Lambda waits so long before it tries a failed call again.
const RETRIES: [Duration; 2] = [Duration::from_secs(60), Duration::from_secs(120)];

/// The pause before a call that finds no free process is tried again.
const THROTTLED: Duration = Duration::from_secs(1);

/// Calls a function, and drops its response.
pub fn call(functions: Functions, name: String, payload: Bytes) {
    tokio::spawn(async move {
        let mut retries = RETRIES.into_iter();
        while let Err(failed) = functions.invoke(&name, payload.clone()).await {
            let wait = match failed {
                InvokeError::Throttled(_) => Some(THROTTLED),
                _ => retries.next(),
            };
            let Some(wait) = wait else {
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
