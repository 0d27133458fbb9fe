use std::sync::Arc;

use axum::body::{Body, BodyDataStream};
use axum::{BoxError, Error};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use hyper::body::{Body as _, Incoming};
use tokio::time::{Instant, timeout_at};

use super::REQUEST_TIMEOUT;
use super::waiting::Seat;

/// A body that is still arriving. Its end, or the end of its reader, ends the wait for the client.
struct Arriving {
    data: BodyDataStream,
    deadline: Instant,
    seat: Arc<Seat>,
}

impl Drop for Arriving {
    fn drop(&mut self) {
        self.seat.leave();
    }
}

/// Wraps the body of a request. Reading it fails after [`REQUEST_TIMEOUT`].
pub fn arriving(body: Incoming, seat: Arc<Seat>) -> Body {
    if body.is_end_stream() {
        seat.leave();
        return Body::empty();
    }
    let deadline = Instant::now() + REQUEST_TIMEOUT;
    let body = Arriving { data: Body::new(body).into_data_stream(), deadline, seat };
    Body::from_stream(stream::unfold(Some(body), async |body| next(body?).await))
}

/// Returns the next part, and the rest unless reading has failed.
async fn next(mut body: Arriving) -> Option<(Result<Bytes, BoxError>, Option<Arriving>)> {
    match timeout_at(body.deadline, body.data.next()).await {
        Ok(part) => part.map(|part| (part.map_err(Error::into_inner), Some(body))),
        Err(_) => Some((Err("the body did not arrive in time".into()), None)),
    }
}
