use std::ops::RangeInclusive;

/// The form of a value in a pipe file.
#[derive(Debug)]
pub enum Form {
    Text,
    Boolean,
    /// A whole number in this range.
    Whole(RangeInclusive<i128>),
    Duration,
    Choice(&'static [&'static str]),
    TextOrTexts,
    ListOf(&'static Form),
    /// A map with these keys.
    Keys(&'static [Key]),
    /// A map whose keys are names that the author chooses.
    Names(&'static Form),
    /// A tree whose leaves are expressions.
    Tree,
    /// An event pattern.
    Pattern,
    Any,
}

#[derive(Debug)]
pub struct Key {
    pub name: &'static str,
    pub form: Form,
    pub is_required: bool,
    /// Another key in place of which this one is required.
    pub unless: Option<&'static str>,
}

impl Key {
    /// Returns whether the key without a value is as good as absent.
    pub fn can_be_empty(&self) -> bool {
        let has_entries =
            matches!(self.form, Form::Keys(_) | Form::Names(_) | Form::ListOf(_) | Form::TextOrTexts);
        has_entries && !self.is_required
    }
}

pub const fn required(name: &'static str, form: Form) -> Key {
    Key { name, form, is_required: true, unless: None }
}

pub const fn optional(name: &'static str, form: Form) -> Key {
    Key { name, form, is_required: false, unless: None }
}

pub const fn required_without(name: &'static str, form: Form, other: &'static str) -> Key {
    Key { name, form, is_required: true, unless: Some(other) }
}
