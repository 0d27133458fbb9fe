use super::*;

#[test]
fn secret_and_personal_names_are_recognized_in_any_spelling() {
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
        assert_eq!(Sensitivity::of_name(name), Some(Sensitivity::Secret), "{name}");
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
        assert_eq!(Sensitivity::of_name(name), Some(Sensitivity::Personal), "{name}");
    }
    for name in ["orderId", "total", "shipping", "pinned", "discard", "recipe", "Artist", "address2line"] {
        assert_eq!(Sensitivity::of_name(name), None, "{name}");
    }
}

#[test]
fn secret_and_personal_values_are_recognized_by_their_beginning() {
    assert_eq!(Sensitivity::of_value("$2b$12$abc"), Some(Sensitivity::Secret));
    assert_eq!(Sensitivity::of_value("eyJhbGciOiJIUzI1NiJ9.e30.x"), Some(Sensitivity::Secret));
    assert_eq!(Sensitivity::of_value("ada@example.com"), Some(Sensitivity::Personal));
    for harmless in ["", "@", "a@b", "see ada@example.com for more", "https://a@b.c/d", "$20"] {
        assert_eq!(Sensitivity::of_value(harmless), None, "{harmless}");
    }
}
