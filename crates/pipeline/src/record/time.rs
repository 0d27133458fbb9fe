use chrono::{DateTime, SecondsFormat};

/// The range of RFC 3339, in milliseconds since the Unix epoch.
const YEARS_0_TO_9999: std::ops::RangeInclusive<f64> = -62_167_219_200_000.0..=253_402_300_799_999.0;

/// Converts DynamoDB's seconds since the Unix epoch, with or without a fraction, to RFC 3339 in UTC.
pub fn rfc3339(seconds: &str) -> Option<String> {
    let millis = (seconds.parse::<f64>().ok()? * 1000.0).round();
    if !YEARS_0_TO_9999.contains(&millis) {
        return None;
    }
    let time = DateTime::from_timestamp_millis(millis as i64)?;
    let precision = if millis % 1000.0 == 0.0 { SecondsFormat::Secs } else { SecondsFormat::Millis };
    Some(time.to_rfc3339_opts(precision, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_become_rfc_3339_with_milliseconds_if_there_are_any() {
        assert_eq!(rfc3339("1795404516.0").as_deref(), Some("2026-11-23T03:28:36Z"));
        assert_eq!(rfc3339("1795404516.25").as_deref(), Some("2026-11-23T03:28:36.250Z"));
        assert_eq!(rfc3339("0").as_deref(), Some("1970-01-01T00:00:00Z"));
        assert_eq!(rfc3339("253402300799.999").as_deref(), Some("9999-12-31T23:59:59.999Z"));
        for odd in ["253402300800", "-62167219201", "NaN", "inf", "1e300", "-1e300", "null", "soon", ""] {
            assert_eq!(rfc3339(odd), None);
        }
    }
}
