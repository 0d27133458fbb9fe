/// The types of attributes in DynamoDB's JSON, as words of targets.
pub const TYPES: &[&str] = &["S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"];
