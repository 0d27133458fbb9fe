use std::sync::{Arc, OnceLock};

use rustls::crypto::ring::default_provider;
use rustls::{ClientConfig, RootCertStore};
use tokio_tungstenite::Connector;

/// Trusts the certificates of the operating system. Names the cryptography, because other crates of an application can
/// bring another one.
pub(super) fn connector() -> Result<Connector, String> {
    static CONFIG: OnceLock<Result<Arc<ClientConfig>, String>> = OnceLock::new();
    CONFIG.get_or_init(config).clone().map(Connector::Rustls)
}

fn config() -> Result<Arc<ClientConfig>, String> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        return Err(
            "no certificates of authorities: install those of the operating system, for example the \
                    package ca-certificates"
                .to_owned(),
        );
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(|error| error.to_string())?;
    Ok(Arc::new(builder.with_root_certificates(roots).with_no_client_auth()))
}
