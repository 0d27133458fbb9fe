//! Close codes and reasons, for clients and for `$disconnect`.

use std::borrow::Cow;

use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

/// A close code of RFC 6455 and its reason. API Gateway documents no reasons. `GOING_AWAY` and `NO_STATUS`
/// have the reasons that API Gateway was seen to send. Tablecast chose the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseReason {
    pub code: u16,
    pub reason: Cow<'static, str>,
}

impl CloseReason {
    /// The connection was idle or open for too long, or the gateway stops.
    pub const GOING_AWAY: Self = Self::new(1001, "Going away");
    /// The backend sent DELETE to `@connections`.
    pub const NORMAL: Self = Self::new(1000, "Connection closed by the server");
    /// API Gateway does not support binary frames.
    pub const BINARY: Self = Self::new(1003, "Binary frames are not supported");
    pub const TOO_BIG: Self = Self::new(1009, "Message too big");
    /// The client broke the WebSocket protocol.
    const PROTOCOL: Self = Self::new(1002, "Protocol error");
    const NOT_UTF8: Self = Self::new(1007, "Text is not UTF-8");
    /// The client is lost. The gateway never sends this code.
    pub const ABNORMAL: Self = Self::new(1006, "Connection closed abnormally");
    /// The client sent a close frame without a code. The gateway never sends this code.
    const NO_STATUS: Self = Self::new(1005, "Client-side close frame status not set");

    const fn new(code: u16, reason: &'static str) -> Self {
        Self { code, reason: Cow::Borrowed(reason) }
    }

    /// The code and reason of a close frame that the client sent.
    pub fn by_client(frame: Option<CloseFrame>) -> Self {
        frame.map_or(Self::NO_STATUS, |frame| Self {
            code: frame.code.into(),
            reason: frame.reason.to_string().into(),
        })
    }

    /// The code for an error of the socket.
    pub fn after(error: &Error) -> Self {
        match error {
            Error::Capacity(_) => Self::TOO_BIG,
            Error::Utf8(_) => Self::NOT_UTF8,
            Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Self::ABNORMAL,
            Error::Protocol(_) => Self::PROTOCOL,
            _ => Self::ABNORMAL,
        }
    }

    /// The frame to send to the client, or `None` for codes that must not be sent.
    pub fn frame(&self) -> Option<CloseFrame> {
        let is_sent = !matches!(self.code, 1005 | 1006);
        is_sent.then(|| CloseFrame { code: CloseCode::from(self.code), reason: self.reason.as_ref().into() })
    }
}
