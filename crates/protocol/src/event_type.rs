//! Names of event types: `order.placed.v1`.

/// The prefix of tablecast's own event types. Pipes cannot emit such events.
pub const CONTROL_PREFIX: &str = "tablecast.";

pub fn is_control(event_type: &str) -> bool {
    event_type.starts_with(CONTROL_PREFIX)
}

const MAX_BYTES: usize = 128;

/// Returns whether a name is lower-case words, joined by dots, with a major version at the end:
/// `order.placed.v1`.
pub fn is_event_type(name: &str) -> bool {
    match name.rsplit_once(".v") {
        Some((words, version)) => {
            name.len() <= MAX_BYTES && is_version(version) && words.split('.').all(is_word)
        }
        None => false,
    }
}

fn is_word(part: &str) -> bool {
    part.starts_with(|first: char| first.is_ascii_lowercase())
        && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// A positive number without a sign or leading zeros.
fn is_version(text: &str) -> bool {
    text.parse::<u32>().is_ok_and(|number| number > 0 && !text.starts_with(['0', '+']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_type_ends_in_its_major_version() {
        for good in ["order.placed.v1", "order.status-changed.v12", "a.v1"] {
            assert!(is_event_type(good), "{good}");
        }
        for bad in
            ["order.placed", "order.placed.v0", "order.placed.v01", "Order.v1", "order..v1", ".v1", "o p.v1"]
        {
            assert!(!is_event_type(bad), "{bad}");
        }
    }
}
