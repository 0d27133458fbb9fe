//! Why a client is refused. The log has the whole reason, and the client a coarse one.

use tablecast_protocol::{ConnectionRefusal, Refused};
use tablecast_tokens::Refusal;

use crate::credentials::CredentialsError;
use crate::decision::MAX_BYTES;
use crate::origins::OriginRefused;

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denial {
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    #[error(transparent)]
    Token(#[from] Refusal),
    #[error(transparent)]
    Origin(#[from] OriginRefused),
    #[error("the decision has {0} bytes with the token's claims, and API Gateway accepts {MAX_BYTES}")]
    TooManyClaims(usize),
}

impl Denial {
    /// Only a token of the issuer, for this audience, is called expired. All other invalid tokens look alike.
    pub fn for_client(&self) -> Refused {
        use ConnectionRefusal::*;
        let (reason, message) = match self {
            Self::Credentials(CredentialsError::None) => (
                TokenMissing,
                "There is no token. Send it as the sub-protocol bearer.<token>, in the header Authorization, or \
                 as the parameter token.",
            ),
            Self::Credentials(CredentialsError::Several) => {
                (TokenInvalid, "There is more than one token. Send exactly one.")
            }
            Self::Credentials(CredentialsError::NotBearer) => (
                TokenInvalid,
                "The header Authorization has no bearer token. Send Authorization: Bearer <token>.",
            ),
            Self::Token(Refusal::Expired) => (TokenExpired, "The token has expired. Connect with a new one."),
            Self::Token(_) => (TokenInvalid, "The token is not valid here. The server's log has the reason."),
            Self::Origin(_) => {
                (OriginNotAllowed, "Pages of this origin may not connect. The operator can allow the origin.")
            }
            Self::TooManyClaims(_) => {
                (TokenTooLarge, "The token has too many claims for API Gateway. Connect with a smaller one.")
            }
        };
        Refused::new(reason, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_cannot_distinguish_the_ways_in_which_a_token_is_invalid() {
        let all =
            [Refusal::Malformed, Refusal::Signature, Refusal::UnknownKey, Refusal::Issuer, Refusal::Audience];
        let texts = all.map(|refusal| Denial::from(refusal).for_client());
        assert!(texts.iter().all(|text| *text == texts[0]), "{texts:?}");
    }

    #[test]
    fn a_client_learns_neither_its_origin_nor_a_size() {
        let origin = OriginRefused::Unlisted("https://evil.io".to_owned());
        for denial in [Denial::from(origin), Denial::TooManyClaims(8193)] {
            let refused = denial.for_client();
            assert_eq!(refused.status, 403);
            assert!(!refused.message.contains("evil") && !refused.message.contains("8193"), "{refused:?}");
        }
    }
}
