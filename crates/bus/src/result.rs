use aws_sdk_eventbridge::config::http::HttpResponse;
use aws_sdk_eventbridge::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_eventbridge::operation::put_events::PutEventsError;
use aws_sdk_eventbridge::types::PutEventsResultEntry;

/// Where an event is on its way to the bus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// To be offered, for the first time or again.
    Pending,
    Published,
    /// Offering it again would change nothing.
    Failed,
}

/// EventBridge's codes for what may pass.
const TRANSIENT: [&str; 4] =
    ["InternalFailure", "ThrottlingException", "InternalException", "ServiceUnavailable"];

/// One for each entry; what the answer does not mention has not arrived.
pub fn of_entries<'a>(ids: impl Iterator<Item = &'a str>, results: &[PutEventsResultEntry]) -> Vec<State> {
    let results = results.iter().map(Some).chain(std::iter::repeat(None));
    ids.zip(results).map(|(id, result)| result.map_or(State::Pending, |one| of(id, one))).collect()
}

fn of(event_id: &str, result: &PutEventsResultEntry) -> State {
    let Some(code) = result.error_code() else {
        return State::Published;
    };
    if TRANSIENT.contains(&code) {
        return State::Pending;
    }
    let message = result.error_message();
    tracing::error!(event_id, code, message, "the bus does not take an event");
    State::Failed
}

/// Of all entries of a request that failed as a whole.
pub fn of_request(error: &SdkError<PutEventsError, HttpResponse>) -> State {
    let transient = match error.raw_response() {
        None => !matches!(error, SdkError::ConstructionFailure(_)),
        Some(response) => {
            let status = response.status().as_u16();
            status == 429 || status >= 500 || error.code().is_some_and(|code| TRANSIENT.contains(&code))
        }
    };
    let reason = DisplayErrorContext(error);
    match transient {
        true => tracing::warn!(%reason, "the bus did not answer as it should: tried again"),
        false => tracing::error!(%reason, "the bus refuses what it is offered"),
    }
    if transient { State::Pending } else { State::Failed }
}
