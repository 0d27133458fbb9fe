use super::context::Context;
use super::selector::Selector;
use crate::proposal::cel_path::CelPath;
use crate::proposal::expression;
use crate::proposal::naming::words;
use crate::proposal::property::{ValueKind, ValueType};
use crate::proposal::selection::OmissionReason;
use crate::proposal::stats::{AttributeType, Stats};

/// Words of amounts. An amount becomes text even if the sample has whole amounts only.
const AMOUNTS: [&str; 11] =
    ["amount", "balance", "cost", "costs", "discount", "fee", "price", "subtotal", "sum", "tax", "total"];

/// Words of numbers that have no fraction.
const WHOLES: [&str; 24] = [
    "age",
    "at",
    "count",
    "counter",
    "day",
    "epoch",
    "height",
    "hour",
    "id",
    "index",
    "level",
    "minute",
    "month",
    "no",
    "number",
    "position",
    "qty",
    "quantity",
    "rank",
    "sequence",
    "timestamp",
    "version",
    "width",
    "year",
];
/// So many whole numbers show that an attribute has no fraction.
const LARGE_SAMPLE: usize = 50;

impl Selector {
    pub(super) fn value(&mut self, stats: &Stats, context: Context<'_>) -> Result<ValueType, OmissionReason> {
        let is_nullable = stats.is_nullable();
        let kind = match stats.types_without_null()[..] {
            [] => return Err(OmissionReason::AlwaysNull),
            [AttributeType::String] => ValueKind::String,
            [AttributeType::Boolean] => ValueKind::Boolean,
            [AttributeType::Number] => {
                let is_conditional = is_nullable || context.path.is_optional;
                number(stats, context, context.is_in_array && is_conditional)
            }
            [AttributeType::StringSet] => ValueKind::set(ValueKind::String),
            [AttributeType::NumberSet] => ValueKind::set(number(stats, context, context.has_no_loop_left())),
            [AttributeType::List] => self.list(stats, is_nullable, context)?,
            [AttributeType::Map] if !is_nullable => {
                ValueKind::Object(self.nested(stats, context, &format!("{}.", context.label))?)
            }
            [AttributeType::Binary] | [AttributeType::BinarySet] => return Err(OmissionReason::Binary),
            _ => return Err(several_types(stats)),
        };
        Ok(ValueType { kind, is_nullable })
    }

    fn list(
        &mut self,
        stats: &Stats,
        is_nullable: bool,
        context: Context<'_>,
    ) -> Result<ValueKind, OmissionReason> {
        let elements = stats.elements.as_deref().ok_or(OmissionReason::AlwaysEmpty)?;
        if let Some(sensitivity) = elements.sensitivity {
            return Err(OmissionReason::Sensitive(sensitivity));
        }
        let has_null = elements.is_nullable();
        match elements.types_without_null()[..] {
            [AttributeType::String] => Ok(ValueKind::array(ValueKind::String, has_null)),
            [AttributeType::Boolean] => Ok(ValueKind::array(ValueKind::Boolean, has_null)),
            [AttributeType::Number] => {
                Ok(ValueKind::array(number(elements, context, context.has_no_loop_left()), has_null))
            }
            [AttributeType::Map] if !has_null && !is_nullable => self.list_of_maps(elements, context),
            [] => Err(OmissionReason::AlwaysNull),
            [AttributeType::Map] | [AttributeType::List] => Err(OmissionReason::TooDeep),
            [AttributeType::Binary] => Err(OmissionReason::Binary),
            _ => Err(several_types(elements)),
        }
    }

    /// The expression needs `has()` for the list, because a missing list becomes an empty array.
    fn list_of_maps(&mut self, elements: &Stats, context: Context<'_>) -> Result<ValueKind, OmissionReason> {
        if context.is_in_array || !context.path.supports_has() {
            return Err(OmissionReason::TooDeep);
        }
        let path = CelPath::root(expression::ELEMENT);
        let element = Context { path: &path, is_in_array: true, ..context };
        let properties = self.nested(elements, element, &format!("{}[].", context.label))?;
        Ok(ValueKind::ArrayOfObjects(properties))
    }
}

fn several_types(stats: &Stats) -> OmissionReason {
    OmissionReason::SeveralTypes(stats.types.iter().copied().collect())
}

/// `must_be_plain` is true where the expression cannot convert the number to text. A whole number may have a
/// fraction in another item, unless its name or a large sample speaks against it.
fn number(stats: &Stats, context: Context<'_>, must_be_plain: bool) -> ValueKind {
    let words = words(context.name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    match (stats.has_fractions || has(&AMOUNTS), must_be_plain) {
        (false, _) if has(&WHOLES) || stats.count >= LARGE_SAMPLE => ValueKind::Integer,
        (true, false) => ValueKind::DecimalString,
        _ => ValueKind::Number,
    }
}
