use std::str::FromStr;

pub(crate) use tablecast_aws::Fields;

/// None if the attribute is absent, or is no text.
pub(crate) fn text_of<'f>(fields: &'f Fields, name: &str) -> Option<&'f str> {
    fields.get(name)?.as_s().ok().map(String::as_str)
}

/// None if the attribute is absent, or is no number of this type.
pub(crate) fn number_of<T: FromStr>(fields: &Fields, name: &str) -> Option<T> {
    fields.get(name)?.as_n().ok()?.parse().ok()
}
