//! How a connection ends: the code and reason that its client and `$disconnect` get.

use std::borrow::Cow;

use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

/// A close code of RFC 6455 and its reason. The reasons beside `GOING_AWAY` and `NO_STATUS`, which were
/// seen from API Gateway, are ours: it documents none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    pub code: u16,
    pub reason: Cow<'static, str>,
}

impl Closing {
    /// Idle for too long, open for too long, or the gateway stops.
    pub const GOING_AWAY: Self = Self::new(1001, "Going away");
    /// Closed by DELETE on `@connections`.
    pub const NORMAL: Self = Self::new(1000, "Connection closed by the server");
    /// API Gateway does not support binary frames.
    pub const BINARY: Self = Self::new(1003, "Binary frames are not supported");
    pub const TOO_BIG: Self = Self::new(1009, "Message too big");
    /// The client broke the WebSocket protocol.
    const PROTOCOL: Self = Self::new(1002, "Protocol error");
    const NOT_UTF8: Self = Self::new(1007, "Text is not UTF-8");
    /// Lost without a close. Never on the wire.
    pub const ABNORMAL: Self = Self::new(1006, "Connection closed abnormally");
    /// The client closed and gave no code. Never on the wire.
    const NO_STATUS: Self = Self::new(1005, "Client-side close frame status not set");

    const fn new(code: u16, reason: &'static str) -> Self {
        Self { code, reason: Cow::Borrowed(reason) }
    }

    /// What the client said when it closed.
    pub fn by_client(frame: Option<CloseFrame>) -> Self {
        frame.map_or(Self::NO_STATUS, |frame| Self {
            code: frame.code.into(),
            reason: frame.reason.to_string().into(),
        })
    }

    /// What an error on reading from the client means.
    pub fn after(error: &Error) -> Self {
        match error {
            Error::Capacity(_) => Self::TOO_BIG,
            Error::Utf8(_) => Self::NOT_UTF8,
            Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Self::ABNORMAL,
            Error::Protocol(_) => Self::PROTOCOL,
            _ => Self::ABNORMAL,
        }
    }

    /// The frame that tells the client, unless nobody is there to be told.
    pub fn frame(&self) -> Option<CloseFrame> {
        let told = !matches!(self.code, 1005 | 1006);
        told.then(|| CloseFrame { code: CloseCode::from(self.code), reason: self.reason.as_ref().into() })
    }
}
