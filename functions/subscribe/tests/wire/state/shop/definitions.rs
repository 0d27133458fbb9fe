use serde_json::json;
use tablecast_definitions::problem::DefinitionFile;
use tablecast_pipeline::pipe::Pipes;

const PIPES: [(&str, &str); 6] = [
    (
        "orders",
        r#"
table: orders
keys: { partition: { tenant: S }, sort: { orderId: S } }
subject: '"orders/" + item.tenant + "/" + item.orderId'
grant: '"orders/" + claims.tenant + "/*"'
events: []
state:
  type: order.v1
  when: '!has(item.kind) || item.kind.startsWith("order")'
  version: item.version
  data: { orderId: item.orderId, status: item.status }
"#,
    ),
    (
        "profiles",
        r#"
table: profiles
keys: { partition: { userId: S } }
subject: '"profiles/" + item.userId'
grant: '"profiles/" + claims.sub'
events: []
state: { type: profile.v1, data: { name: item.name } }
"#,
    ),
    // Subjects of the same form in two tables.
    (
        "left",
        r#"
table: left
keys: { partition: { tenant: S }, sort: { id: S } }
subject: '"both/" + item.tenant + "/" + item.id'
grant: '"both/" + claims.tenant + "/*"'
events: []
state: { type: left.v1, data: { id: item.id } }
"#,
    ),
    (
        "right",
        r#"
table: right
keys: { partition: { tenant: S }, sort: { id: S } }
subject: '"both/" + item.tenant + "/" + item.id'
events: []
state: { type: right.v1, data: { id: item.id } }
"#,
    ),
    // A single-table design.
    (
        "single",
        r#"
table: single
keys: { partition: { pk: S }, sort: { sk: S } }
subject: '"things/" + item.pk + "/" + item.sk'
grant: '"things/" + claims.tenant + "/*"'
events: []
state:
  type: thing.v1
  when: keys.sk.startsWith("THING#")
  data: { sk: item.sk }
"#,
    ),
    (
        "readings",
        r#"
table: readings
keys: { partition: { device: S }, sort: { at: N } }
subject: '"readings/" + item.device + "/" + string(item.at)'
grant: '"readings/" + claims.tenant + "/*"'
events: []
state: { type: reading.v1, data: { value: item.value } }
"#,
    ),
];

pub fn compiled() -> Result<Pipes, String> {
    Pipes::compile(&pipes(), &schemas()).map_err(|problems| format!("{problems:?}"))
}

pub fn pipes() -> Vec<DefinitionFile> {
    let file = |(name, text): (&str, &str)| DefinitionFile {
        file: format!("pipes/{name}.yaml"),
        name: name.to_owned(),
        text: text.to_owned(),
    };
    PIPES.map(file).into()
}

fn schemas() -> Vec<DefinitionFile> {
    let types = ["order", "profile", "left", "right", "thing", "reading"];
    let names = types.iter().flat_map(|name| [format!("{name}.v1"), format!("{name}.removed.v1")]);
    names.map(schema).collect()
}

fn schema(name: String) -> DefinitionFile {
    let text = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("https://shop.example/schemas/{name}.json"),
        "type": "object",
        "properties": { "orderId": { "type": "string" }, "status": { "type": "string" } },
    });
    DefinitionFile { file: format!("schemas/{name}.json"), name, text: text.to_string() }
}
