use serde_json::Value;

use super::leaf::Values;
use super::operation::Operation;
use crate::pattern::{Excluded, Test};

/// Returns why an entry of a field never matches, or excludes nothing.
pub fn problem(test: &Test, values: Values) -> Option<String> {
    match test {
        Test::Present | Test::Absent => None,
        Test::AnythingBut(excluded) => excluded.iter().find_map(|entry| of_excluded(entry, test, values)),
        Test::Equals(value) => of_value(value, test, values),
        Test::Text(_) | Test::Cidr(_) | Test::Numeric(_) => of_operator(test, values),
    }
}

fn of_value(value: &Value, test: &Test, values: Values) -> Option<String> {
    match (values, value) {
        (Values::OneOf(known), _) if !allows(known, test) => Some(never(value, &one_of(known))),
        (Values::Text, Value::String(_)) | (Values::OneOf(_), _) | (Values::Number, Value::Number(_)) => None,
        (Values::NumberText, Value::String(text)) => of_number_text(text),
        (Values::Base64, Value::String(text)) => of_base64(text),
        (Values::Boolean, Value::Bool(_)) | (Values::True, Value::Bool(true)) => None,
        _ => Some(never(value, &form(values, value))),
    }
}

fn of_operator(test: &Test, values: Values) -> Option<String> {
    let numeric = matches!(test, Test::Numeric(_));
    match values {
        Values::OneOf(known) if !allows(known, test) => {
            Some(format!("matches none of the possible values: {}", known.join(", ")))
        }
        Values::NumberText if numeric => Some(
            "never matches, because a DynamoDB number is a text in a stream record: list the texts, such as \
             [\"42\"], or move the condition to `when`"
                .to_owned(),
        ),
        Values::Number | Values::Text | Values::Base64 if numeric == (values == Values::Number) => None,
        Values::NumberText | Values::OneOf(_) => None,
        Values::Text | Values::Base64 => {
            Some("never matches: `numeric` compares JSON numbers, and the value is a text".to_owned())
        }
        Values::Number => {
            Some("never matches: the value is a JSON number, and the operator compares texts".to_owned())
        }
        Values::Boolean | Values::True => {
            Some("never matches: the value is a JSON boolean, so write [true] or [false]".to_owned())
        }
    }
}

/// An excluded value that the field never has is a mistake too: it excludes nothing.
fn of_excluded(excluded: &Excluded, test: &Test, values: Values) -> Option<String> {
    let Excluded::Value(value) = excluded else { return None };
    match values {
        Values::OneOf(known) if !known.iter().any(|known| *value == **known) => {
            Some(format!("excludes {value}, but the value is always {}", one_of(known)))
        }
        Values::OneOf(known) if !allows(known, test) => {
            Some(format!("excludes every possible value: {}", known.join(", ")))
        }
        _ => {
            let reason = of_value(value, &Test::Equals(value.clone()), values)?;
            Some(format!("excludes nothing: {reason}"))
        }
    }
}

fn allows(known: &[&str], test: &Test) -> bool {
    known.iter().any(|value| test.matches(&Value::from(*value)))
}

fn one_of(known: &[&str]) -> String {
    match known {
        names if *names == Operation::NAMES => {
            "INSERT, MODIFY or REMOVE (a delete by TTL is REMOVE with a userIdentity)".to_owned()
        }
        [only] => (*only).to_owned(),
        names => format!("one of {}", names.join(", ")),
    }
}

fn never(value: &Value, allowed: &str) -> String {
    format!("{value} never matches: the value is {allowed}")
}

/// Returns the form of the values, with an example.
fn form(values: Values, wrong: &Value) -> String {
    let text = wrong.as_str().map_or_else(|| wrong.to_string(), ToOwned::to_owned);
    match values {
        Values::Text | Values::OneOf(_) => format!("a text: write [\"{text}\"]"),
        Values::Base64 => format!("a text in base64: write [\"{text}\"]"),
        Values::NumberText => format!("a text, because DynamoDB writes numbers as texts: write [\"{text}\"]"),
        Values::Number => "a JSON number, without quotes".to_owned(),
        Values::Boolean => "true or false, without quotes".to_owned(),
        Values::True => "true, without quotes".to_owned(),
    }
}

/// Returns why a text is not base64 with padding, as stream records have it.
fn of_base64(text: &str) -> Option<String> {
    let data = text.strip_suffix("==").or_else(|| text.strip_suffix('=')).unwrap_or(text);
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    let is_base64 = text.len().is_multiple_of(4) && data.bytes().all(is_letter);
    (!is_base64).then(|| format!("\"{text}\" never matches: the value is binary data in base64"))
}

/// DynamoDB writes a number in one form only.
fn of_number_text(text: &str) -> Option<String> {
    let is_number = text.parse::<f64>().is_ok_and(f64::is_finite)
        && text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    if !is_number {
        return Some(format!("\"{text}\" never matches: the value is a number, written as a text"));
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) =
        digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let has_leading_zero = whole.len() > 1 && whole.starts_with('0');
    let has_final_zero = fraction.is_some_and(|fraction| fraction.is_empty() || fraction.ends_with('0'));
    let is_other_form = has_leading_zero || has_final_zero || digits.starts_with(['+', '.']) || text == "-0";
    is_other_form.then(|| {
        format!("\"{text}\" never matches: DynamoDB writes numbers without a plus sign and without leading or final zeros")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_has_padding_and_its_64_letters() {
        for text in ["", "AAE=", "AA==", "+/aZ", "09zA"] {
            assert_eq!(of_base64(text), None, "{text}");
        }
        for text in ["AAE", "A-E=", "A_E=", "A=A=", "====", "AA=A", "A A="] {
            assert!(of_base64(text).is_some(), "{text}");
        }
    }

    #[test]
    fn a_number_has_the_one_form_of_dynamodb() {
        for text in ["0", "-1", "10", "0.5", "-0.25", "1e5", "1E-5"] {
            assert_eq!(of_number_text(text), None, "{text}");
        }
        for text in ["", "--1", "1e400", "inf", "NaN", "+1", ".5", "1.", "1.50", "007", "-0", "-01"] {
            assert!(of_number_text(text).is_some(), "{text}");
        }
    }
}
