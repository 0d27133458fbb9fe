use futures_util::{StreamExt, stream};

/// Requests at once. AWS throttles those that describe.
const REQUESTS: usize = 8;

/// Waits for all, in their order.
pub async fn all<F: Future>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    stream::iter(futures).buffered(REQUESTS).collect().await
}
