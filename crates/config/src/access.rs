use std::env;

use tablecast_definitions::grant::{Granted, Grants, Unfilled};

use crate::files;

/// The access of connections: with or without a token.
#[derive(Debug)]
pub enum Access {
    /// `AUTH=none`: every client can subscribe to everything. For demos.
    Open,
    /// `AUTH=jwt`, the default: what the pipe files grant to the claims of the token.
    Granted(Grants),
}

/// Why a connection can subscribe to nothing at all. Not for the client.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAuthorized {
    #[error("the event has no claims: attach the authorizer to the route $connect")]
    NoClaims,
    #[error("the claims cannot be read: {0}")]
    BadClaims(String),
}

impl Access {
    pub fn from_environment() -> Result<Self, String> {
        match env::var("AUTH").as_deref() {
            Ok("none") => Ok(Self::Open),
            Ok("jwt" | "") | Err(env::VarError::NotPresent) => files::grants().map(Self::Granted),
            _ => Err("AUTH: write jwt, which requires a token from every client, or none".to_owned()),
        }
    }

    /// `claims` is the JSON text of the token's claims.
    pub fn to(&self, claims: Option<&str>) -> Result<Granted, NotAuthorized> {
        match self {
            Self::Open => Ok(Granted::Everything),
            Self::Granted(grants) => {
                let claims = claims.ok_or(NotAuthorized::NoClaims)?;
                grants.to(claims).map_err(|error| NotAuthorized::BadClaims(error.to_string()))
            }
        }
    }

    /// Why grants give nothing for these claims, or less than they could. For logs.
    pub fn unfilled(&self, claims: Option<&str>) -> Vec<Unfilled> {
        match (self, claims) {
            (Self::Granted(grants), Some(claims)) => grants.unfilled(claims),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use tablecast_definitions::problem::DefinitionFile;
    use tablecast_protocol::subject::Pattern;

    use super::*;

    fn granted() -> Access {
        let text = "table: orders\nsubject: '\"x\"'\ngrant: '\"orders/\" + claims.tenant'\nevents: []\n";
        let file = DefinitionFile { file: "orders.yaml".into(), name: "orders".into(), text: text.into() };
        Access::Granted(Grants::compile(&[file]).unwrap())
    }

    #[test]
    fn without_claims_nothing_is_granted_unless_tokens_are_disabled() {
        assert_eq!(Access::Open.to(None), Ok(Granted::Everything));
        assert_eq!(granted().to(None), Err(NotAuthorized::NoClaims));
        assert!(matches!(granted().to(Some("[]")), Err(NotAuthorized::BadClaims(_))));
    }

    #[test]
    fn claims_grant_the_subjects_in_the_pipe_files() {
        let expected = Granted::Within(vec![Pattern::parse("orders/acme").unwrap()]);
        assert_eq!(granted().to(Some(r#"{"tenant":"acme"}"#)), Ok(expected));
    }

    #[test]
    fn a_claim_that_grants_nothing_is_named() {
        let unfilled = granted().unfilled(Some(r#"{"sub":"ada"}"#));
        assert_eq!(unfilled[0].to_string(), "pipe orders: claims.tenant is absent");
        assert_eq!(granted().unfilled(None), []);
        assert_eq!(Access::Open.unfilled(Some("{}")), []);
    }
}
