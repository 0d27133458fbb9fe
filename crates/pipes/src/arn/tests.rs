use super::*;

fn arn(text: &str) -> Arn {
    Arn::parse(text).unwrap()
}

#[test]
fn the_resource_of_an_arn_may_contain_colons() {
    let arn = arn("arn:aws:dynamodb:eu-west-1:111122223333:table/T/stream/2026-01-01T00:00:00.000");
    assert_eq!((arn.service.as_str(), arn.region.as_str()), ("dynamodb", "eu-west-1"));
    assert_eq!(arn.resource, "table/T/stream/2026-01-01T00:00:00.000");
    assert_eq!(Arn::of_pipe("p", &arn), "arn:aws:pipes:eu-west-1:111122223333:pipe/p");
    for wrong in ["", "orders", "arn:aws:sqs:r:1", "arn:aws:sqs:r:1:", "arn:gcp:sqs:r:1:q", "arn:aws::r:1:q"]
    {
        assert_eq!(Arn::parse(wrong), None, "{wrong:?}");
    }
}

#[test]
fn an_arn_identifies_the_type_of_its_resource() {
    assert!(arn("arn:aws:dynamodb:r:1:table/t/stream/l").is_dynamodb_stream());
    assert!(!arn("arn:aws:dynamodb:r:1:table/t").is_dynamodb_stream());
    assert!(!arn("arn:aws:kinesis:r:1:stream/s").is_dynamodb_stream());
    assert!(arn("arn:aws:lambda:r:1:function:f:live").is_function());
    assert!(!arn("arn:aws:lambda:r:1:layer:f").is_function());
    assert_eq!(arn("arn:aws:sqs:r:1:q").standard_queue(), Some("q"));
    assert_eq!(arn("arn:aws:sqs:r:1:q.fifo").standard_queue(), None);
}
