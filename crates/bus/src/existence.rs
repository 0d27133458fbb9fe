use std::sync::PoisonError;
use std::time::Duration;

use aws_sdk_eventbridge::operation::describe_event_bus::DescribeEventBusError;
use tokio::time::{Instant, timeout_at};

use crate::Bus;

/// Events are lost for at most this time after the bus was deleted: until the next check of each process.
const CHECK_INTERVAL: Duration = Duration::from_secs(60);

impl Bus {
    /// Returns false if the bus does not exist. EventBridge accepts events for such a bus, and drops them
    /// (<https://github.com/aws/aws-cli/issues/9186>). A check that fails, for example without its permission,
    /// proves nothing: the bus is used, and checked again after the interval.
    pub(crate) async fn exists(&self, until: Instant) -> bool {
        if !self.is_check_due() {
            return true;
        }
        let described = timeout_at(until, self.client.describe_event_bus().name(&self.name).send()).await;
        if let Ok(Err(error)) = described {
            if error.as_service_error().is_some_and(DescribeEventBusError::is_resource_not_found_exception) {
                tracing::error!(bus = self.name, "the bus does not exist: create it again");
                return false;
            }
            let reason = tablecast_aws::reason(&error);
            tracing::warn!(bus = self.name, %reason, "EventBridge did not answer if the bus exists");
        }
        *self.checked.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        true
    }

    fn is_check_due(&self) -> bool {
        let checked = *self.checked.lock().unwrap_or_else(PoisonError::into_inner);
        checked.is_none_or(|at| at.elapsed() >= CHECK_INTERVAL)
    }
}
