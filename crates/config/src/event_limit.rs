use std::env;

use tablecast_protocol::event::{BUS_OVERHEAD_BYTES, MAX_BUS_BYTES};

/// The environment variable with the bytes of the largest entry that EventBridge accepts in this region.
const VARIABLE: &str = "MAX_EVENT_BYTES";

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{VARIABLE}={0:?} is not a number of bytes from 2048 to {MAX_BUS_BYTES}. Set max_event_bytes in Terraform."
)]
pub struct InvalidEventLimit(String);

/// The bytes of the largest entry on the bus. Without the variable, it is EventBridge's own limit of 1 MB.
pub fn event_limit() -> Result<usize, InvalidEventLimit> {
    env::var(VARIABLE).map_or(Ok(MAX_BUS_BYTES), |text| parse_event_limit(&text))
}

/// Reads a number of bytes.
pub fn parse_event_limit(text: &str) -> Result<usize, InvalidEventLimit> {
    let bytes = text.parse().ok().filter(|bytes| (2 * BUS_OVERHEAD_BYTES..=MAX_BUS_BYTES).contains(bytes));
    bytes.ok_or_else(|| InvalidEventLimit(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_number_of_bytes_up_to_one_megabyte() {
        assert_eq!(parse_event_limit("262144"), Ok(262_144));
        assert_eq!(parse_event_limit("1048576"), Ok(1_048_576));
        for text in ["", "0", "-1", "256 KB", "1048577"] {
            assert_eq!(parse_event_limit(text), Err(InvalidEventLimit(text.to_owned())), "{text}");
        }
    }
}
