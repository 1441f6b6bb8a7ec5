//! A credentials file keeps all lines that are not changed, and its values are read as they were written.
#![no_main]

use exh_oauth1::client::{CredentialsFile, Variable};

libfuzzer_sys::fuzz_target!(|input: (&[u8], &str, u8)| {
    let (content, value, which) = input;
    let Ok(before) = CredentialsFile::from_bytes(content) else {
        assert!(std::str::from_utf8(content).is_err());
        return;
    };
    assert_eq!(before.as_str().as_bytes(), content);
    let variable = Variable::ALL[usize::from(which) % Variable::ALL.len()];
    let others = |file: &CredentialsFile| {
        let lines = file.as_str().split('\n');
        let lines = lines.map(|line| line.trim_start_matches('\u{feff}').trim_end_matches('\r'));
        let is_other = |line: &&str| {
            let name = line.split_once('=').map_or("", |(name, _)| name.trim());
            let exported = name.strip_prefix("export").filter(|rest| rest.starts_with(char::is_whitespace));
            let name = exported.map_or(name, str::trim_start);
            !line.is_empty() && name != variable.name()
        };
        lines.filter(is_other).map(String::from).collect::<Vec<_>>()
    };
    let mut file = before.clone();
    if file.set(variable, value).is_ok() {
        assert_eq!(file.get(variable), Some(value), "{file:?}");
        assert_eq!(others(&file), others(&before));
        // Except for line ends: a lone carriage return in front of the new line becomes part of its line end.
        let once: Vec<_> = file.as_str().lines().map(String::from).collect();
        file.set(variable, value).unwrap();
        assert!(file.as_str().lines().eq(once), "a second time changes nothing");
    } else {
        assert_eq!(file.as_str(), before.as_str(), "a rejected value changes nothing");
    }
    file.remove(variable);
    assert_eq!(others(&file), others(&before));
    let _ = (file.unread_by_sdk(), format!("{file:?}"));
});
