use proptest::prelude::*;
use tablecast_values::cursor::Cursor;

use super::*;
use crate::attribute::{self, Names, Projection};

const ROOTS: &[&str] = &["operation", "old", "new"];

fn image(json: &str) -> Value<'_> {
    Value::Map(attribute::image(&mut Cursor::new(json), &Projection::All, &Names::new()).unwrap())
}

fn values() -> [Value<'static>; 3] {
    let new = r#"{"total":{"N":"106.25"},"count":{"N":"3"},"big":{"N":"12345678901234567890123456789012345678"},
        "name":{"S":"Ada"},"tags":{"SS":["a","b"]},"flag":{"BOOL":true},
        "lines":{"L":[{"M":{"name":{"S":"tea"},"count":{"N":"2"}}},{"M":{"name":{"S":"jam"}}}]},
        "nothing":{"NULL":true},"padded":{"N":"1.50"},"address":{"M":{"city":{"S":"Oslo"}}}}"#;
    let old =
        r#"{"total":{"N":"12"},"name":{"S":"Ada"},"big":{"N":"12345678901234567890123456789012345679"}}"#;
    [Value::String("MODIFY".into()), image(old), image(new)]
}

fn roots<'s>([operation, old, new]: &'s [Value<'static>; 3]) -> [(&'static str, &'s Value<'s>); 3] {
    [("operation", operation), ("old", old), ("new", new)]
}

fn language() -> Language {
    Language::new(ROOTS).unwrap()
}

fn evaluate(source: &str) -> Result<String, String> {
    let expression = language().compile(source).unwrap();
    let values = values();
    let roots = roots(&values);
    let scope = Scope(&roots);
    let value = expression.evaluate(&scope)?;
    Ok(value.map_or("nothing".to_owned(), |value| serde_json::to_string(&value).unwrap()))
}

