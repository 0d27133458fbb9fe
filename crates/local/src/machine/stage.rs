use tablecast_protocol::message::ACTIONS;

use crate::addresses::Addresses;
use crate::gateway::{Routes, Stage};
use crate::names::REGION;
use crate::options::{Auth, Options};

pub fn stage(addresses: &Addresses) -> Stage {
    Stage {
        api_id: "local".into(),
        name: "local".into(),
        domain_name: addresses.http.to_string(),
        execution_arn: format!("arn:aws:execute-api:{REGION}:000000000000:local"),
    }
}

/// The routes that Terraform creates, too: `$connect`, `$disconnect`, `$default`, and one for each client
/// message.
pub fn routes(auth: &Auth) -> Routes {
    let messages = ACTIONS.map(|action| (action.name(), "subscribe"));
    let others = [("$connect", "connect"), ("$disconnect", "disconnect"), ("$default", "subscribe")];
    let routes: Routes = others.into_iter().chain(messages).collect();
    match auth {
        Auth::Jwt => routes.authorized_by("authorize"),
        Auth::None => routes,
    }
}

/// The command that creates a token for this instance, from any folder.
pub fn token_command(options: &Options) -> String {
    format!("tablecast token --data {}", options.absolute_folder().display())
}
