use std::collections::BTreeSet;

use super::limits::MAX_TYPES;
use crate::event_type::is_event_type;

pub fn check(types: &BTreeSet<String>) -> Result<(), String> {
    if types.len() > MAX_TYPES {
        return Err(format!("types: at most {MAX_TYPES} are possible; leave types out to receive all"));
    }
    match types.iter().all(|name| is_event_type(name)) {
        true => Ok(()),
        false => Err("types: write event types, such as order.placed.v1".to_owned()),
    }
}
