use tablecast_values::value::Value;

/// The most characters of a version that is a text.
pub const MAX_VERSION_CHARACTERS: usize = 128;

pub const NO_VERSION: &str =
    "is neither a number nor a text: choose an attribute that grows with each change";

/// The digits of a version that is a number.
const DIGITS: usize = 40;

/// A version as a text whose order is the order of versions: a number is padded with zeros. ASCII has one order in
/// all languages.
pub fn version(value: &Value<'_>) -> Result<String, String> {
    match value {
        Value::Number(number) if is_whole(number) => Ok(format!("{number:0>DIGITS$}")),
        Value::Number(_) => Err(format!("is not a whole number from 0, of up to {DIGITS} digits")),
        Value::String(text) if is_text(text) => Ok(text.as_ref().to_owned()),
        Value::String(_) => {
            Err(format!("is a text, but not of 1 to {MAX_VERSION_CHARACTERS} ASCII characters"))
        }
        _ => Err(NO_VERSION.to_owned()),
    }
}

fn is_whole(number: &str) -> bool {
    number.len() <= DIGITS && number.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_text(text: &str) -> bool {
    (1..=MAX_VERSION_CHARACTERS).contains(&text.len())
        && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_becomes_a_text_in_the_same_order_and_a_text_is_unchanged() {
        let number = |text: &str| version(&Value::number(text.to_owned().into()).unwrap());
        let [two, ten] = ["2", "10"].map(|text| number(text).unwrap());
        assert!(two < ten && two.len() == 40 && ten.ends_with("00010"));
        assert!(number(&"9".repeat(40)).is_ok());
        for odd in ["-1", "1.5", "1e3", &"9".repeat(41)] {
            assert!(number(odd).unwrap_err().starts_with("is not a whole number"), "{odd}");
        }
        let text = |text: String| version(&Value::String(text.into()));
        assert_eq!(text("2026-11-23T09:00:00Z".into()).as_deref(), Ok("2026-11-23T09:00:00Z"));
        assert!(text("x".repeat(128)).is_ok());
        for odd in [String::new(), "x".repeat(129), "a\n".into(), "é".into()] {
            assert!(text(odd).unwrap_err().starts_with("is a text, but not"));
        }
        for other in [Value::Null, Value::Bool(true), Value::List(Vec::new())] {
            assert!(version(&other).unwrap_err().starts_with("is neither"));
        }
    }
}
