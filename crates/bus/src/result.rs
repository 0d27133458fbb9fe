use aws_sdk_eventbridge::config::http::HttpResponse;
use aws_sdk_eventbridge::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_eventbridge::operation::put_events::PutEventsError;
use aws_sdk_eventbridge::types::PutEventsResultEntry;

/// The state of an event that is being published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// To be sent, for the first time or again.
    Pending,
    Published,
    /// Another attempt would fail, too.
    Failed,
}

/// EventBridge's codes for temporary failures.
const TRANSIENT: [&str; 4] =
    ["InternalFailure", "ThrottlingException", "InternalException", "ServiceUnavailable"];

/// Returns a state for each entry. An entry without a result, or with one that confirms nothing, is pending.
pub fn of_entries<'a>(ids: impl Iterator<Item = &'a str>, results: &[PutEventsResultEntry]) -> Vec<State> {
    let results = results.iter().map(Some).chain(std::iter::repeat(None));
    ids.zip(results).map(|(id, result)| result.map_or(State::Pending, |one| of(id, one))).collect()
}

fn of(event_id: &str, result: &PutEventsResultEntry) -> State {
    let Some(code) = result.error_code() else {
        // EventBridge gives every event that it accepts an id.
        return if result.event_id().is_some() { State::Published } else { State::Pending };
    };
    if TRANSIENT.contains(&code) {
        return State::Pending;
    }
    let message = result.error_message();
    tracing::error!(event_id, code, message, "the bus rejected an event");
    State::Failed
}

/// The state of all entries of a request that failed.
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
        true => tracing::warn!(%reason, "a request to the bus failed: retrying"),
        false => {
            tracing::error!(%reason, "the bus refuses the request: check the function's permission and BUS_NAME")
        }
    }
    if transient { State::Pending } else { State::Failed }
}
