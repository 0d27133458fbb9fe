use std::collections::HashSet;

use super::*;

#[test]
fn ids_have_the_format_of_api_gateway() {
    let ids = Ids::default();
    for id in (0..1000).map(|_| ids.next()) {
        assert_eq!(id.len(), 16, "{id}");
        assert!(id.ends_with('=') && id.starts_with(|c: char| c.is_ascii_alphabetic()), "{id}");
    }
}

#[test]
fn ids_do_not_repeat() {
    let ids = Ids::default();
    let seen: HashSet<_> = (0..10_000).map(|_| ids.next()).collect();
    assert_eq!(seen.len(), 10_000);
}
