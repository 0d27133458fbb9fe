use std::fmt;

/// Why the state of a client changed, in words for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    text: String,
    status: Option<u16>,
    code: Option<String>,
}

impl Reason {
    /// The server refused the connection with this HTTP status.
    pub fn refused(status: u16, code: Option<String>, text: impl Into<String>) -> Self {
        Self { text: text.into(), status: Some(status), code }
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
        Self { text: text.into(), status: None, code: None }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}
