/// A file to write at its path, or to serve there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// `schemas/order.placed.v1.json`
    pub path: String,
    pub media_type: &'static str,
    pub content: String,
}

impl File {
    pub(crate) fn new(path: &str, media_type: &'static str, content: String) -> Self {
        Self { path: path.to_owned(), media_type, content }
    }
}
