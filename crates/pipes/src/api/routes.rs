use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use serde_json::{Value, json};

use super::error::{ApiError, json_response};
use super::list::Query;
use super::model;
use super::parameters::Object;
use super::registry::Registry;
use super::tags;
use super::violations::Violations;

/// A pipe needs far less: five patterns of 4 KB and some ARNs.
const MAX_BODY_BYTES: usize = 1024 * 1024;

type ApiResult = Result<Response, ApiError>;

/// The routes of the API. It does not verify signatures.
pub fn router(registry: Registry) -> Router {
    Router::new()
        .route("/v1/pipes", get(list))
        .route("/v1/pipes/{name}", get(describe).post(create).put(update).delete(delete))
        .route("/v1/pipes/{name}/start", post(start))
        .route("/v1/pipes/{name}/stop", post(stop))
        .route("/tags/{*arn}", get(list_tags).post(tag).delete(untag))
        .fallback(async || ApiError::unknown_operation())
        .method_not_allowed_fallback(async || ApiError::unknown_operation())
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(from_fn(reject_web_pages))
        .with_state(registry)
}

async fn create(State(registry): State<Registry>, Path(name): Path<String>, body: Bytes) -> ApiResult {
    ok(registry.create(&name, &object(&body)?)?)
}

async fn describe(State(registry): State<Registry>, Path(name): Path<String>) -> ApiResult {
    check_name(&name)?;
    ok(registry.describe(&name)?)
}

async fn update(State(registry): State<Registry>, Path(name): Path<String>, body: Bytes) -> ApiResult {
    check_name(&name)?;
    ok(registry.update(&name, &object(&body)?)?)
}

async fn delete(State(registry): State<Registry>, Path(name): Path<String>) -> ApiResult {
    check_name(&name)?;
    ok(registry.delete(&name)?)
}

async fn start(State(registry): State<Registry>, Path(name): Path<String>) -> ApiResult {
    check_name(&name)?;
    ok(registry.start(&name)?)
}

async fn stop(State(registry): State<Registry>, Path(name): Path<String>) -> ApiResult {
    check_name(&name)?;
    ok(registry.stop(&name)?)
}

async fn list(State(registry): State<Registry>, RawQuery(query): RawQuery) -> ApiResult {
    ok(registry.list(&Query::parse(&query.unwrap_or_default())?))
}

async fn list_tags(State(registry): State<Registry>, Path(arn): Path<String>) -> ApiResult {
    tags::check_arn(&arn)?;
    ok(registry.tags(&arn)?)
}

async fn tag(State(registry): State<Registry>, Path(arn): Path<String>, body: Bytes) -> ApiResult {
    tags::check_arn(&arn)?;
    registry.tag(&arn, tags::of_request(object(&body)?)?)?;
    ok(json!({}))
}

async fn untag(
    State(registry): State<Registry>,
    Path(arn): Path<String>,
    RawQuery(query): RawQuery,
) -> ApiResult {
    tags::check_arn(&arn)?;
    registry.untag(&arn, &tags::keys(&query.unwrap_or_default())?)?;
    ok(json!({}))
}

fn check_name(name: &str) -> Result<(), ApiError> {
    let mut violations = Violations::default();
    model::check_name(name, &mut violations);
    violations.into_result()
}

fn ok(body: Value) -> ApiResult {
    Ok(json_response(StatusCode::OK, &body))
}

fn object(body: &Bytes) -> Result<Object, ApiError> {
    serde_json::from_slice(body).map_err(|reason| ApiError::unreadable(&reason))
}

/// Rejects web pages, so that no page can start pipes. Browsers send `Origin`, SDKs do not.
async fn reject_web_pages(request: Request, next: Next) -> Response {
    match request.headers().contains_key(header::ORIGIN) {
        true => ApiError::forbidden("requests from web pages are refused").into_response(),
        false => next.run(request).await,
    }
}
