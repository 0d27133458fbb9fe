use crate::code::Part;

/// The result of reading something.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Reading<T> {
    /// It could not be read. `Facts::unreadable` has the reason.
    #[default]
    Unknown,
    /// It does not exist.
    Missing,
    Found(T),
}

/// Something that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// `DescribePipe`.
    pub operation: &'static str,
    pub permission: &'static str,
    pub part: Part,
    /// The name of the resource, or of the deployment.
    pub subject: String,
    pub reason: String,
}

impl<T> Reading<T> {
    pub fn found(&self) -> Option<&T> {
        match self {
            Self::Found(value) => Some(value),
            _ => None,
        }
    }

    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }

    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Reading<U> {
        match self {
            Self::Found(value) => Reading::Found(change(value)),
            Self::Missing => Reading::Missing,
            Self::Unknown => Reading::Unknown,
        }
    }
}
