/// The deployment that the descriptions name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    /// The address for clients: `wss://abcd123.execute-api.eu-central-1.amazonaws.com/live`.
    pub socket: String,
    /// The name of the bus.
    pub bus: String,
    pub tokens: Tokens,
    /// True if the page with the live events is at `/`.
    pub live_page: bool,
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
