use serde_json::{Value, json};

use super::*;

fn found(pattern: &Value, keys: &[(&str, &str)]) -> Vec<String> {
    let pattern = Pattern::for_pipe(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
    let keys = keys.iter().map(|(name, found)| ((*name).to_owned(), (*found).to_owned())).collect();
    problems(&pattern, &keys).iter().map(ToString::to_string).collect()
}

fn image(attributes: &Value) -> Value {
    json!({"dynamodb": {"NewImage": attributes}})
}

#[test]
fn a_pattern_that_can_match_a_record_has_no_problem() {
    let cases = [
        json!({"eventName": ["INSERT", "MODIFY"]}),
        json!({"eventName": [{"anything-but": "REMOVE"}]}),
        json!({"eventName": [{"prefix": "IN"}, {"equals-ignore-case": "remove"}, {"exists": true}]}),
        json!({"eventName": ["REMOVE"], "userIdentity": {"type": ["Service"], "principalId": ["dynamodb.amazonaws.com"]}}),
        json!({"userIdentity": {"type": [{"exists": false}]}}),
        json!({"dynamodb": {"SizeBytes": [{"numeric": [">", 100]}], "ApproximateCreationDateTime": [5], "SequenceNumber": ["1"],
            "StreamViewType": ["NEW_AND_OLD_IMAGES"]}}),
        json!({"dynamodb": {"Keys": {"id": {"S": [{"prefix": "ORDER#"}]}}}}),
        json!({"dynamodb": {"OldImage": {"status": {"S": ["OPEN"]}}, "NewImage": {"status": {"S": [{"anything-but": "OPEN"}]}}}}),
        image(
            &json!({"total": {"N": ["42", "-1.5", "0", "1E+30", {"anything-but": ["7"]}, {"prefix": "1"}]}}),
        ),
        image(&json!({"active": {"BOOL": [true, false]}, "gone": {"NULL": [true]}, "b": {"B": ["eA=="]}})),
        image(&json!({"tags": {"SS": ["a"]}, "numbers": {"NS": ["1"]}, "blobs": {"BS": ["eA=="]}})),
        image(&json!({"address": {"M": {"city": {"S": ["Bern"]}, "geo": {"M": {"lat": {"N": ["1"]}}}}}})),
        image(
            &json!({"lines": {"L": {"M": {"sku": {"S": ["a"]}}}}, "tags": {"L": {"S": ["x"], "N": ["1"]}}}),
        ),
        image(&json!({"deletedAt": {"S": [{"exists": false}]}})),
        image(&json!({"deletedAt": {"S": [{"exists": false}, ""]}, "status": {"S": ["OPEN"]}})),
        image(&json!({"S": {"S": ["x"]}, "M": {"M": {"L": {"L": {"S": ["y"]}}}}})),
        image(&json!({"a.b": {"S": ["x"]}, "custom:a.M.c": {"S": ["x"]}})),
        json!({"dynamodb.NewImage.status.S": ["OPEN"], "dynamodb.NewImage": {"a.b": {"N": ["1"]}}}),
        json!({"$or": [{"eventName": ["REMOVE"]}, {"dynamodb": {"NewImage": {"status": {"S": ["OPEN"]}}}}]}),
        json!({"eventName": ["INSERT"], "dynamodb": {"OldImage": {"id": {"S": [{"exists": false}]}}}}),
    ];
    for pattern in cases {
        assert_eq!(found(&pattern, &[]), [""; 0], "{pattern}");
    }
}

#[test]
fn a_field_that_no_record_has_is_named() {
    let cases = [
        (
            json!({"body": {"eventName": ["INSERT"]}}),
            "body.eventName: body is not in a stream record. There are eventName, ",
        ),
        (json!({"detail": {"eventName": ["INSERT"]}}), "detail.eventName: detail is not in a stream record."),
        (
            json!({"EventName": ["INSERT"]}),
            "EventName: EventName is not in a stream record. Did you mean eventName?",
        ),
        (
            json!({"dynamodb": {"newImage": {"id": {"S": ["x"]}}}}),
            "dynamodb.newImage.id.S: newImage is not in dynamodb. Did you mean NewImage?",
        ),
        (
            json!({"dynamoDB": {"NewImage": {"id": {"S": ["x"]}}}}),
            "dynamoDB.NewImage.id.S: dynamoDB is not in a stream record. Did you mean dynamodb?",
        ),
        (json!({"NewImage": {"id": {"S": ["x"]}}}), "NewImage.id.S: NewImage is not in a stream record."),
        (json!({"dynamodb": ["x"]}), "dynamodb: dynamodb is an object: name one of its members, "),
        (
            json!({"dynamodb": {"NewImage": [{"exists": true}]}}),
            "dynamodb.NewImage: is an object of attributes: name one of them",
        ),
        (json!({"eventName": {"S": ["INSERT"]}}), "eventName.S: eventName is a value and has no member S"),
        (
            json!({"userIdentity": {"PrincipalId": ["x"]}}),
            "userIdentity.PrincipalId: PrincipalId is not in userIdentity. Did you mean principalId?",
        ),
        (
            image(&json!({"status": ["OPEN"]})),
            "dynamodb.NewImage.status: status is an attribute, whose value is below its DynamoDB type",
        ),
        (
            json!({"dynamodb.NewImage.status": ["OPEN"]}),
            "dynamodb.NewImage.status: status is an attribute, whose value",
        ),
        (image(&json!({"status": {"s": ["OPEN"]}})), "dynamodb.NewImage.status.s: s is not a DynamoDB type."),
        (
            image(&json!({"address": {"city": {"S": ["Bern"]}}})),
            "dynamodb.NewImage.address.city.S: city is not a DynamoDB type.",
        ),
        (
            image(&json!({"address": {"M": {"city": ["Bern"]}}})),
            "dynamodb.NewImage.address.M.city: city is an attribute",
        ),
        (
            image(&json!({"address": {"M": ["x"]}})),
            "dynamodb.NewImage.address.M: address.M is a map of typed values",
        ),
        (image(&json!({"tags": {"L": ["x"]}})), "dynamodb.NewImage.tags.L: tags.L is a list of typed values"),
        (
            image(&json!({"tags": {"S": {"x": ["y"]}}})),
            "dynamodb.NewImage.tags.S.x: S is a value and has no member x",
        ),
        (json!({"dynamodb": {"Keys": {"id": ["x"]}}}), "dynamodb.Keys.id: id is an attribute"),
    ];
    for (pattern, start) in cases {
        let found = found(&pattern, &[]);
        assert!(found.len() == 1 && found[0].starts_with(start), "{pattern}: {found:#?}");
        assert!(found[0].ends_with("So the pattern never matches"), "{found:#?}");
    }
}

#[test]
fn an_exists_false_that_always_or_never_matches_is_named() {
    let always = [
        image(&json!({"deletedAt": [{"exists": false}]})),
        image(&json!({"tags": {"L": [{"exists": false}]}})),
        json!({"body": {"x": [{"exists": false}]}}),
        json!({"dynamodb": {"NewImage": [{"exists": false}]}}),
    ];
    for pattern in always {
        let found = found(&pattern, &[]);
        assert!(
            found.len() == 1 && found[0].ends_with("So `exists: false` always matches"),
            "{pattern}: {found:#?}"
        );
    }
    let never = "every record has this field, so `exists: false` never matches";
    assert_eq!(found(&json!({"eventName": [{"exists": false}]}), &[]), [format!("eventName[0]: {never}")]);
    let key = json!({"dynamodb": {"Keys": {"id": {"S": [{"exists": false}]}}}});
    assert_eq!(found(&key, &[("id", "S")]), [format!("dynamodb.Keys.id.S[0]: {never}")]);
    assert_eq!(found(&image(&json!({"id": {"S": [{"exists": false}]}})), &[("id", "S")]), [""; 0]);
}

#[test]
fn a_value_that_the_field_never_has_is_named() {
    let cases = [
        (
            json!({"eventName": ["INSERT", "DELETE"]}),
            "eventName[1]: \"DELETE\" never matches: the value is INSERT, MODIFY or REMOVE (a delete by TTL",
        ),
        (json!({"eventName": ["insert"]}), "eventName[0]: \"insert\" never matches"),
        (
            json!({"eventName": [{"prefix": "DEL"}]}),
            "eventName[0]: matches none of the possible values: INSERT, MODIFY, REMOVE",
        ),
        (
            json!({"eventName": [{"anything-but": "DELETE"}]}),
            "eventName[0]: excludes \"DELETE\", but the value is always INSERT",
        ),
        (
            json!({"eventName": [{"anything-but": ["INSERT", "MODIFY", "REMOVE"]}]}),
            "eventName[0]: excludes every possible value",
        ),
        (
            json!({"userIdentity": {"principalId": ["dynamodb"]}}),
            "userIdentity.principalId[0]: \"dynamodb\" never matches: the value is dynamodb.amazonaws.com",
        ),
        (
            json!({"dynamodb": {"SequenceNumber": [1]}}),
            "dynamodb.SequenceNumber[0]: 1 never matches: the value is a text: write [\"1\"]",
        ),
        (
            json!({"dynamodb": {"SizeBytes": ["100"]}}),
            "dynamodb.SizeBytes[0]: \"100\" never matches: the value is a JSON number",
        ),
        (
            json!({"dynamodb": {"SizeBytes": [{"prefix": "1"}]}}),
            "dynamodb.SizeBytes[0]: never matches: the value is a JSON number",
        ),
        (
            image(&json!({"n": {"N": [42]}})),
            "dynamodb.NewImage.n.N[0]: 42 never matches: the value is a text, because DynamoDB writes numbers as texts: write [\"42\"]",
        ),
        (
            image(&json!({"n": {"N": [{"numeric": [">", 1]}]}})),
            "dynamodb.NewImage.n.N[0]: never matches, because a DynamoDB number is a text",
        ),
        (image(&json!({"n": {"NS": [{"numeric": ["=", 1]}]}})), "dynamodb.NewImage.n.NS[0]: never matches"),
        (image(&json!({"n": {"L": {"N": [1]}}})), "dynamodb.NewImage.n.L.N[0]: 1 never matches"),
        (
            image(&json!({"n": {"N": [{"anything-but": 5}]}})),
            "dynamodb.NewImage.n.N[0]: excludes nothing: 5 never matches",
        ),
        (
            image(&json!({"n": {"N": ["many"]}})),
            "dynamodb.NewImage.n.N[0]: \"many\" never matches: the value is a number",
        ),
        (
            image(&json!({"n": {"N": ["042"]}})),
            "dynamodb.NewImage.n.N[0]: \"042\" never matches: DynamoDB writes numbers without",
        ),
        (image(&json!({"n": {"N": ["1.0"]}})), "dynamodb.NewImage.n.N[0]: \"1.0\" never matches: DynamoDB"),
        (
            image(&json!({"s": {"S": [null]}})),
            "dynamodb.NewImage.s.S[0]: null never matches: the value is a text",
        ),
        (
            image(&json!({"s": {"S": [{"numeric": ["<", 1]}]}})),
            "dynamodb.NewImage.s.S[0]: never matches: `numeric` compares",
        ),
        (
            image(&json!({"s": {"SS": [1]}})),
            "dynamodb.NewImage.s.SS[0]: 1 never matches: the value is a text",
        ),
        (
            image(&json!({"b": {"B": ["abc"]}})),
            "dynamodb.NewImage.b.B[0]: \"abc\" never matches: the value is binary data in base64",
        ),
        (
            json!({"dynamodb": {"StreamViewType": ["NEW_IMAGE"]}}),
            "dynamodb.StreamViewType[0]: \"NEW_IMAGE\" never matches: the value is NEW_AND_OLD_IMAGES",
        ),
        (
            image(&json!({"b": {"BOOL": ["true"]}})),
            "dynamodb.NewImage.b.BOOL[0]: \"true\" never matches: the value is true or false, without quotes",
        ),
        (image(&json!({"b": {"BOOL": [1]}})), "dynamodb.NewImage.b.BOOL[0]: 1 never matches"),
        (
            image(&json!({"b": {"NULL": [false]}})),
            "dynamodb.NewImage.b.NULL[0]: false never matches: the value is true",
        ),
        (image(&json!({"b": {"NULL": [null]}})), "dynamodb.NewImage.b.NULL[0]: null never matches"),
    ];
    for (pattern, start) in cases {
        let found = found(&pattern, &[]);
        assert!(found.len() == 1 && found[0].starts_with(start), "{pattern}: {found:#?}");
    }
}

#[test]
fn fields_that_no_record_has_together_are_named() {
    let cases = [
        (
            json!({"eventName": ["REMOVE"], "dynamodb": {"NewImage": {"s": {"S": ["x"]}}}}),
            "eventName: never matches in a record of INSERT or MODIFY",
        ),
        (
            json!({"eventName": ["INSERT"], "dynamodb": {"OldImage": {"s": {"S": ["x"]}}}}),
            "eventName: never matches in a record of MODIFY or REMOVE",
        ),
        (
            json!({"eventName": [{"anything-but": "REMOVE"}], "userIdentity": {"type": ["Service"]}}),
            "userIdentity.type: never matches in a record of INSERT or MODIFY",
        ),
        (
            json!({"userIdentity": {"type": ["Service"]}, "dynamodb": {"NewImage": {"s": {"S": ["x"]}}}}),
            "userIdentity.type: never matches",
        ),
        (
            image(&json!({"n": {"S": ["1"], "N": ["1"]}})),
            "dynamodb.NewImage.n.S: never matches together with n.N: an attribute has one type",
        ),
        (
            json!({"$or": [{"eventName": ["INSERT"]}, {"eventName": ["REMOVE"], "dynamodb": {"NewImage": {"s": {"S": ["x"]}}}}]}),
            "$or[1].eventName: never matches in a record of INSERT or MODIFY",
        ),
    ];
    for (pattern, start) in cases {
        let found = found(&pattern, &[]);
        assert!(found.len() == 1 && found[0].starts_with(start), "{pattern}: {found:#?}");
    }
}

#[test]
fn a_field_that_aws_does_not_allow_in_a_pattern_is_refused() {
    for name in ["eventID", "eventVersion", "eventSource", "awsRegion", "eventSourceARN"] {
        let found = found(&json!({"eventName": ["MODIFY"], name: [{"exists": true}]}), &[]);
        let reason =
            format!("{name}: AWS does not allow {name} in a pattern: use eventName, userIdentity, dynamodb");
        assert!(found.len() == 1 && found[0].starts_with(&reason), "{found:?}");
    }
}

#[test]
fn a_field_both_inside_and_outside_of_or_is_named() {
    let pattern = json!({"eventName": ["INSERT"], "$or": [{"eventName": ["MODIFY"]}, {"dynamodb": {"SequenceNumber": ["1"]}}]});
    let found = found(&pattern, &[]);
    assert!(found.len() == 1 && found[0].starts_with("$or[0].eventName: is also at eventName"), "{found:?}");
}

#[test]
fn declared_keys_have_their_type_and_are_the_only_keys() {
    let keys = [("tenant", "S"), ("number", "N")];
    let key = |attribute: Value| json!({"dynamodb": {"Keys": attribute}});
    assert_eq!(found(&key(json!({"tenant": {"S": ["a"]}, "number": {"N": ["1"]}})), &keys), [""; 0]);
    let other = found(&key(json!({"tenat": {"S": ["a"]}})), &keys);
    assert!(
        other[0]
            .starts_with("dynamodb.Keys.tenat.S: tenat is not in the key of the table. Did you mean tenant?"),
        "{other:?}"
    );
    for pattern in [key(json!({"number": {"S": ["1"]}})), image(&json!({"number": {"S": ["1"]}}))] {
        let found = found(&pattern, &keys);
        assert!(
            found[0].contains("number is a key of type N: write { number: { \"N\": [...] } }"),
            "{found:?}"
        );
    }
    let both =
        json!({"eventName": ["INSERT"], "dynamodb": {"NewImage": {"tenant": {"S": [{"exists": false}]}}}});
    assert!(
        found(&both, &keys)[0].starts_with("eventName: never matches in a record of REMOVE"),
        "{:?}",
        found(&both, &keys)
    );
}
