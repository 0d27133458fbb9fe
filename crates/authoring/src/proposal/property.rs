/// A proposed property of an event's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    pub name: String,
    pub value: ValueType,
    /// True if some items, or some maps, lack the attribute.
    pub is_optional: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueType {
    pub kind: ValueKind,
    pub is_nullable: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueKind {
    String,
    Boolean,
    Integer,
    /// A number as text, with all its digits.
    DecimalString,
    /// A number that an expression cannot convert to text.
    Number,
    Array(Box<ValueType>),
    /// A string set or a number set. Events contain it as an array.
    Set(Box<ValueType>),
    ArrayOfObjects(Vec<Property>),
    Object(Vec<Property>),
}

impl ValueKind {
    pub fn array(kind: Self, is_nullable: bool) -> Self {
        Self::Array(Box::new(ValueType { kind, is_nullable }))
    }

    pub fn set(kind: Self) -> Self {
        Self::Set(Box::new(ValueType { kind, is_nullable: false }))
    }

    /// Returns true if the expression gives an empty value for a missing attribute.
    pub fn is_empty_if_missing(&self) -> bool {
        matches!(self, Self::Object(_) | Self::ArrayOfObjects(_))
    }
}
