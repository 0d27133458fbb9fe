use aws_sdk_apigatewaymanagement::config::interceptors::AfterDeserializationInterceptorContextRef;
use aws_sdk_apigatewaymanagement::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_apigatewaymanagement::error::BoxError;

/// Refuses a success with a body. API Gateway sends none, so the response is from something else, such as a
/// proxy, and the frame may not be on its way.
#[derive(Debug)]
pub(crate) struct EmptyBody;

impl Intercept for EmptyBody {
    fn name(&self) -> &'static str {
        "EmptyBody"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        let is_empty = response.body().bytes().is_some_and(<[u8]>::is_empty);
        if response.status().is_success() && !is_empty {
            return Err("the response has a body, so it is not API Gateway's".into());
        }
        Ok(())
    }
}
