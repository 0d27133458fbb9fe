use std::collections::{BTreeMap, BTreeSet};

use tablecast_connections::{ChangeError, Session, StorageError};
use tablecast_definitions::grant::Granted;
use tablecast_protocol::Unrecovered;
use tablecast_protocol::{Answer, Control, ErrorCode};

use crate::handle::{Reply, is_expired};
use crate::limits::{ATTEMPTS, PAUSE};
use crate::plan::{self, Plan};
use crate::resume::Listening;
use crate::wish::Wish;
use crate::{NotVerified, Subscribe, Verify};

/// Why a message was not done, beyond what it says itself.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    #[error("its token expired meanwhile")]
    Expired,
    #[error("it was forgotten meanwhile")]
    Forgotten,
    #[error("other messages of the same connection always came first")]
    Busy,
    #[error("its new token cannot be verified now: {0}")]
    NotVerified(String),
    #[error("it takes no more frames")]
    Unreachable,
    #[error("it took too long for what it missed")]
    Slow,
    #[error("what came meanwhile cannot be told: {0:?}")]
    Overrun(Unrecovered),
    #[error("more was granted to it meanwhile than was replayed")]
    Widened,
    /// The client may have a part of what it asked for: asked for once more on this connection, it would mix with the rest.
    #[error("it was subscribed halfway: {0}")]
    HalfDone(Box<Trouble>),
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error(transparent)]
    Log(#[from] tablecast_log::StorageError),
}

impl Trouble {
    /// These end the connection in their own way.
    pub fn halfway(self) -> Self {
        match self {
            Self::Expired | Self::Forgotten => self,
            other => Self::HalfDone(Box::new(other)),
        }
    }
}

/// A change that is made: the connection as it was written, and the answer that is true now.
type Settled = (Session, Control);

impl<V: Verify> Subscribe<V> {
    /// Fails halfway once the client was told what it gets again, or the subscription is written.
    pub async fn subscribe(
        &self,
        session: Session,
        subjects: &[String],
        types: &BTreeSet<String>,
        after: &BTreeMap<String, String>,
        reply: Reply<'_>,
    ) -> Result<Control, Trouble> {
        let plan = |session: &Session| plan::subscribe(session, &self.granted(session), subjects, types);
        let wish = Wish::granted_by(&plan(&session).answer, types);
        let mut listening = Listening { session, wish, reply };
        let resumed = self.resume(&mut listening, after).await?;
        let settled = self.settle(listening.session.clone(), plan).await;
        let (session, answer) =
            settled.map_err(|trouble| if resumed.is_empty() { trouble } else { trouble.halfway() })?;
        log_refused(&session.connection.id, &answer);
        let written = Listening { session, wish: Wish::granted_by(&answer, types), reply };
        let sources = self.go_live(written, &listening.wish, resumed).await.map_err(Trouble::halfway)?;
        Ok(answer.with_sources(sources))
    }

    pub async fn unsubscribe(&self, session: Session, subjects: &[String]) -> Result<Control, Trouble> {
        let (_, answer) = self.settle(session, |session| plan::unsubscribe(session, subjects)).await?;
        Ok(answer)
    }

    /// The client learns nothing of why a token is refused.
    pub async fn refresh(&self, session: Session, token: &str) -> Result<Control, Trouble> {
        let connection = &session.connection;
        let refuse = |reason: &str| {
            tracing::info!(connection = connection.id, reason, "refused a new token");
            let message = "The token is not valid here, or not of whom the connection is.";
            Ok(Control::error(ErrorCode::RefreshRefused, message))
        };
        let Some(present) = &connection.identity else { return refuse("the connection has no token") };
        let identity = match self.verify.verify(token).await {
            Ok(identity) if identity.principal == present.principal => identity,
            Ok(_) => return refuse("it is of another subject"),
            Err(NotVerified::Refused(reason)) => return refuse(&reason),
            Err(NotVerified::Unavailable(reason)) => return Err(Trouble::NotVerified(reason)),
        };
        let granted = self.granted_to(Some(&identity.claims));
        let plan = |session: &Session| plan::refresh(session, identity.clone(), &granted);
        let (_, answer) = self.settle(session, plan).await?;
        Ok(answer)
    }

    pub(crate) fn granted(&self, session: &Session) -> Granted {
        self.granted_to(session.connection.identity.as_ref().map(|identity| identity.claims.as_str()))
    }

    fn granted_to(&self, claims: Option<&str>) -> Granted {
        self.access.to(claims).unwrap_or_else(|error| {
            tracing::error!(%error, "a connection's claims grant nothing");
            Granted::Within(Vec::new())
        })
    }

    /// Makes the change that `plan` asks for; if another comes first, the one it asks for then.
    async fn settle(
        &self,
        mut session: Session,
        plan: impl Fn(&Session) -> Plan,
    ) -> Result<Settled, Trouble> {
        for _ in 0..ATTEMPTS {
            let Plan { connection, changes, answer } = plan(&session);
            if changes.is_empty() && connection == session.connection {
                return Ok((session, answer));
            }
            session.connection = connection;
            match self.connections.change(&session, &changes).await {
                Ok(()) => return Ok((session, answer)),
                Err(ChangeError::Storage(error)) => return Err(error.into()),
                Err(ChangeError::Overtaken) => tokio::time::sleep(PAUSE.mul_f64(fastrand::f64())).await,
            }
            session = self.look_again(&session.connection.id).await?;
        }
        Err(Trouble::Busy)
    }

    pub(crate) async fn look_again(&self, connection: &str) -> Result<Session, Trouble> {
        let session = self.connections.find(connection).await?.ok_or(Trouble::Forgotten)?;
        if is_expired(&session) { Err(Trouble::Expired) } else { Ok(session) }
    }
}

/// Who asks for what is not theirs leaves a trace.
fn log_refused(connection: &str, answer: &Control) {
    let Control::Subscribed { subjects, .. } = answer else { return };
    let refused: Vec<&Answer> = subjects.iter().filter(|answer| !answer.granted).collect();
    if !refused.is_empty() {
        tracing::info!(connection, ?refused, "a subscription was refused");
    }
}
