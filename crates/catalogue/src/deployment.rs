/// The deployment that the descriptions name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    /// The address for clients: `wss://abcd123.execute-api.eu-central-1.amazonaws.com/live`.
    pub socket: String,
    pub bus: Bus,
    /// The address of the published files, if it is known.
    pub site: Option<String>,
    pub tokens: Tokens,
    /// True if the page with the live events is at `/`.
    pub live_page: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bus {
    pub name: String,
    /// `arn:aws:events:<region>:<account>:event-bus/<name>`, with these placeholders if they are unknown.
    pub arn: String,
}

impl Bus {
    /// Reads a name or an ARN.
    pub fn parse(text: &str) -> Self {
        match text.strip_prefix("arn:").and_then(|rest| rest.split_once(":event-bus/")) {
            Some((_, name)) => Self { name: name.to_owned(), arn: text.to_owned() },
            None => {
                Self { name: text.to_owned(), arn: format!("arn:aws:events:REGION:ACCOUNT:event-bus/{text}") }
            }
        }
    }

    /// Returns what Terraform in the account of the bus accepts: the ARN if it is known, or the name.
    pub fn reference(&self) -> &str {
        if self.has_unknown_place() { &self.name } else { &self.arn }
    }

    /// Returns whether the ARN has placeholders.
    pub fn has_unknown_place(&self) -> bool {
        self.arn.contains(":REGION:ACCOUNT:")
    }
}

/// The source of tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tokens {
    /// `cargo run -- token` issues tokens, with these arguments beside the claims.
    Development { arguments: String },
    /// An issuer that this crate knows nothing about.
    Issuer,
    /// Clients need no token.
    None,
}
