/// `arn:aws:lambda:eu-west-1:111122223333:function:enrich`, in its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arn {
    pub text: String,
    pub partition: String,
    pub service: String,
    pub region: String,
    pub account: String,
    /// All the rest: `function:enrich`.
    pub resource: String,
}

impl Arn {
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix("arn:")?.splitn(5, ':').map(str::to_owned);
        let mut next = || parts.next();
        let (partition, service, region, account) = (next()?, next()?, next()?, next()?);
        let resource = next().filter(|resource| !resource.is_empty())?;
        let is_aws = partition.starts_with("aws") && !service.is_empty();
        is_aws.then(|| Self { text: text.to_owned(), partition, service, region, account, resource })
    }

    /// `arn:...:dynamodb:...:table/orders/stream/2026-01-01T00:00:00.000`
    pub fn is_dynamodb_stream(&self) -> bool {
        let parts: Vec<_> = self.resource.splitn(4, '/').collect();
        self.service == "dynamodb"
            && matches!(parts[..], ["table", table, "stream", label] if !table.is_empty() && !label.is_empty())
    }

    /// With a version or an alias behind it, or without.
    pub fn is_function(&self) -> bool {
        self.service == "lambda"
            && self.resource.strip_prefix("function:").is_some_and(|name| !name.is_empty())
    }

    /// The name of a standard queue.
    pub fn standard_queue(&self) -> Option<&str> {
        let name = Some(self.resource.as_str()).filter(|_| self.service == "sqs");
        name.filter(|name| !name.ends_with(".fifo"))
    }

    pub fn is_role(&self) -> bool {
        let is_account = self.account.len() == 12 && self.account.bytes().all(|byte| byte.is_ascii_digit());
        self.service == "iam" && is_account && self.resource.starts_with("role/")
    }

    /// Of a pipe with this source.
    pub fn of_pipe(name: &str, source: &Self) -> String {
        let Self { partition, region, account, .. } = source;
        format!("arn:{partition}:pipes:{region}:{account}:pipe/{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arn(text: &str) -> Arn {
        Arn::parse(text).unwrap()
    }

    #[test]
    fn an_arn_has_five_parts_and_a_rest_that_may_hold_colons() {
        let arn = arn("arn:aws:dynamodb:eu-west-1:111122223333:table/T/stream/2026-01-01T00:00:00.000");
        assert_eq!((arn.service.as_str(), arn.region.as_str()), ("dynamodb", "eu-west-1"));
        assert_eq!(arn.resource, "table/T/stream/2026-01-01T00:00:00.000");
        assert_eq!(Arn::of_pipe("p", &arn), "arn:aws:pipes:eu-west-1:111122223333:pipe/p");
        for wrong in
            ["", "orders", "arn:aws:sqs:r:1", "arn:aws:sqs:r:1:", "arn:gcp:sqs:r:1:q", "arn:aws::r:1:q"]
        {
            assert_eq!(Arn::parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn an_arn_tells_what_it_names() {
        assert!(arn("arn:aws:dynamodb:r:1:table/t/stream/l").is_dynamodb_stream());
        assert!(!arn("arn:aws:dynamodb:r:1:table/t").is_dynamodb_stream());
        assert!(!arn("arn:aws:kinesis:r:1:stream/s").is_dynamodb_stream());
        assert!(arn("arn:aws:lambda:r:1:function:f:live").is_function());
        assert!(!arn("arn:aws:lambda:r:1:layer:f").is_function());
        assert_eq!(arn("arn:aws:sqs:r:1:q").standard_queue(), Some("q"));
        assert_eq!(arn("arn:aws:sqs:r:1:q.fifo").standard_queue(), None);
        assert!(arn("arn:aws:iam::111122223333:role/service/p").is_role());
        assert!(
            !arn("arn:aws:iam::1111:role/p").is_role() && !arn("arn:aws:iam::111122223333:user/p").is_role()
        );
    }
}
