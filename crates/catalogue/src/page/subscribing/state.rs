use serde_json::json;

use super::client;
use crate::contents::{Contents, Subscription};
use crate::page::escape::copyable;

/// Returns how to load a state, and to follow its changes.
pub fn examples(contents: &Contents<'_>, types: [&str; 2], subscription: &Subscription) -> String {
    let subjects = [&subscription.pattern];
    let message =
        json!({"action": "subscribe", "subjects": subjects, "types": types, "id": "1", "state": true});
    let page =
        json!({"action": "state", "subjects": subjects, "types": [types[0]], "id": "2", "next": "NEXT"});
    [
        copyable("Message: the state, and then its changes", &message.to_string()),
        "<p><code>NEXT</code> is the <code>next</code> of a <a href=\"#tablecast.state.v1\"><code>tablecast.state.v1</code></a> \
         that is not complete.</p>\n".to_owned(),
        copyable("Message: the next page of the state", &page.to_string()),
        copyable("TypeScript", &typescript(contents, types, subscription)),
    ]
    .concat()
}

fn typescript(contents: &Contents<'_>, [state, _]: [&str; 2], subscription: &Subscription) -> String {
    format!(
        "import {{ collection, createClient }} from \"tablecast-client\";\n\n\
         {}\
         const items = collection(client, {}, {{ type: {} }});\n\
         items.on(\"change\", () => console.log([...items]));\n\
         await items.ready;\n",
        client(contents),
        json!(subscription.pattern),
        json!(state),
    )
}
