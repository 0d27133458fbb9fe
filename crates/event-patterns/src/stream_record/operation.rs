/// The operation of a record, its `eventName`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Insert,
    Modify,
    Remove,
}

impl Operation {
    pub const ALL: [Self; 3] = [Self::Insert, Self::Modify, Self::Remove];
    pub const NAMES: [&'static str; 3] = ["INSERT", "MODIFY", "REMOVE"];

    pub fn name(self) -> &'static str {
        match self {
            Self::Insert => "INSERT",
            Self::Modify => "MODIFY",
            Self::Remove => "REMOVE",
        }
    }
}
