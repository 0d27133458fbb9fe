use aws_types::SdkConfig;
use aws_types::service_config::ServiceConfigKey;

use super::operation::Service;

/// Returns the address of a service: that of AWS_ENDPOINT_URL_<SERVICE>, of AWS_ENDPOINT_URL, of the profile, or of
/// the region.
pub fn endpoint(config: &SdkConfig, service: Service, region: &str) -> String {
    let own = own(config, service).or_else(|| config.endpoint_url().map(str::to_owned));
    let address = own.unwrap_or_else(|| of_region(service, region, config.use_fips().unwrap_or_default()));
    address.trim_end_matches('/').to_owned()
}

fn own(config: &SdkConfig, service: Service) -> Option<String> {
    let key = ServiceConfigKey::builder()
        .service_id(service.id())
        .env("AWS_ENDPOINT_URL")
        .profile("endpoint_url")
        .build()
        .ok()?;
    config.service_config()?.load_config(key)
}

fn of_region(service: Service, region: &str, is_fips: bool) -> String {
    let (host, _) = service.host_and_signer();
    let fips = if is_fips { "-fips" } else { "" };
    let suffix = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
    format!("https://{host}{fips}.{region}.{suffix}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_an_endpoint_the_region_decides() {
        let of = |region| endpoint(&SdkConfig::builder().build(), Service::CloudWatch, region);
        assert_eq!(of("eu-central-1"), "https://monitoring.eu-central-1.amazonaws.com");
        assert_eq!(of("cn-north-1"), "https://monitoring.cn-north-1.amazonaws.com.cn");
    }

    #[test]
    fn an_endpoint_for_all_services_is_used() {
        let config = SdkConfig::builder().endpoint_url("http://127.0.0.1:1/").build();
        assert_eq!(endpoint(&config, Service::Pipes, "r"), "http://127.0.0.1:1");
    }
}
