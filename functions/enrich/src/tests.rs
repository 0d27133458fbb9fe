#![allow(clippy::unwrap_used)]

use super::*;

fn pipes() -> Pipes {
    Pipes::compile(&[], &[]).unwrap()
}

/// A response without elements would count as delivered.
#[test]
fn a_batch_that_is_not_json_fails_with_the_place_of_its_error() {
    for batch in ["", "null", "{}", "[", "[1", "nonsense"] {
        let error = respond(&pipes(), batch.as_bytes()).unwrap_err().to_string();
        assert!(error.starts_with("payload"), "{batch}: {error}");
    }
    assert!(respond(&pipes(), b"[\"\xff\"]").is_err());
    assert!(respond(&pipes(), b"[]").unwrap().is_empty());
}
