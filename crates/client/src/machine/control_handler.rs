use std::time::Duration;

use tablecast_protocol::message::Action;
use tablecast_protocol::milliseconds_of;

use super::context::Context;
use super::heartbeat::Heartbeat;
use super::reason::Reason;
use super::requests::Request;
use super::subscription_sync::Session;
use super::token_refresh::TokenRefresh;
use crate::wire::control::{self, Control, Failed, Refreshed, Refused};
use crate::wire::event::Event;

/// Errors that the same subscribe message would get again.
const PERMANENT_ERRORS: [&str; 3] = ["bad-message", "unknown-action", "message-too-large"];

const UNAVAILABLE: &str = "unavailable";

/// The parts of a connection that react to control events.
#[derive(Debug)]
pub(super) struct Parts {
    pub session: Session,
    pub heartbeat: Heartbeat,
    pub token_refresh: TokenRefresh,
    /// When to move to a new connection.
    pub move_at: Duration,
}

impl Parts {
    /// Handles a control event of a known type. The error is the reason why the connection is not usable any more.
    pub fn control(&mut self, event: &Event, now: Duration, context: &mut Context) -> Result<(), Reason> {
        let invalid = |detail| format!("{} does not match its schema: {detail}", event.event_type());
        let control = Control::parse(event).map_err(|error| invalid(error.to_string()))?;
        if let Control::Other = control {
            return Ok(());
        }
        context.validate.as_ref().map_or(Ok(()), |validate| validate(event)).map_err(invalid)?;
        let id = control::request(event);
        if let Control::Resumed(results) = control {
            let request = self.session.requests.get(id.as_deref()).map(|request| request.id);
            self.session.server.resumed(request, results);
            return Ok(());
        }
        let request = self.session.requests.complete(id.as_deref(), |action| control.completes(action));
        self.reply(control, event, request, now, context)
    }

    fn reply(
        &mut self,
        control: Control,
        event: &Event,
        request: Option<Request>,
        now: Duration,
        context: &mut Context,
    ) -> Result<(), Reason> {
        match control {
            Control::Subscribed { subjects, sources } => {
                self.session.server.subscribed(request.as_ref(), &subjects, sources, context);
            }
            Control::Pong(log_ends) => {
                self.heartbeat.pong(request.as_ref(), log_ends, &mut self.session, now, context);
            }
            Control::Refreshed(refreshed) => self.refreshed(refreshed, event.time(), now, context),
            Control::Failed(failed) => return self.failed(request.as_ref(), failed, now, context),
            Control::Reconnect => self.move_at = now,
            Control::Refused(Refused { status, reason, message }) => {
                return Err(refused(status, reason, &message));
            }
            Control::State(page) => {
                if let Some(id) = request.and_then(|request| request.loading) {
                    context.load(id, |collection, _, fraction| collection.page(page, now, fraction));
                }
            }
            Control::Resumed(_) | Control::Unsubscribed | Control::Other => {}
        }
        Ok(())
    }

    /// The server's two times give the remaining time. The clock of this machine can differ.
    fn refreshed(
        &mut self,
        Refreshed { expires_at, removed }: Refreshed,
        time: Option<&str>,
        now: Duration,
        context: &mut Context,
    ) {
        let times = (milliseconds_of(&expires_at), time.and_then(milliseconds_of));
        if let (Some(expires_at), Some(time)) = times {
            let remaining = u64::try_from(expires_at - time).unwrap_or_default();
            self.token_refresh.schedule(Duration::from_millis(remaining), now, context);
        }
        removed.iter().for_each(|subject| self.session.server.removed(subject, context));
    }

    fn failed(
        &mut self,
        request: Option<&Request>,
        Failed { code, message, closing }: Failed,
        now: Duration,
        context: &mut Context,
    ) -> Result<(), Reason> {
        let is_permanent = !closing && PERMANENT_ERRORS.contains(&code.as_str());
        match request {
            Some(Request { action: Action::Ping, .. }) if code == UNAVAILABLE => self.heartbeat.unavailable(),
            Some(Request { action: Action::Refresh, .. }) if code == UNAVAILABLE => {
                self.token_refresh.retry(now);
            }
            Some(request) if request.action == Action::Subscribe && is_permanent => {
                self.session.server.rejected(request, &message, context);
            }
            Some(Request { loading: Some(id), .. }) if is_permanent || !closing && code == UNAVAILABLE => {
                let reason = if is_permanent { &message } else { &code };
                context.load(*id, |collection, _, fraction| collection.failed(reason, now, fraction));
            }
            _ => return Err(format!("{code}: {message}").into()),
        }
        Ok(())
    }
}

fn refused(status: u16, code: String, message: &str) -> Reason {
    let advice = match status {
        400 => Some("check the path and the parameters of the url"),
        401 => Some("check where the token comes from"),
        403 => Some("check where the token comes from, and the server's list of origins"),
        _ => None,
    };
    let text = format!("the server refused the connection ({status} {code}): {message}");
    Reason::refused(status, Some(code), text, advice)
}
