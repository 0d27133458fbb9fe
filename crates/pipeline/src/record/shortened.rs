use serde_json::Value as Json;
use tablecast_values::cursor::Cursor;
use tablecast_values::located::Located;

/// Longer than any member that DynamoDB writes beside the images. The keys have up to 3 KB, and escapes.
const MAX_MEMBER_BYTES: usize = 24 * 1024;

/// The record without its images, in JSON: its keys, and the members that identify it. `null` if it is not an
/// object.
pub fn without_images(json: &str) -> String {
    object(&mut Cursor::new(json)).unwrap_or_else(|_| "null".to_owned())
}

fn object(cursor: &mut Cursor<'_>) -> Result<String, Located> {
    let mut members = Vec::new();
    cursor.object(|cursor, name| {
        let value = match name.as_ref() {
            "dynamodb" => object(cursor)?,
            "NewImage" | "OldImage" => return cursor.skip(),
            _ => cursor.raw()?.to_owned(),
        };
        if value.len() <= MAX_MEMBER_BYTES {
            members.push(format!("{}:{value}", Json::from(name.as_ref())));
        }
        Ok(())
    })?;
    Ok(format!("{{{}}}", members.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_identity_remain_without_images() {
        let record = r#"{"eventID": "1", "big": "B", "dynamodb": {"Keys": {"id": {"S": "a\"b"}}, "NewImage": {"x": 1}, "OldImage": {}}}"#;
        let record = record.replace('B', &"x".repeat(MAX_MEMBER_BYTES));
        assert_eq!(without_images(&record), r#"{"eventID":"1","dynamodb":{"Keys":{"id": {"S": "a\"b"}}}}"#);
        assert_eq!(without_images("[1]"), "null");
    }
}
