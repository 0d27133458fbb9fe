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
        Self { text: printable(&text), advice, status: Some(status), code }
    }

    /// The event that ended the connection, without the advice.
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
        Self { text: printable(&text.into()), advice: None, status: None, code: None }
    }
}

/// Text from the network must not move the cursor of a terminal.
fn printable(text: &str) -> String {
    text.replace(['\n', '\r'], " ").replace(char::is_control, "\u{fffd}")
}

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)?;
        self.advice.map_or(Ok(()), |advice| write!(out, " ({advice})"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_cannot_control_a_terminal() {
        assert_eq!(Reason::from("expired: \x1b[2J\nnow").to_string(), "expired: \u{fffd}[2J now");
        let refused = Reason::refused(403, None, "no \u{9b}2J".to_owned(), Some("check it"));
        assert_eq!(refused.to_string(), "no \u{fffd}2J (check it)");
    }
}
