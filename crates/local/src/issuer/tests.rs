use super::*;

#[test]
fn the_key_is_created_once() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let first = open(&data).unwrap().key_set();
    assert_eq!(open(&data).unwrap().key_set(), first);
    assert_ne!(open(&folder.path().join("other")).unwrap().key_set(), first);
    assert_eq!(fs::read_dir(data).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_key() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).unwrap();
    let mode = fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn programs_that_start_at_the_same_time_share_one_key() {
    let folder = tempfile::tempdir().unwrap();
    create(&folder.path().join(FILE), &Issuer::new_key().unwrap()).unwrap();
    let first = open(folder.path()).unwrap().key_set();
    create(&folder.path().join(FILE), &Issuer::new_key().unwrap()).unwrap();
    assert_eq!(open(folder.path()).unwrap().key_set(), first);
}

#[test]
fn the_error_for_an_invalid_key_names_its_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(FILE), "no key").unwrap();
    let error = open(folder.path()).err().unwrap().to_string();
    assert!(error.contains(FILE) && error.contains("remove it"), "{error}");
}
