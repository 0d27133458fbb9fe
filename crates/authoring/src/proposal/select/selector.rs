use tablecast_pipeline::schema::property_name_mistake;

use super::context::Context;
use crate::proposal::expression::{self, expression};
use crate::proposal::property::Property;
use crate::proposal::quoting::{is_printable, printed};
use crate::proposal::selection::{Omission, OmissionReason, Selection};
use crate::proposal::sensitivity::Sensitivity;
use crate::proposal::stats::Stats;
use crate::proposal::yaml_text::yaml_line;

/// A map with more names than these is a dictionary.
const MAX_MEMBERS: usize = 40;
const MAX_DEPTH: usize = 4;

#[derive(Default)]
pub struct Selector(pub Selection);

impl Selector {
    /// Selects the members of a map. `prefix` is the map's path for messages.
    pub fn members(&mut self, stats: &Stats, map: Context<'_>, prefix: &str) {
        for (name, member) in &stats.members {
            let label = format!("{prefix}{}", printed(name));
            let is_optional = member.count < stats.maps;
            match self.property(member, is_optional, Context { name, label: &label, ..map }) {
                Ok(property) => self.0.properties.push(property),
                Err(reason) => {
                    let has_line = map.depth == 0 && !reason.is_of_name();
                    let path = map.path.member(name, is_optional);
                    let line = has_line.then(|| yaml_line(name, &path.to_string()));
                    self.0.omissions.push(Omission { path: label, line, reason });
                }
            }
        }
    }

    /// Selects one member. The context's path is still the one of the map.
    fn property(
        &mut self,
        stats: &Stats,
        is_optional: bool,
        context: Context<'_>,
    ) -> Result<Property, OmissionReason> {
        if let Some(reason) = unusable(context.name) {
            return Err(reason);
        }
        if let Some(sensitivity) = Sensitivity::of_name(context.name).or(stats.sensitivity) {
            return Err(OmissionReason::Sensitive(sensitivity));
        }
        let path = context.path.member(context.name, is_optional || context.path.is_optional);
        let value = self.value(stats, Context { path: &path, ..context })?;
        let is_too_long =
            expression(&value, &path).is_some_and(|text| text.chars().count() > expression::MAX_LENGTH);
        match is_too_long {
            true => Err(OmissionReason::TooLong),
            false => Ok(Property { name: context.name.to_owned(), value, is_optional: path.is_optional }),
        }
    }

    /// Selects the members of a map, or of the maps in a list, below an item.
    pub(super) fn nested(
        &mut self,
        stats: &Stats,
        map: Context<'_>,
        prefix: &str,
    ) -> Result<Vec<Property>, OmissionReason> {
        let depth = map.depth + 1;
        if stats.members.len() > MAX_MEMBERS {
            return Err(OmissionReason::TooManyMembers);
        }
        if depth > MAX_DEPTH || (map.is_in_array && !map.path.is_root()) {
            return Err(OmissionReason::TooDeep);
        }
        let mut nested = Self::default();
        nested.members(stats, Context { depth, ..map }, prefix);
        let Selection { properties, mut omissions } = nested.0;
        if properties.is_empty() {
            let first = omissions.into_iter().next();
            return Err(first.map_or(OmissionReason::AlwaysEmpty, |omission| omission.reason));
        }
        self.0.omissions.append(&mut omissions);
        Ok(properties)
    }
}

/// Returns why no property can have this name.
fn unusable(name: &str) -> Option<OmissionReason> {
    let unprintable = || (!is_printable(name)).then_some(OmissionReason::Unprintable);
    property_name_mistake(name).map(OmissionReason::Name).or_else(unprintable)
}
