//! The sort key of a record's item: the eventID. The items of a large record have `<eventID>#0001` and so on.

/// The first part has the number 1.
pub(crate) fn sort_key(id: &str, part: usize, parts: usize) -> String {
    match parts {
        1 => id.to_owned(),
        _ => format!("{id}#{part:04}"),
    }
}

/// Returns the eventID, and the number of the part. `None` for a part without a number.
pub(crate) fn id_and_part(sort_key: &str, parts: usize) -> Option<(&str, usize)> {
    match parts {
        1 => Some((sort_key, 1)),
        _ => numbered(sort_key),
    }
}

/// Returns whether an item is the only one or the first one of its record.
pub fn is_first_part(sort_key: &str) -> bool {
    numbered(sort_key).is_none_or(|(_, part)| part == 1)
}

fn numbered(sort_key: &str) -> Option<(&str, usize)> {
    let (id, part) = sort_key.rsplit_once('#')?;
    Some((id, part.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sort_key_is_read_as_it_was_written() {
        for (id, part, parts) in [("e1", 1, 1), ("e1", 2, 3), ("a#b", 1, 1), ("a#b", 12_345, 20_000)] {
            let sort_key = sort_key(id, part, parts);
            assert_eq!(id_and_part(&sort_key, parts), Some((id, part)));
            assert_eq!(is_first_part(&sort_key), part == 1, "{sort_key}");
        }
        assert_eq!(sort_key("e1", 2, 3), "e1#0002");
        assert_eq!((id_and_part("e1", 2), id_and_part("e1#x", 2)), (None, None));
    }
}
