use std::fmt;

/// Why the state of a client changed, in words for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    text: String,
    advice: Option<&'static str>,
    status: Option<u16>,
    code: Option<String>,
}

impl Reason {
    /// The server refused the connection with this HTTP status. `code` is the `reason` of `tablecast.refused.v1`.
    pub fn refused(status: u16, code: Option<String>, text: String, advice: Option<&'static str>) -> Self {
        Self { text, advice, status: Some(status), code }
    }

    /// What happened, without what to check.
    pub fn summary(&self) -> &str {
        &self.text
    }

    /// The HTTP status, if the server refused the connection.
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// The `reason` of `tablecast.refused.v1`, such as `token-expired`.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }
}

impl<T: Into<String>> From<T> for Reason {
    fn from(text: T) -> Self {
        Self { text: text.into(), advice: None, status: None, code: None }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)?;
        self.advice.map_or(Ok(()), |advice| write!(out, " ({advice})"))
    }
}
