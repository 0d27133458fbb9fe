use std::sync::Arc;

use crate::wire::event::Event;

/// Returns why an event does not match its schema.
pub type Validate = Arc<dyn Fn(&Event) -> Result<(), String> + Send + Sync>;
