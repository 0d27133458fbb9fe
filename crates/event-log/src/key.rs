/// The condition of a write that replaces no item.
pub(crate) const ABSENT: &str = "attribute_not_exists(pk)";

/// The partitions of one pipe.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Partition {
    Events,
    Origins,
    Parts,
}

impl Partition {
    pub fn of(self, pipe: &str) -> String {
        match self {
            Self::Events => pipe.to_owned(),
            Self::Origins => format!("{pipe}#origin"),
            Self::Parts => format!("{pipe}#parts"),
        }
    }
}
