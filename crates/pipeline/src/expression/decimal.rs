//! DynamoDB numbers that neither CEL's `int` nor its `double` can hold exactly. They compare digit by digit.

use std::any::Any;
use std::cmp::Ordering;

use cel::ExecutionError;
use cel::common::traits::Comparer;
use cel::common::types::{CelDouble, CelInt, CelString, CelUInt, Type};
use cel::common::value::{StaticVal, Val};
use tablecast_values::value::Value;

static DECIMAL: Type = Type::new_unspecified_type("tablecast.decimal");

#[derive(Debug, Clone)]
pub struct Decimal(pub String);

/// Converts a number to CEL: an `int` or a `double` if that loses nothing, else a [`Decimal`].
pub fn number<'v>(text: &str) -> Box<dyn Val + 'v> {
    match (text.parse::<i64>(), text.parse::<f64>()) {
        (Ok(int), _) if int.to_string() == text => Box::new(CelInt::from(int)),
        (_, Ok(double)) if double.to_string() == text => Box::new(CelDouble::from(double)),
        _ => Box::new(Decimal(text.to_owned())),
    }
}

/// The normal form of `-0.00120`: sign, digits without zeros at the ends, and the exponent of the first
/// digit.
#[derive(Debug, PartialEq, Eq)]
struct Normal {
    negative: bool,
    place: i64,
    digits: String,
}

