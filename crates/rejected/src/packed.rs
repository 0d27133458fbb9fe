use std::io;

/// zstd's default.
const COMPRESSION_LEVEL: i32 = 3;

/// Compresses the text of a record.
pub fn pack(text: &str) -> io::Result<Vec<u8>> {
    zstd::encode_all(text.as_bytes(), COMPRESSION_LEVEL)
}

/// Returns the text of a record. Fails for bytes that are not compressed text.
pub fn unpack(packed: &[u8]) -> io::Result<String> {
    String::from_utf8(zstd::decode_all(packed)?).map_err(io::Error::other)
}
