use super::document::{NotComparable, Side, document};
use super::proof::{Proof, accepts};
use crate::schema::Location;

/// The compatibility of an old and a new schema at one location.
pub struct Compatibility {
    /// Old readers accept new events, including those that a later version allows.
    pub forward: Proof,
    /// New readers accept old events.
    pub backward: Proof,
}

impl Compatibility {
    const FULL: Self = Self { forward: Proof::Proven, backward: Proof::Proven };

    pub fn of(old: &Location<'_>, new: &Location<'_>) -> Result<Self, NotComparable> {
        let (old_reader, new_reader) = (document(old, Side::Reader)?, document(new, Side::Reader)?);
        if old_reader == new_reader {
            return Ok(Self::FULL);
        }
        let old_pipe = document(old, Side::Pipe)?;
        Ok(Self { forward: accepts(&old_reader, &new_reader), backward: accepts(&new_reader, &old_pipe) })
    }

    pub fn is_full(&self) -> bool {
        self.forward == Proof::Proven && self.backward == Proof::Proven
    }
}
