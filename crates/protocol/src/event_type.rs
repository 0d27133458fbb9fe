//! Names of event types: `order.placed.v1`.

/// The prefix of tablecast's own event types. Pipes cannot emit such events.
pub const CONTROL_PREFIX: &str = "tablecast.";

pub fn is_control(event_type: &str) -> bool {
    event_type.starts_with(CONTROL_PREFIX)
}

/// The type of the event of a removed item, for the type of an item's state: `order.removed.v1` for `order.v1`. None
/// if that has no version.
pub fn removed(state: &str) -> Option<String> {
    state.rsplit_once(".v").map(|(words, version)| format!("{words}.removed.v{version}"))
}

const MAX_BYTES: usize = 128;

/// The longest type of a state, whose removed items have an event type, too.
pub const MAX_STATE_BYTES: usize = MAX_BYTES - ".removed".len();

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
    text.parse::<u32>().is_ok() && !text.starts_with(['0', '+'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_of_a_removed_item_follows_from_that_of_its_state() {
        assert_eq!(removed("order.v1").as_deref(), Some("order.removed.v1"));
        assert_eq!(removed("shop.v-order.v12").as_deref(), Some("shop.v-order.removed.v12"));
        assert_eq!(removed("order"), None);
    }

    #[test]
    fn the_longest_type_of_a_state_has_the_longest_event_type_as_its_removal() {
        let state = |bytes: usize| format!("{}.v1", "a".repeat(bytes - 3));
        let is_removal = |bytes| removed(&state(bytes)).is_some_and(|removed| is_event_type(&removed));
        assert!(is_removal(MAX_STATE_BYTES) && !is_removal(MAX_STATE_BYTES + 1));
        assert!(is_event_type(&state(MAX_STATE_BYTES + 1)));
    }

    #[test]
    fn the_types_of_tablecast_itself_begin_with_its_name() {
        assert!(is_control("tablecast.pong.v1"));
        assert!(!is_control("tablecasts.pong.v1") && !is_control("order.placed.v1"));
    }

    #[test]
    fn an_event_type_ends_in_its_major_version() {
        for good in ["order.placed.v1", "order.status-changed.v12", "a.v1"] {
            assert!(is_event_type(good), "{good}");
        }
        for bad in [
            "order.placed",
            "order.placed.v0",
            "order.placed.v+1",
            "order.placed.v",
            "order.placed.vx",
            "order.placed.v01",
            "Order.v1",
            "order..v1",
            ".v1",
            "o p.v1",
        ] {
            assert!(!is_event_type(bad), "{bad}");
        }
    }
}
