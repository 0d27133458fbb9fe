use super::*;
use crate::definition::Definition;

const FILE: &str = "table: orders\nsubject: '\"x\"'\nevents:\n  - { type: a.v1, data: { a: item.a } }\n";

fn found(yaml: &str) -> Vec<String> {
    let problems = problems(yaml);
    problems.iter().map(|it| format!("{}: {}: {}", it.line.unwrap_or(0), it.path, it.reason)).collect()
}

#[test]
fn a_mistake_has_line_path_and_advice() {
    let cases = [
        ("tests:\n  - { record: a.json, emits: a.v1 }\n", "6: tests[0].emits: must be a list: write [a.v1]"),
        ("filtr: []\n", "5: : unknown key \"filtr\". Did you mean \"filter\"?"),
        ("retention: 7d\n", "5: : unknown key \"retention\". The keys are table, keys, stream, "),
        ("stream: { bach: 5 }\n", "5: stream: unknown key \"bach\". Did you mean \"batch\"?"),
        ("stream: { batch: many }\n", "5: stream.batch: must be a whole number from 0 to 65535"),
        ("stream: { batch: 1.5 }\n", "5: stream.batch: must be a whole number"),
        ("stream: { start: LATST }\n", "5: stream.start: \"LATST\" is unknown. Did you mean LATEST?"),
        ("stream: { window: 5 }\n", "5: stream.window: must be a duration such as 0s, 90s, 5m, 6h or 7d"),
        ("stream: { window: 5min }\n", "5: stream.window: \"5min\" is not a duration such as"),
        ("stream: { bisect: maybe }\n", "5: stream.bisect: must be true or false"),
        ("stream: fast\n", "5: stream: must be a map with the keys start, batch, "),
        ("filter: { eventName: [INSERT] }\n", "5: filter: must be a list: write `- ` before it"),
        ("filter: [INSERT]\n", "5: filter[0]: must be an event pattern, which is a map"),
        ("grant: { a: b }\n", "5: grant: must be a text or a list of texts"),
        (
            "keys: { partition: { id: string } }\n",
            "5: keys.partition.id: \"string\" is unknown. Write S or N or B",
        ),
        ("keys: { partition: id }\n", "5: keys.partition: must be a map from names to values"),
        (
            "keys: { sort: { id: S } }\n",
            "5: keys: the key \"partition\" is missing: write `partition: { id: S }`",
        ),
        ("let: [a]\n", "5: let: must be a map from names to values"),
        ("log: { keep: forever }\n", "5: log.keep: \"forever\" is not a duration"),
        ("log: { channel: two }\n", "5: log.channel: must be a whole number from 1 to 8"),
        ("log: { channel: 0 }\n", "5: log.channel: must be a whole number from 1 to 8"),
        ("log: { channel: 9 }\n", "5: log.channel: must be a whole number from 1 to 8"),
        ("log: { channel: -1 }\n", "5: log.channel: must be a whole number from 1 to 8"),
        ("log: { channel: 300 }\n", "5: log.channel: must be a whole number from 1 to 8"),
        ("stream: { parallel: 256 }\n", "5: stream.parallel: must be a whole number from 0 to 255"),
        ("log: { channel: 1.5 }\n", "5: log.channel: must be a whole number from 1 to 8"),
        ("log: { channel: '9' }\n", "5: log.channel: must be a whole number from 1 to 8"),
        ("log: { channel: [1] }\n", "5: log.channel: must be a whole number from 1 to 8"),
        ("log: { chanel: 2 }\n", "5: log: unknown key \"chanel\". Did you mean \"channel\"?"),
        ("log: 2\n", "5: log: must be a map with the keys keep, channel"),
        ("tests: [{ emits: [] }]\n", "5: tests[0]: the key \"record\" is missing"),
        ("state: { type: a.v1 }\n", "5: state: the key \"data\" is missing: write the members"),
        (
            "state: { type: a.v1, data: {}, wen: a }\n",
            "5: state: unknown key \"wen\". Did you mean \"when\"?",
        ),
        ("state: a.v1\n", "5: state: must be a map with the keys type, when, version, data, removed"),
    ];
    for (more, start) in cases {
        let found = found(&format!("{FILE}{more}"));
        assert!(found.len() == 1 && found[0].starts_with(start), "{more}: {found:#?}");
        assert!(Definition::parse(&format!("{FILE}{more}")).is_err(), "{more}");
    }
}

#[test]
fn a_missing_key_has_an_example() {
    let files = ["state: { type: a.v1 }\nkeys: { sort: { id: S } }\n", "tests: [{}]\ngrant_tests: [{}]\n"];
    let found = files.map(super::problems).concat();
    let found: Vec<_> = found.iter().map(|problem| problem.reason.as_str()).collect();
    for key in ["table", "subject", "events", "partition", "data", "claims", "grants", "record"] {
        let start = format!("the key \"{key}\" is missing: write ");
        assert!(found.iter().any(|reason| reason.starts_with(&start)), "{key}: {found:#?}");
    }
}

#[test]
fn all_mistakes_are_found_at_once() {
    let yaml =
        "tabel: orders\nsubject: [x]\nevents:\n  - { type: a.v1, dta: 1 }\n  - { type: a.v1, data: }\n";
    let expected = [
        "1: : unknown key \"tabel\". Did you mean \"table\"?",
        "2: subject: must be a text",
        "4: events[0]: unknown key \"dta\". Did you mean \"data\"?",
        "5: events[1].data: has no value",
    ];
    let found = found(yaml);
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (problem, start) in found.iter().zip(expected) {
        assert!(problem.starts_with(start), "{problem}");
    }
}