#[test]
fn expressions_give_json() {
    let cases = [
        ("new.total", "106.25"),
        ("new.big", "12345678901234567890123456789012345678"),
        ("string(new.big)", r#""12345678901234567890123456789012345678""#),
        ("string(new.total)", r#""106.25""#),
        ("new.address.city", r#""Oslo""#),
        ("new.address", r#"{"city":"Oslo"}"#),
        ("new.?nickname", "nothing"),
        ("new.address.?street.number", "nothing"),
        ("new.?nickname.orValue(\"-\")", r#""-""#),
        ("new.count + 1", "4"),
        ("double(new.count) * 1.5", "4.5"),
        ("new.tags.map(t, t + \"!\")", r#"["a!","b!"]"#),
        ("[new.big][0]", "12345678901234567890123456789012345678"),
        ("{\"b\": new.total, \"a\": null}", r#"{"a":null,"b":106.25}"#),
        ("[\"name\", \"total\"].filter(f, old[?f] != new[?f])", r#"["total"]"#),
        ("new.filter(f, f in old)", r#"["total","big","name"]"#),
        ("size(new)", "10"),
        ("\"a#b\".split(\"#\")[1]", r#""b""#),
        ("strings.quote(new.name)", r#""\"Ada\"""#),
        ("optional.of(new.name).orValue(\"-\")", r#""Ada""#),
        ("42", "42"),
        ("new == new", "true"),
        ("new == old", "false"),
    ];
    for (source, json) in cases {
        assert_eq!(evaluate(source).as_deref(), Ok(json), "{source}");
    }
}

#[test]
fn numbers_of_any_length_compare_exactly() {
    for condition in [
        "new.big < old.big",
        "new.big != old.big",
        "new.big == new.big",
        "new.big > 1",
        "1 < new.big",
        "old.total < new.big && new.big > old.total",
        "1.5 == new.padded && new.padded == 1.5",
        "new.padded <= 1.5 && 1.5 >= new.padded",
        "{\"city\": \"Oslo\"} == new.address && new.address == {\"city\": \"Oslo\"}",
        "new.total > 106",
        "106.25 == new.total",
        "old.total == 12.0",
    ] {
        assert_eq!(evaluate(condition).as_deref(), Ok("true"), "{condition}");
    }
}

#[test]
fn an_evaluation_error_is_explained_without_values() {
    let cases = [
        (
            "new.nickname",
            "there is no nickname here: if it can be absent, write .?nickname, and .orValue(...) to compare it",
        ),
        (
            "new.nickname + \"!\"",
            "there is no nickname here: if it can be absent, write .?nickname, and .orValue(...) to compare it",
        ),
        ("new.name.first", "reads a member of a value that is not an object or list"),
        ("{\"gold\": 1}[new.name]", "there is no such key here"),
        ("new[new.name]", "there is no such key here"),
        ("new.name < 1", "< does not accept (string, int)"),
        ("new.name + 1", "cannot add these types: convert one with int(), double() or string()"),
        ("new.count / 0", "divides by zero"),
        ("string(new.address)", "string does not accept (map)"),
        ("duration(\"1s\")", "a duration has no JSON form: use string() or one of its fields"),
        (
            "[new.?name]",
            "has an optional value inside of a list or an object: write `{?\"a\": ...}`, `[?...]` or `.orValue(...)`",
        ),
    ];
    for (source, reason) in cases {
        assert_eq!(evaluate(source), Err(reason.to_owned()), "{source}");
        assert!(!reason.contains("Ada"));
    }
}

#[test]
fn a_condition_is_true_or_false() {
    let values = values();
    let roots = roots(&values);
    let scope = Scope(&roots);
    let holds = |source: &str| language().compile(source).unwrap().holds(&scope);
    assert_eq!(holds("operation == \"MODIFY\" && new.name == old.name"), Ok(true));
    assert_eq!(holds("has(new.nickname)"), Ok(false));
    assert_eq!(holds("new.name"), Err("is neither true nor false: write a comparison or has()".to_owned()));
    assert_eq!(
        holds("new.name + \"\""),
        Err("is neither true nor false: write a comparison or has()".to_owned())
    );
}

#[test]
fn a_mistake_is_found_when_the_expression_is_compiled() {
    let nested = "[1].all(a, [1].all(b, [1].all(c, true)))";
    let cases = [
        ("new.total +", "ends after `+`"),
        ("order.total", "order is not known: there are operation, old, new"),
        ("shout(new.name)", "there is no function shout"),
        ("new.name.shout()", "there is no function shout"),
        (nested, "nests more than 2 comprehensions"),
        ("[1].all(old, old > 0)", "old has a meaning already"),
        (&"1+".repeat(1500), "is longer than 2000 characters"),
        (&format!("{}1", "1+".repeat(64)), "is nested more than 64 levels deep"),
        (&format!("{}1", "1+".repeat(999)), "is nested more than 64 levels deep"),
        (&"(".repeat(2000), "nothing closes"),
        (&format!("{}1{}", "(".repeat(500), ")".repeat(500)), "nested"),
        ("new.name.lenght()", "there is no function lenght. Did you mean"),
        ("new.name.toLowerCase()", "there is no function toLowerCase. Did you mean lowerAscii?"),
        ("new.name.startWith(\"A\")", "there is no function startWith. Did you mean startsWith?"),
        ("quote(new.name)", "there is no function quote. Did you mean strings.quote?"),
        ("strings.upperAscii(new.name)", "there is no function strings.upperAscii"),
        (
            "google.protobuf.Value{}",
            "google.protobuf.Value{...} is a message, and pipe files have no messages: write a map",
        ),
        ("[Money{units: new.count}]", "write a map with its keys in quotes: {\"units\": ...}"),
        ("new.tags.map(t)", "map is written in another form: list.map(x, x.name)"),
        (
            "operatoin == \"INSERT\"",
            "operatoin is not known. Did you mean operation? There are operation, old, new",
        ),
        ("new.first-name == \"Ada\"", "write an attribute's name with a hyphen as new[\"first-name\"]"),
    ];
    for (source, reason) in cases {
        let error = language().compile(source).unwrap_err();
        assert!(error.contains(reason), "{source}: {error}");
    }
}

#[test]
fn an_expression_knows_which_attributes_it_reads() {
    let references = |source: &str| language().compile(source).unwrap().references;
    let field = |root: &str, field: &str| (root.to_owned(), field.to_owned());
    let read = references("new.total > 1 && has(old.?x.y) && new[\"a\"] == new[?\"b\"].orValue(1)");
    assert!(read.whole.is_empty(), "{read:?}");
    let fields = [field("new", "a"), field("new", "b"), field("new", "total"), field("old", "x")];
    assert_eq!(read.fields, fields.into());
    let read = references("[\"a\"].filter(f, old[?f] != new.?total)");
    assert_eq!(read.whole, ["old".to_owned()].into());
    assert_eq!(read.fields, [field("new", "total")].into());
}

#[test]
fn the_same_values_give_the_same_text_each_time() {
    let field = |at: usize| format!(r#""k{at}":{{"N":"{at}"}}"#);
    let item = format!(r#"{{"prices":{{"M":{{{}}}}}}}"#, (0..20).map(field).collect::<Vec<_>>().join(","));
    let new = image(&item);
    let names = || {
        let expression = language().compile("new.prices.filter(k, true)").unwrap();
        json(expression.evaluate(&Scope(&[("new", &new)])).unwrap()).unwrap()
    };
    assert!(names().starts_with(r#"["k0","k1","k2""#));
    assert_eq!(names(), names());
}

#[test]
fn a_comprehension_over_too_many_elements_is_refused() {
    let list = |count: usize| {
        let item = format!(r#"{{"list":{{"SS":[{}]}}}}"#, vec!["\"x\""; count].join(","));
        move |source: &str| {
            let (new, expression) = (image(&item), language().compile(source).unwrap());
            expression.evaluate(&Scope(&[("new", &new)])).map(|_| ())
        }
    };
    let nested = "new.list.exists(a, new.list.all(b, a != b))";
    assert_eq!(list(10_000)("new.list.map(a, a)"), Ok(()));
    assert_eq!(list(10_001)("new.list.map(a, a)"), Err("loops over more than 10000 elements".to_owned()));
    assert_eq!(list(300)(nested), Ok(()));
    assert_eq!(list(301)(nested), Err("loops over more than 300 elements".to_owned()));
}

#[test]
fn an_expression_can_have_64_levels() {
    assert!(language().compile(&format!("{}1", "1+".repeat(63))).is_ok());
}

#[test]
fn a_let_name_stands_for_its_expression() {
    let mut language = language();
    let meaning = language.parse("[\"name\", \"total\"].filter(f, old[?f] != new[?f])").unwrap();
    language.define("changed", meaning).unwrap();
    let values = values();
    let roots = roots(&values);
    let scope = Scope(&roots);
    assert_eq!(language.compile("changed.size() > 0 && new.count == 3").unwrap().holds(&scope), Ok(true));
    assert!(language.define("new", language.parse("1").unwrap()).is_err());
}

/// Paths over values of every type, with plain and optional steps in each notation.
fn paths() -> impl Strategy<Value = String> {
    let names = ["name", "total", "tags", "flag", "nothing", "address", "city", "nickname"];
    let step = (prop::sample::select(names.to_vec()), 0..4_u8).prop_map(|(name, notation)| match notation {
        0 => format!(".{name}"),
        1 => format!(".?{name}"),
        2 => format!("[\"{name}\"]"),
        _ => format!("[?\"{name}\"]"),
    });
    let steps = prop::collection::vec(step, 1..4).prop_map(|steps| steps.concat());
    (prop::sample::select(vec!["new", "old"]), steps).prop_map(|(root, steps)| format!("{root}{steps}"))
}

fn values_in_cel() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "1",
        "1.0",
        "2.5",
        "\"Ada\"",
        "true",
        "false",
        "null",
        "operation",
        "new.total",
        "new.count",
        "new.big",
        "old.big",
        "new.name",
        "new.flag",
        "new.nothing",
        "new.padded",
        "string(new.padded)",
        "new.tags",
        "new.address.map(k, k)",
        "new.map(k, k)",
        "new.?tags.map(t, t)",
        "{\"city\": \"Oslo\"}",
        "new.address",
        "new.address.city",
        "new.nickname",
        "new.?nickname",
        "new[\"name\"]",
        "new[\"nickname\"]",
        "new[?\"nickname\"]",
        "new.address[?\"city\"]",
        "new.tags[\"name\"]",
        "[]",
        "has(new.nickname)",
        "has(new.address.city)",
        "has(new.name.first)",
        "has(new.nickname.first)",
        "has(new.tags.first)",
        "new.?name",
        "new.?total",
        "old.?total",
        "string(new.total)",
        "string(new.name)",
        "string(new.tags)",
        "{\"a\": new.count}",
        "{\"a\": 3}",
        "{\"a\": 3, ?\"b\": new.?nickname, ?\"c\": new.?name}",
        "new.tags.map(t, {?\"b\": new.?nickname, \"a\": t})",
        "new.tags.map(t, t)",
        "new.name.map(t, t)",
        "new.tags.map(t, {\"b\": t, \"a\": new.name == \"Ada\"})",
        "new.tags.map(t, new.tags.map(u, {\"t\": t, \"u\": u}))",
        "new.tags.map(t, t.x)",
        "new.lines.map(line, {\"own\": line.name, \"order\": new.name, ?\"count\": line.?count})",
        "new.lines.map(line, new.tags.map(t, {\"line\": line.name, \"tag\": t}))",
        "new.tags.map(t, new.?nickname)",
    ]);
    let leaf = prop_oneof![
        2 => leaf.prop_map(str::to_owned),
        1 => paths(),
        1 => paths().prop_map(|path| format!("{{?\"a\": {path}}}")),
    ];
    leaf.prop_recursive(4, 12, 3, |inner| {
        let two = (inner.clone(), inner.clone(), prop::sample::select(vec!["==", "!=", "&&", "||"]));
        prop_oneof![
            two.prop_map(|(left, right, operator)| format!("({left} {operator} {right})")),
            inner.clone().prop_map(|value| format!("!({value})")),
            (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| format!("({a} ? {b} : {c})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn plain_expressions_give_the_same_results_as_the_interpreter(source in values_in_cel()) {
        thread_local!(static LANGUAGE: Language = language());
        let values = values();
        let roots = roots(&values);
        let scope = Scope(&roots);
        // `compile` refuses some comparisons.
        let expression = LANGUAGE.with(|language| {
            language.assemble(language.parse(&source).unwrap(), References::default())
        });
        if let Some(Ok(plain)) = expression.plain.as_ref().map(|plain| plain.evaluate(&scope, &Budget::default())) {
            let interpreted = expression.interpret(&scope, &Budget::default());
            prop_assert_eq!(Ok(json(plain)), interpreted.map(json), "{}", source);
        }
    }
}

#[test]
fn a_member_of_a_value_that_is_no_object_has_one_answer_in_every_context() {
    let expected =
        Err("there is no city here: if it can be absent, write .?city, and .orValue(...) to compare it"
            .to_owned());
    for source in ["new.?name.city", "new.?name.city.orValue(\"-\")", "{\"a\": 1, ?\"b\": new.?name.city}"] {
        assert_eq!(evaluate(source), expected, "{source}");
    }
    assert_eq!(evaluate("new.?name.?city").as_deref(), Ok("nothing"));
    assert_eq!(evaluate("new.?nickname.city").as_deref(), Ok("nothing"));
}

#[test]
fn conditions_and_objects_of_most_pipe_files_need_no_interpreter() {
    let values = values();
    let roots = roots(&values);
    for source in [
        "operation == \"MODIFY\" && old.name != new.name && new.name != \"x\"",
        "new.tags.map(t, {\"tag\": t, \"total\": string(new.total)})",
        "!(new.count == 3) || has(new.x) ? new.?name : new.?nickname",
        "new.lines.map(line, {\"own\": line.name, \"order\": new.name})",
        "new.lines.map(line, new.tags.map(t, {\"line\": line.name, \"tag\": t}))",
    ] {
        let plain = language().compile(source).unwrap().plain;
        assert!(
            plain.is_some_and(|plain| plain.evaluate(&Scope(&roots), &Budget::default()).is_ok()),
            "{source}"
        );
    }
}

fn json(value: Option<Value<'_>>) -> Option<String> {
    value.map(|value| serde_json::to_string(&value).unwrap())
}
