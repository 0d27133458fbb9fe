//! Which attributes events tell, and in which form; and why the others are left out.

mod choose;

use std::fmt;

use super::seen::Kind;
use super::sensitive::Sensitive;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    Text,
    Truth,
    /// A number without a fraction.
    Whole,
    /// A number, told as text.
    Decimal,
    /// A number as it is, where an expression could make no text of it.
    Digits,
    List(Box<Typed>),
    /// A list of maps.
    Records(Vec<Member>),
    Object(Vec<Member>),
}

/// A form, and whether there may be `null` in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    pub form: Form,
    pub is_nullable: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub name: String,
    pub value: Typed,
    /// Whether some of the maps have none.
    pub is_optional: bool,
}

/// What stays in the table unless somebody names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// `address.street`
    pub path: String,
    /// As it would stand in the pipe file, where that can be said: `email: item.email`.
    pub line: Option<String>,
    pub reason: Reason,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    Looks(Sensitive),
    Binary,
    AlwaysNull,
    AlwaysEmpty,
    Mixed(Vec<Kind>),
    Dictionary,
    TooDeep,
    TooMuch,
    Unwritable,
}

#[derive(Debug, Default)]
pub struct Told {
    pub members: Vec<Member>,
    pub left: Vec<Left>,
}

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Looks(Sensitive::Secret) => "looks secret",
            Self::Looks(Sensitive::Personal) => "looks personal",
            Self::Binary => "binary",
            Self::AlwaysNull => "null wherever it is: its type is not known",
            Self::AlwaysEmpty => "empty wherever it is: what it would hold is not known",
            Self::Mixed(kinds) => {
                let kinds: Vec<_> = kinds.iter().map(|kind| kind.name()).collect();
                return write!(out, "of several types: {}", kinds.join(", "));
            }
            Self::Dictionary => "a map of very many names",
            Self::TooDeep => "nested deeper than is proposed: name what you want of it",
            Self::TooMuch => "more than is proposed: name it if you want it",
            Self::Unwritable => "its name is too long, or has characters that cannot be seen",
        };
        out.write_str(text)
    }
}