impl Normal {
    fn of(text: &str) -> Self {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let digits = all.trim_start_matches('0');
        if digits.is_empty() {
            return Self { negative: false, place: 0, digits: String::new() };
        }
        let leading = (all.len() - digits.len()) as i64;
        // Only order matters, so an exponent beyond i64 saturates.
        let exponent =
            exponent.parse().unwrap_or(if exponent.starts_with('-') { i64::MIN / 2 } else { i64::MAX / 2 });
        Self {
            negative: text.starts_with('-'),
            place: exponent.saturating_add(whole.len() as i64 - leading),
            digits: digits.trim_end_matches('0').to_owned(),
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        let magnitude = || self.place.cmp(&other.place).then_with(|| self.digits.cmp(&other.digits));
        match (self.signum(), other.signum()) {
            (left, right) if left != right => left.cmp(&right),
            (-1, _) => magnitude().reverse(),
            _ => magnitude(),
        }
    }

    fn signum(&self) -> i8 {
        match (self.digits.is_empty(), self.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }
}

pub fn same(left: &str, right: &str) -> bool {
    Normal::of(left) == Normal::of(right)
}

/// The order of two numbers, digit by digit.
pub fn compare(left: &str, right: &str) -> Ordering {
    Normal::of(left).compare(&Normal::of(right))
}

/// Returns whether a text is a number that DynamoDB can hold: up to 38 digits, 1E-130 to 9.9E+125.
pub fn is_stored_number(text: &str) -> bool {
    if Value::number(text.into()).is_none() {
        return false;
    }
    let normal = Normal::of(text);
    normal.digits.is_empty() || (normal.digits.len() <= 38 && (-129..=126).contains(&normal.place))
}

/// Returns whether a number has no fraction. `1.0` has none.
pub fn is_integer(text: &str) -> bool {
    let is_written_so = || text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    is_written_so() || {
        let normal = Normal::of(text);
        normal.digits.len() as i64 <= normal.place
    }
}

/// Returns the same text for equal numbers only.
pub fn normal_text(text: &str) -> String {
    let Normal { negative, place, digits } = Normal::of(text);
    format!("{}{digits}e{place}", if negative { "-" } else { "" })
}

fn text(value: &dyn Val) -> Option<String> {
    if let Some(decimal) = value.downcast_ref::<Decimal>() {
        return Some(decimal.0.clone());
    }
    let int = value.downcast_ref::<CelInt>().map(|int| int.inner().to_string());
    let uint = || value.downcast_ref::<CelUInt>().map(|uint| uint.inner().to_string());
    let double = || value.downcast_ref::<CelDouble>().filter(|double| double.inner().is_finite());
    let double = || double().map(|double| double.inner().to_string());
    int.or_else(uint).or_else(double)
}

/// The order of two numbers of any type. None for other values, and for a double that is no decimal number.
pub fn order(left: &dyn Val, right: &dyn Val) -> Option<Ordering> {
    if let (Some(left), Some(right)) = (left.downcast_ref::<CelInt>(), right.downcast_ref::<CelInt>()) {
        return Some(left.inner().cmp(right.inner()));
    }
    Some(Normal::of(&text(left)?).compare(&Normal::of(&text(right)?)))
}

impl Val for Decimal {
    fn get_type(&self) -> &Type {
        &DECIMAL
    }

    fn cel_type() -> &'static Type {
        &DECIMAL
    }

    fn as_comparer(&self) -> Option<&dyn Comparer> {
        Some(self)
    }

    fn equals(&self, other: &dyn Val) -> bool {
        self.compare(other) == Ok(Ordering::Equal)
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v> {
        Box::new(self.clone())
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }
}

impl StaticVal for Decimal {}

impl Comparer for Decimal {
    fn compare(&self, other: &dyn Val) -> Result<Ordering, ExecutionError> {
        let other = text(other).ok_or_else(|| ExecutionError::UnexpectedType {
            got: String::new(),
            want: "number".to_owned(),
        })?;
        Ok(Normal::of(&self.0).compare(&Normal::of(&other)))
    }
}

/// `string(x)` with every digit.
pub fn to_string(decimal: &Decimal) -> CelString<'static> {
    CelString::from(decimal.0.clone())
}

/// `double(x)`, which rounds.
pub fn to_double(decimal: &Decimal) -> CelDouble {
    CelDouble::from(decimal.0.parse::<f64>().unwrap_or(f64::NAN))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn is<T: StaticVal>(text: &str) -> bool {
        number(text).downcast_ref::<T>().is_some()
    }

    #[test]
    fn no_exponent_is_too_large_to_compare() {
        let compare = |left: &str, right: &str| Decimal(left.into()).compare(&Decimal(right.into())).unwrap();
        assert_eq!(compare("1e9223372036854775807", "1e9223372036854775806"), Ordering::Equal);
        assert_eq!(compare("10e9223372036854775807", "1"), Ordering::Greater);
        assert_eq!(compare("1e-99999999999999999999", "1"), Ordering::Less);
    }

    #[test]
    fn dynamodb_holds_numbers_of_38_digits_within_its_range() {
        for good in ["0", "-0", "7", "-12.50", "1e125", "9.9E+125", "1E-130", &"9".repeat(38), "0.000"] {
            assert!(is_stored_number(good), "{good}");
        }
        for bad in ["", "007", "+1", "x", "1e126", "1E-131", &"9".repeat(39), "1e99999999999999999999"] {
            assert!(!is_stored_number(bad), "{bad}");
        }
    }

    #[test]
    fn a_number_without_a_fraction_is_an_integer() {
        for good in ["0", "-0", "0.0", "1.0", "-12", "1e3", "1.5e1", "120E-1", &"9".repeat(38)] {
            assert!(is_integer(good), "{good}");
        }
        for bad in ["1.5", "-0.1", "1e-1", "15E-1", "9007199254740993.5"] {
            assert!(!is_integer(bad), "{bad}");
        }
    }

    #[test]
    fn a_number_that_a_double_would_round_stays_a_decimal() {
        assert!(is::<CelInt>("9007199254740993"));
        assert!(is::<CelDouble>("106.25"));
        assert!(is::<CelDouble>("0.1"));
        assert!(is::<Decimal>("123456789.123456789"));
        assert!(is::<Decimal>("12345678901234567890123456789012345678"));
    }

    proptest! {
        #[test]
        fn decimals_are_ordered_as_integers_are(left in -10_000_000i64.., right in -10_000_000i64.., places in 0u8..9) {
            let shifted = |int: i64| Decimal(format!("{int}e-{places}"));
            prop_assert_eq!(shifted(left).compare(&shifted(right)).unwrap(), left.cmp(&right));
        }
    }
}
