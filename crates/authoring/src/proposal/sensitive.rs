//! What looks as if it should not leave the table. Guesses, by names and by how texts begin: they catch what is usual, and whoever
//! reads the pipe file has the last word.

use super::naming::words;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sensitive {
    Secret,
    Personal,
}

const SECRET_WORDS: [&str; 21] = [
    "auth",
    "authorization",
    "cookie",
    "credential",
    "credentials",
    "cvc",
    "cvv",
    "hash",
    "jwt",
    "mfa",
    "otp",
    "passphrase",
    "passwd",
    "password",
    "pin",
    "pwd",
    "salt",
    "secret",
    "session",
    "signature",
    "token",
];
/// Anywhere in a name, however it is written: `apiKey`, `API_KEY`, `userpassword`.
const SECRET_PARTS: [&str; 9] =
    ["apikey", "accesskey", "privatekey", "secretkey", "password", "passwd", "passcode", "secret", "token"];
const PERSONAL_WORDS: [&str; 29] = [
    "address",
    "bic",
    "birth",
    "birthdate",
    "birthday",
    "card",
    "dob",
    "email",
    "ethnicity",
    "fax",
    "gender",
    "iban",
    "ip",
    "latitude",
    "longitude",
    "mail",
    "mobile",
    "passport",
    "phone",
    "postcode",
    "religion",
    "salary",
    "sin",
    "ssn",
    "street",
    "surname",
    "telephone",
    "zip",
    "zipcode",
];
const PERSONAL_PARTS: [&str; 10] = [
    "email",
    "phone",
    "firstname",
    "lastname",
    "fullname",
    "creditcard",
    "cardnumber",
    "socialsecurity",
    "taxid",
    "ipaddress",
];
/// Hashes of passwords, keys, tokens.
const SECRET_BEGINNINGS: [&str; 16] = [
    "$2a$",
    "$2b$",
    "$2y$",
    "$argon2",
    "$pbkdf2",
    "$scrypt$",
    "$5$",
    "$6$",
    "-----BEGIN",
    "AKIA",
    "ASIA",
    "eyJhbGci",
    "ghp_",
    "sk_live_",
    "xoxb-",
    "xoxp-",
];

impl Sensitive {
    pub fn by_name(name: &str) -> Option<Self> {
        let words = words(name);
        let joined = words.concat();
        let has = |set: &[&str], parts: &[&str]| {
            words.iter().any(|word| set.contains(&word.as_str()))
                || parts.iter().any(|part| joined.contains(part))
        };
        match (has(&SECRET_WORDS, &SECRET_PARTS), has(&PERSONAL_WORDS, &PERSONAL_PARTS)) {
            (true, _) => Some(Self::Secret),
            (_, true) => Some(Self::Personal),
            // Maps may have values for names: `{"ada@example.com": ...}`.
            _ => Self::by_value(name),
        }
    }

    pub fn by_value(text: &str) -> Option<Self> {
        match SECRET_BEGINNINGS.iter().any(|beginning| text.starts_with(beginning)) {
            true => Some(Self::Secret),
            false => is_mail_address(text).then_some(Self::Personal),
        }
    }
}

fn is_mail_address(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(name, host)| {
        !name.is_empty()
            && host.contains('.')
            && !text.contains(char::is_whitespace)
            && !host.contains(['@', '/'])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_and_of_what_is_personal_are_known_however_they_are_written() {
        for name in [
            "password",
            "passwordHash",
            "PASSWORD",
            "user_password",
            "userpassword",
            "apiKey",
            "API_KEY",
            "refreshToken",
            "pin",
        ] {
            assert_eq!(Sensitive::by_name(name), Some(Sensitive::Secret), "{name}");
        }
        for name in [
            "ssn",
            "SSN",
            "email",
            "e-mail",
            "contactEmail",
            "dateOfBirth",
            "phoneNumber",
            "first_name",
            "ipAddress",
            "ada@example.com",
        ] {
            assert_eq!(Sensitive::by_name(name), Some(Sensitive::Personal), "{name}");
        }
        for name in ["orderId", "total", "shipping", "pinned", "discard", "recipe", "Artist", "address2line"]
        {
            assert_eq!(Sensitive::by_name(name), None, "{name}");
        }
    }

    #[test]
    fn a_secret_under_a_harmless_name_is_known_by_how_it_begins() {
        assert_eq!(Sensitive::by_value("$2b$12$abc"), Some(Sensitive::Secret));
        assert_eq!(Sensitive::by_value("eyJhbGciOiJIUzI1NiJ9.e30.x"), Some(Sensitive::Secret));
        assert_eq!(Sensitive::by_value("ada@example.com"), Some(Sensitive::Personal));
        for harmless in ["", "@", "a@b", "see ada@example.com for more", "https://a@b.c/d", "$20"] {
            assert_eq!(Sensitive::by_value(harmless), None, "{harmless}");
        }
    }
}
