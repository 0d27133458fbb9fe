use std::fmt;

use super::bookkeeping::Bookkeeping;
use super::property::Property;
use super::sensitivity::Sensitivity;
use super::stats::AttributeType;

/// The properties of one kind of item, and the attributes that the proposal omits.
#[derive(Debug, Default)]
pub struct Selection {
    pub properties: Vec<Property>,
    pub omissions: Vec<Omission>,
}

/// An attribute that stays in the table unless the user adds it to the pipe file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Omission {
    /// `address.street`
    pub path: String,
    /// The line that adds it to the pipe file, if it fits one line: `email: item.email`.
    pub line: Option<String>,
    pub reason: OmissionReason,
}

impl Omission {
    pub fn is_soft_delete(&self) -> bool {
        self.reason == OmissionReason::Bookkeeping(Bookkeeping::SoftDelete)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OmissionReason {
    Bookkeeping(Bookkeeping),
    Sensitive(Sensitivity),
    Binary,
    AlwaysNull,
    AlwaysEmpty,
    SeveralTypes(Vec<AttributeType>),
    TooManyMembers,
    TooDeep,
    TooLong,
    Unprintable,
    /// Why no schema can have a property with this name.
    Name(String),
}

impl OmissionReason {
    /// Returns whether the name is the reason, so that the pipe file cannot have the attribute under it.
    pub fn is_of_name(&self) -> bool {
        matches!(self, Self::Unprintable | Self::Name(_))
    }
}

impl fmt::Display for OmissionReason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Bookkeeping(bookkeeping) => return bookkeeping.fmt(out),
            Self::Sensitive(Sensitivity::Secret) => "looks secret",
            Self::Sensitive(Sensitivity::Personal) => "looks personal",
            Self::Binary => "binary",
            Self::AlwaysNull => "always null, so its type is not known",
            Self::AlwaysEmpty => "always empty, so its content is not known",
            Self::SeveralTypes(types) => {
                let types: Vec<_> = types.iter().map(|it| it.name()).collect();
                return write!(out, "has several types: {}", types.join(", "));
            }
            Self::TooManyMembers => "a map with very many names",
            Self::TooDeep => "nested too deep for a proposal: list the members that you need",
            Self::TooLong => "exceeds the size of a proposal: add it if you need it",
            Self::Name(reason) => reason,
            Self::Unprintable => "its name is too long, or has characters that cannot be printed",
        };
        out.write_str(text)
    }
}
