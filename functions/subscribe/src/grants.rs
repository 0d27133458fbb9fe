use tablecast_config::Access;
use tablecast_connections::Session;
use tablecast_definitions::grant::{self, Granted};

/// The subjects to which connections can subscribe.
#[derive(Debug)]
pub struct Grants(Access);

impl Grants {
    pub fn new(access: Access) -> Self {
        Self(access)
    }

    pub fn of(&self, session: &Session) -> Granted {
        self.of_claims(session.connection.identity.as_ref().map(|identity| identity.claims.as_str()))
    }

    /// `claims` is the JSON text of a token's claims, `None` for a connection without a token. Claims that
    /// cannot be read grant nothing.
    pub fn of_claims(&self, claims: Option<&str>) -> Granted {
        self.0.to(claims).unwrap_or_else(|error| {
            tracing::error!(%error, "a connection's claims grant nothing: see the authorizer of $connect");
            Granted::Within(Vec::new())
        })
    }

    /// Why grants give nothing for the claims of a connection, in one text for a log line.
    pub fn unfilled(&self, session: &Session) -> String {
        let identity = session.connection.identity.as_ref();
        grant::list(&self.0.unfilled(identity.map(|identity| identity.claims.as_str())))
    }
}
