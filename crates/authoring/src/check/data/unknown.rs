use std::collections::BTreeSet;

use tablecast_definitions::problem::Rule;

use super::comparison::Comparison;
use crate::schema::{ContentModel, Location};

impl Comparison<'_> {
    /// Compares an attribute of the table. It may be an object with members that the pipe file does not list.
    pub(super) fn compare_unknown(
        &mut self,
        location: &Location<'_>,
        path: &str,
        seen: &mut BTreeSet<Vec<usize>>,
    ) {
        if location.allowed_values().is_some() || !seen.insert(location.identity()) {
            return;
        }
        if location.allows_type("object") {
            if location.content_model() == ContentModel::Unspecified {
                return self.report_unlisted(location, path);
            }
            for name in location.property_names() {
                self.compare_unknown(&location.property(name), &format!("{path}.{name}"), seen);
            }
            if let Some(additional) = location.additional_property() {
                self.compare_unknown(&additional, &format!("{path}.*"), seen);
            }
        }
        if location.allows_type("array") && location.has_elements() {
            self.compare_unknown(&location.element(), &format!("{path}[]"), seen);
        }
    }

    fn report_unlisted(&mut self, location: &Location<'_>, path: &str) {
        let reason = format!(
            "may have members that {} does not name. List the members in the rule, such as {{\"{}\": ...}}, or set \
             additionalProperties in the schema",
            self.schema(),
            location.property_names().first().unwrap_or(&"name")
        );
        self.report(Rule::DataUnnamed, path, reason);
    }
}
