use tablecast_values::located::Located;

use super::leaf::Leaf;
use super::operation::Operation;
use crate::pattern::{Field, Test};

/// Returns why no record has all fields of an alternative.
pub fn problem(fields: &[(&Field, Leaf)]) -> Option<Located> {
    two_types(fields).or_else(|| no_operation(fields))
}

/// An attribute has one type.
fn two_types(fields: &[(&Field, Leaf)]) -> Option<Located> {
    let typed = |(field, leaf): &'_ (&Field, Leaf)| {
        let is_needed = !field.tests.contains(&Test::Absent);
        leaf.attribute.clone().filter(|_| is_needed).map(|(path, found)| (leaf.part, path, found))
    };
    let typed: Vec<_> = fields.iter().filter_map(|it| Some((it.0, typed(it)?))).collect();
    typed.iter().enumerate().find_map(|(at, (field, (part, path, found)))| {
        let other = typed[..at].iter().find(|(_, (other_part, other, other_type))| {
            (other_part, other) == (part, path) && other_type != found
        });
        let (_, (_, _, other)) = other?;
        let reason = format!(
            "never matches together with {path}.{other}: an attribute has one type. Write two patterns"
        );
        Some(Located::new(&field.place, reason))
    })
}

/// Each field must match in a record of the same operation.
fn no_operation(fields: &[(&Field, Leaf)]) -> Option<Located> {
    let mut left = Operation::ALL.to_vec();
    for (field, leaf) in fields {
        let possible: Vec<Operation> =
            left.iter().copied().filter(|it| can_match(field, leaf, *it)).collect();
        if possible.is_empty() {
            let names: Vec<&str> = left.iter().map(|operation| operation.name()).collect();
            let reason = format!(
                "never matches in a record of {}, and the other fields of the pattern match no other record",
                names.join(" or ")
            );
            return Some(Located::new(&field.place, reason));
        }
        left = possible;
    }
    None
}

fn can_match(field: &Field, leaf: &Leaf, operation: Operation) -> bool {
    field.tests.iter().any(|test| match test {
        Test::Absent => !leaf.is_always_in(operation),
        _ if field.names == ["eventName"] => *test == Test::Present || test.matches(&operation.name().into()),
        _ => leaf.can_be_in(operation),
    })
}
