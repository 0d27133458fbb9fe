//! The meaning of a text without quotes in Terraform, which reads YAML 1.1 with some of YAML 1.2.

/// The booleans of YAML 1.1, beside `true` and `false`.
const BOOLEANS: [&str; 6] = ["y", "n", "yes", "no", "on", "off"];
/// Terraform writes these in lower case where they are names.
const CAPITALS: [&str; 4] = ["True", "TRUE", "False", "FALSE"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolved {
    /// The text, or a number in the form that Terraform writes.
    Same,
    Boolean,
    CapitalBoolean,
    Null,
    Time,
    /// A number in another form than Terraform writes, or one that only one of both readers takes for a number.
    OtherNumber,
}

pub fn resolved(text: &str) -> Resolved {
    match text {
        _ if BOOLEANS.contains(&text.to_lowercase().as_str()) => Resolved::Boolean,
        _ if CAPITALS.contains(&text) => Resolved::CapitalBoolean,
        "~" | "null" | "Null" | "NULL" => Resolved::Null,
        _ if is_time(text) => Resolved::Time,
        _ if is_number(text) && !is_plain_decimal(text) => Resolved::OtherNumber,
        _ => Resolved::Same,
    }
}

/// A date, or a date with a time: `2024-01-31`, `2024-1-31 10:00:00`, `2024-01-31T10:00:00Z`.
fn is_time(text: &str) -> bool {
    let date: &str = text.split(['T', 't', ' ']).next().unwrap_or_default();
    let parts: Vec<&str> = date.split('-').collect();
    let is_part = |(part, lengths): (&&str, std::ops::RangeInclusive<usize>)| {
        lengths.contains(&part.len()) && part.bytes().all(|digit| digit.is_ascii_digit())
    };
    parts.len() == 3 && parts.iter().zip([4..=4, 1..=2, 1..=2]).all(is_part)
}

/// Includes hexadecimal, octal and binary numbers, `.inf`, `.nan`, and digits with `_` between them.
fn is_number(text: &str) -> bool {
    let lower = text.to_lowercase();
    let unsigned = lower.strip_prefix(['+', '-']).unwrap_or(&lower);
    let digits =
        |text: &str, radix| !text.is_empty() && text.chars().all(|it| it == '_' || it.is_digit(radix));
    let has_prefix =
        |prefix: &str, radix| unsigned.strip_prefix(prefix).is_some_and(|rest| digits(rest, radix));
    let is_decimal = unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && unsigned.replace('_', "").parse::<f64>().is_ok();
    is_decimal
        || [".inf", ".nan"].contains(&unsigned)
        || [("0x", 16), ("0o", 8), ("0b", 2)].into_iter().any(|(prefix, radix)| has_prefix(prefix, radix))
}

/// Returns whether Terraform writes the number as it is: `0`, `-12`, `1.5`.
fn is_plain_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "1"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    digits(whole)
        && digits(fraction)
        && (whole == "0" || !whole.starts_with('0'))
        && !fraction.ends_with('0')
        && text != "-0"
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `yamldecode` of Terraform was run with each of these.
    #[test]
    fn a_text_has_the_meaning_that_terraform_gives_it() {
        for (meaning, texts) in [
            (
                Resolved::Same,
                "0 1 -5 1.5 0.1 -0.5 12345678901234567890123 true false abc 1:30 v1.0 1,000 2024 2024-01 - e5 0x 1.2.3 a-b-c inf",
            ),
            (Resolved::Boolean, "y N yes Off"),
            (Resolved::CapitalBoolean, "True FALSE"),
            (Resolved::Null, "~ null Null"),
            (Resolved::Time, "2024-01-01 2024-1-1 2024-01-01T10:00:00Z 2001-12-14t21:59:43.10-05:00"),
            (
                Resolved::OtherNumber,
                "1.50 5.0 1_000 0x1F 0o17 0b11 017 08 1e3 .5 -.5 +5 1. -0 00 .inf -.INF .nan",
            ),
        ] {
            for text in texts.split(' ') {
                assert_eq!(resolved(text), meaning, "{text}");
            }
        }
        assert_eq!(resolved("2024-01-01 10:00:00"), Resolved::Time);
    }
}