#[test]
fn a_text_that_is_not_yaml_has_its_line_and_advice() {
    let found = found("table: orders\nsubject: \"orders/\" + item.id\n");
    assert!(found.len() == 1 && found[0].starts_with("2: : is not YAML: "), "{found:?}");
    assert!(found[0].contains("in single quotes"), "{found:?}");
    let twice = super::problems("table: orders\nsubject: x\ntable: y\n");
    assert_eq!(twice[0].reason, "the key \"table\" occurs twice: keep one of them");
    let alias = super::problems("table: orders\nsubject: *x\n");
    assert!(alias[0].reason.ends_with("begins with * or & in quotes"), "{alias:?}");
    let list = super::problems("table: [orders\n");
    assert!(list[0].reason.starts_with("is not YAML: ") && !list[0].reason.contains("quotes"), "{list:?}");
    assert_eq!(super::problems("table: orders\n").len(), 2, "subject and events are missing");
    for yaml in ["", "orders", "[]"] {
        assert!(Definition::parse(yaml).is_err(), "{yaml}");
    }
}

#[test]
fn a_file_needs_events_or_state() {
    let file = "table: orders\nsubject: '\"x\"'\n";
    assert!(found(file)[0].contains("the key \"events\" is missing"));
    for more in ["state: { type: a.v1, data: {} }\n", "events: []\nstate: { type: a.v1, data: {} }\n"] {
        let yaml = format!("{file}{more}");
        assert_eq!((found(&yaml), Definition::parse(&yaml).is_ok()), (vec![], true), "{more}");
    }
}

#[test]
fn a_correct_file_has_no_problem() {
    for more in [
        "",
        "keys: { partition: { id: S }, sort: { at: N } }\nstream: { batch: 5, start: LATEST, window: 1m, bisect: true }\n",
        "keys:\ngrant:\nlet: { a: '1', b: 2, c: true }\nlog: { keep: 7d }\n",
        "log: { keep: 1h, channel: 1 }\n",
        "log: { channel: '8' }\n",
        "log: {}\n",
        "grant: [a, b]\ntests:\n  - { record: a.json, emits: [] }\n  - { record: a.json, filtered: true }\n",
        "filter:\n  - { eventName: [INSERT] }\n",
        "state: { type: a.v2, when: 'true', version: item.n, data: { a: item.a }, removed: { a: item.a } }\n",
    ] {
        let yaml = format!("{FILE}{more}");
        assert_eq!(found(&yaml), [""; 0], "{more}");
        assert!(Definition::parse(&yaml).is_ok(), "{more}: {:?}", Definition::parse(&yaml));
    }
}

#[test]
fn a_tag_or_an_unused_anchor_is_a_mistake_with_its_line() {
    let event = |when: &str| {
        format!(
            "table: orders\nsubject: '\"x\"'\nevents:\n  - type: a.v1\n    when: {when}\n    data: {{}}\n"
        )
    };
    for when in [
        "!has(item.hidden) && operation == \"INSERT\"",
        "!has(old.x)",
        "!item.deleted",
        "! item.deleted",
        "!!str a",
    ] {
        assert_eq!(
            found(&event(when)),
            [format!("5: events[0].when: {}", "`!` begins a YAML tag: put the expression in single quotes")],
            "{when}"
        );
    }
    for when in ["&& item.deleted", "&item.deleted", "&a item.deleted"] {
        assert_eq!(
            found(&event(when)),
            [format!(
                "5: events[0].when: {}",
                "`&` begins a YAML anchor: put the expression in single quotes"
            )],
            "{when}"
        );
    }
    for (more, place) in [
        ("state: { type: b.v1, when: !item.deleted, data: {} }\n", "5: state.when: `!`"),
        ("state:\n  type: b.v1\n  data:\n    a: !item.deleted\n", "8: state.data.a: `!`"),
        ("let: { a: !item.b == 1 }\n", "5: let.a: `!`"),
        ("grant: [!a, '\"b\"']\n", "5: grant[0]: `!`"),
        ("filter: [{ eventName: [!a INSERT] }]\n", "5: filter[0].eventName[0]: `!`"),
        ("!bus bus: true\n", "5: bus: `!`"),
        ("log: !log { keep: 7d }\n", "5: log: `!`"),
        ("trace: !item.trace\n", "5: trace: `!`"),
    ] {
        let found = found(&format!("{FILE}{more}"));
        assert!(found.len() == 1 && found[0].starts_with(place), "{more}: {found:?}");
    }
    let error = found(&event("!a!b"));
    assert!(error[0].contains("begins with ! in single quotes"), "{error:?}");
}

#[test]
fn an_anchor_that_is_used_or_before_a_map_is_no_mistake() {
    let more = "let: { a: &a item.a, b: *a }\nstate: &state { type: b.v1, when: '!has(item.a)', data: {} }\n";
    assert_eq!(found(&format!("{FILE}{more}")), [""; 0]);
}

#[test]
fn an_expression_or_a_setting_without_a_value_is_a_mistake() {
    for (more, path) in [
        ("state: { type: b.v1, when: , data: {} }\n", "state.when"),
        ("state: { type: b.v1, version: ~, data: {} }\n", "state.version"),
        ("state: { type: b.v1, removed: , data: {} }\n", "state.removed"),
        ("trace:\n", "trace"),
        ("bus:\n", "bus"),
        ("log: { keep: }\n", "log.keep"),
        ("stream: { batch: null }\n", "stream.batch"),
    ] {
        assert_eq!(found(&format!("{FILE}{more}")), [format!("5: {path}: has no value")], "{more}");
    }
}
