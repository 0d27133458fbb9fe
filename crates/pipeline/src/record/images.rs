use tablecast_values::located::Located;

use super::Operation;

const BOTH: &str = "NEW_AND_OLD_IMAGES";

/// The other view types of a stream.
const OTHERS: [&str; 3] = ["NEW_IMAGE", "OLD_IMAGE", "KEYS_ONLY"];

/// Refuses a record without the images that its operation has. An absent image is not an empty item: every
/// attribute would seem to be new, or deleted.
pub fn check(operation: Operation, view_type: Option<&str>, old: bool, new: bool) -> Result<(), Located> {
    if let Some(other) = view_type.filter(|view_type| *view_type != BOTH) {
        let other = OTHERS.into_iter().find(|known| *known == other).unwrap_or("unknown");
        return Err(Located::new("StreamViewType", format!("is {other}, {CURE}")));
    }
    let (needs_old, needs_new) = match operation {
        Operation::Insert | Operation::Read => (false, true),
        Operation::Modify => (true, true),
        Operation::Remove => (true, false),
    };
    let missing = |image| {
        let operation = operation.as_str();
        Err(Located::new(
            image,
            format!("is missing, but {operation} has it: the stream's view type is not {BOTH}"),
        ))
    };
    match (needs_old && !old, needs_new && !new) {
        (_, true) => missing("NewImage"),
        (true, _) => missing("OldImage"),
        _ => Ok(()),
    }
}

const CURE: &str = "but tablecast needs the old and the new image: set the view type of the table's stream to NEW_AND_OLD_IMAGES";
