use super::*;

#[test]
fn times_have_the_formats_of_api_gateway() {
    assert_eq!(common_log(1_707_502_303_420), "09/Feb/2024:18:11:43 +0000");
    assert_eq!(iso8601(1_707_502_303_420), "2024-02-09T18:11:43.420Z");
}
