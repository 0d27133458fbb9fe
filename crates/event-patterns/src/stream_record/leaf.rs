use super::operation::Operation;

/// A value that a record can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    pub values: Values,
    pub part: Part,
    /// True if each record that has this part has the value.
    pub is_required: bool,
    /// The path of the attribute and its DynamoDB type. `None` inside of a list, whose elements can have
    /// different types.
    pub attribute: Option<(String, &'static str)>,
}

/// The values that a leaf can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    Text,
    /// Binary data, which is a text in base64.
    Base64,
    /// A DynamoDB number, which is a text.
    NumberText,
    Number,
    Boolean,
    True,
    OneOf(&'static [&'static str]),
}

/// The part of a record that holds a leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Record,
    NewImage,
    OldImage,
    UserIdentity,
}

impl Leaf {
    pub fn can_be_in(&self, operation: Operation) -> bool {
        match self.part {
            Part::Record => true,
            Part::NewImage => operation != Operation::Remove,
            Part::OldImage => operation != Operation::Insert,
            Part::UserIdentity => operation == Operation::Remove,
        }
    }

    pub fn is_always_in(&self, operation: Operation) -> bool {
        self.is_required && self.can_be_in(operation)
    }
}
