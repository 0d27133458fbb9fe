//! `==`, `in` and the order of values. Numbers compare exactly, digit by digit, also inside of lists and objects.

use std::cmp::Ordering;

use cel::ExecutionError;
use cel::common::traits::{Indexer, Iterable};
use cel::common::types::{CelList, CelOptional};
use cel::common::value::{CowVal, Val};

use super::decimal;

pub fn equal(left: &dyn Val, right: &dyn Val) -> bool {
    if let Some(order) = decimal::order(left, right) {
        return order.is_eq();
    }
    if let (Some(left), Some(right)) = (left.downcast_ref::<CelList>(), right.downcast_ref::<CelList>()) {
        let mut pairs = left.inner().iter().zip(right.inner());
        return left.inner().len() == right.inner().len()
            && pairs.all(|(left, right)| equal(left.as_ref(), right.as_ref()));
    }
    if let (Some(left), Some(right)) =
        (left.downcast_ref::<CelOptional>(), right.downcast_ref::<CelOptional>())
    {
        return match (left.option(), right.option()) {
            (Some(left), Some(right)) => equal(left, right),
            (left, right) => left.is_none() && right.is_none(),
        };
    }
    match (object(left), object(right)) {
        (Some((names, left, size)), Some((_, right, other))) => size == other && same(names, left, right),
        _ => left.equals(right) || right.equals(left),
    }
}

type Object<'o> = (&'o dyn Iterable, &'o dyn Indexer, i64);

/// The parts of an object: a map of CEL, or an image.
fn object(value: &dyn Val) -> Option<Object<'_>> {
    let is_list = value.downcast_ref::<CelList>().is_some();
    let parts = (value.as_iterable()?, value.as_indexer()?, *value.as_sizer()?.size().inner());
    (!is_list).then_some(parts)
}

fn same(names: &dyn Iterable, left: &dyn Indexer, right: &dyn Indexer) -> bool {
    let mut names = names.iter();
    while let Some(name) = names.next() {
        match (left.get(name), right.get(name)) {
            (Ok(left), Ok(right)) if equal(left.as_ref(), right.as_ref()) => {}
            _ => return false,
        }
    }
    true
}

/// Returns whether a list has the value, or an object the key.
pub fn is_in(args: &[CowVal<'_, '_>]) -> Result<bool, ExecutionError> {
    let (value, container) = (args[0].as_ref(), args[1].as_ref());
    if let Some(list) = container.downcast_ref::<CelList>() {
        return Ok(list.inner().iter().any(|element| equal(value, element.as_ref())));
    }
    let refused = || {
        let types = [value, container].map(|value| value.get_type().name().to_owned());
        ExecutionError::no_such_overload("in", types.to_vec())
    };
    container.as_container().ok_or_else(refused)?.contains(value).map_err(|_| refused())
}

pub fn compare(operator: &str, args: &[CowVal<'_, '_>]) -> Result<Ordering, ExecutionError> {
    let (left, right) = (args[0].as_ref(), args[1].as_ref());
    let compare = || left.as_comparer().and_then(|left| left.compare(right).ok());
    let types = || [left, right].map(|value| value.get_type().name().to_owned()).to_vec();
    let order = decimal::order(left, right).or_else(compare);
    order.ok_or_else(|| ExecutionError::no_such_overload(operator, types()))
}

#[cfg(test)]
mod tests {
    use tablecast_values::value::Value;

    use super::super::{Language, Scope};

    /// The truth of a condition, in which `item` has the numbers.
    fn holds(source: &str, numbers: [&str; 2]) -> bool {
        let [a, b] = numbers.map(|number| Value::number(number.into()).unwrap());
        let item = Value::Map(vec![("a".into(), a), ("b".into(), b)]);
        let condition = Language::new(&["item"]).unwrap().compile(source).unwrap();
        condition.holds(&Scope(&[("item", &item)])).unwrap_or_else(|reason| panic!("{source}: {reason}"))
    }

    const EQUAL: [&str; 8] = [
        "item.a == item.b",
        "item.a in [item.b]",
        "[item.a] == [item.b]",
        "[[item.a]] == [[item.b]]",
        "{\"x\": item.a} == {\"x\": item.b}",
        "optional.of(item.a) == optional.of(item.b)",
        "[item.b].exists(x, x == item.a)",
        "!(item.a != item.b)",
    ];

    #[test]
    fn all_comparisons_of_numbers_agree_where_a_double_rounds() {
        let ordered = [
            "-9223372036854775809",
            "-9223372036854775808",
            "-9007199254740993",
            "-9007199254740992",
            "-0.5",
            "0",
            "9007199254740991",
            "9007199254740992",
            "9007199254740992.5",
            "9007199254740993",
            "9223372036854775807",
            "9223372036854775808",
            "18446744073709552000",
            "1e30",
        ];
        for (at, left) in ordered.iter().enumerate() {
            for (other, right) in ordered.iter().enumerate() {
                let numbers = [*left, *right];
                for source in EQUAL {
                    assert_eq!(holds(source, numbers), at == other, "{source}: {numbers:?}");
                }
                assert_eq!(holds("item.a < item.b", numbers), at < other, "{numbers:?}");
                assert_eq!(holds("item.a <= item.b", numbers), at <= other, "{numbers:?}");
                assert_eq!(holds("item.a > item.b", numbers), at > other, "{numbers:?}");
                assert_eq!(holds("item.a >= item.b", numbers), at >= other, "{numbers:?}");
            }
        }
    }

    #[test]
    fn a_literal_double_and_a_long_integer_are_not_rounded_to_each_other() {
        let numbers = ["9007199254740993", "1"];
        for source in [
            "item.a != 9007199254740992.0",
            "!(item.a in [9007199254740992.0])",
            "[item.a] != [9007199254740992.0]",
            "item.a > 9007199254740992.0",
            "!(item.a <= 9007199254740992.0)",
            "double(item.a) != item.a",
            "item.b == 1.0 && item.b in [1.0] && [item.b] == [1u]",
            "double(\"NaN\") != double(\"NaN\")",
            "double(\"Infinity\") > item.a && item.a < double(\"Infinity\")",
            "double(\"-Infinity\") < item.b",
        ] {
            assert!(holds(source, numbers), "{source}");
        }
    }
}
