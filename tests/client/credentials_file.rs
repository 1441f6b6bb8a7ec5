//! Changing the lines of a credentials file, reading it as Extra Horizon's SDK does, and profiles.

use std::{ffi::OsString, fs};

use exh_oauth1::{
    Credentials, Request, Signer,
    client::{
        BaseUrl, CredentialsFile, Options, Problem, Profile, ProfileError, Settings, Source, ValueError, Variable,
    },
};

fn changed(before: &str) -> String {
    let mut file = CredentialsFile::from_bytes(before.as_bytes()).unwrap();
    file.set(Variable::Token, "new=1").unwrap();
    assert_eq!(file.get(Variable::Token), Some("new=1"));
    file.remove(Variable::TokenSecret);
    file.as_str().to_owned()
}

#[test]
fn lines_are_changed_in_place_and_others_are_kept() {
    for (before, after) in [
        ("", "API_OAUTH_TOKEN=new=1\n"),
        ("# mine\n\nX=1", "# mine\n\nX=1\nAPI_OAUTH_TOKEN=new=1\n"),
        ("API_OAUTH_TOKEN=old\nAPI_OAUTH_TOKEN_SECRET=s\nX=1\n", "API_OAUTH_TOKEN=new=1\nX=1\n"),
        // The last of several lines counts, so only one stays.
        ("API_OAUTH_TOKEN=1\nX=1\nAPI_OAUTH_TOKEN=2\n", "API_OAUTH_TOKEN=new=1\nX=1\n"),
        ("X=1\r\n  API_OAUTH_TOKEN = old\r\n", "X=1\r\nAPI_OAUTH_TOKEN=new=1\r\n"),
        ("export API_OAUTH_TOKEN='old'\nexport X=1\n", "export API_OAUTH_TOKEN=new=1\nexport X=1\n"),
        ("X=1\r\nY=2", "X=1\r\nY=2\r\nAPI_OAUTH_TOKEN=new=1\r\n"),
        ("\u{feff}API_OAUTH_TOKEN_SECRET=s\n", "\u{feff}API_OAUTH_TOKEN=new=1\n"),
        ("\u{feff}", "\u{feff}API_OAUTH_TOKEN=new=1\n"),
        // If one file was appended to another, a line in the middle begins with a byte order mark.
        ("X=1\n\u{feff}API_OAUTH_TOKEN=old\n", "X=1\nAPI_OAUTH_TOKEN=new=1\n"),
        ("API_OAUTH_TOKEN_SECRET=s\n\u{feff}X=1\n", "\u{feff}X=1\nAPI_OAUTH_TOKEN=new=1\n"),
        // Within a line, it is part of the line.
        ("X=\u{feff}", "X=\u{feff}\nAPI_OAUTH_TOKEN=new=1\n"),
        ("#API_OAUTH_TOKEN=old\nAPI_OAUTH_TOKEN\n", "#API_OAUTH_TOKEN=old\nAPI_OAUTH_TOKEN\nAPI_OAUTH_TOKEN=new=1\n"),
    ] {
        assert_eq!(changed(before), after, "{before:?}");
        assert_eq!(changed(after), after, "{before:?} twice");
    }
}

#[test]
fn values_that_would_not_be_read_back_are_not_written() {
    for (value, fault) in [
        ("", ValueError::Empty),
        ("a\nAPI_HOST=evil.example.com", ValueError::Control(1)),
        (" a", ValueError::WhiteSpaceBefore),
        ("a\r", ValueError::WhiteSpaceAfter),
        ("\"a\"", ValueError::Quotes),
        ("'a", ValueError::Quotes),
        ("a # b", ValueError::Comment),
        ("<your token>", ValueError::Placeholder),
        ("aAPI_OAUTH_TOKEN_SECRET=b", ValueError::Variable),
    ] {
        let mut file = CredentialsFile::from_bytes(b"X=1\n").unwrap();
        assert_eq!(file.set(Variable::Token, value), Err(fault), "{value:?}");
        assert_eq!(file.as_str(), "X=1\n");
    }
}

#[test]
fn no_secret_is_in_debug() {
    let file = CredentialsFile::from_bytes(b"API_OAUTH_TOKEN_SECRET=hidden\n").unwrap();
    assert!(!format!("{file:?}").contains("hidden"));
}

/// Files as Extra Horizon's SDK reads them. The generator is next to the data.
#[derive(serde::Deserialize)]
struct Sdk {
    names: [String; 5],
    /// Text, whether the SDK accepts it, and the value that it reads for each name.
    files: Vec<(String, bool, [Option<String>; 5])>,
    hosts: Vec<(String, String)>,
}

fn sdk() -> Sdk {
    let text = fs::read_to_string("tests/peers/sdk_credentials.json").unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The value of the reported line.
fn ours(settings: &Settings, text: &str, variable: Variable) -> Option<String> {
    match settings.sources().source(variable)? {
        Source::File { line, .. } => {
            let line = text.split('\n').nth(line - 1).unwrap();
            let line = line.strip_suffix('\r').unwrap_or(line);
            let value = line.split_once('=').unwrap().1.trim();
            // All quoted values in the data are this simple.
            Some(value.strip_prefix('"').map_or(value, |rest| rest.strip_suffix('"').unwrap()).to_owned())
        }
        other => panic!("{other}"),
    }
}

#[test]
fn files_are_read_as_the_sdk_reads_them_or_the_difference_is_named() {
    let data = sdk();
    assert_eq!(data.names, Variable::ALL.map(Variable::name));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("credentials.txt");
    let (mut same, mut differing) = (0, 0);
    for (text, is_accepted, theirs) in &data.files {
        fs::write(&path, text).unwrap();
        let options = Options { credentials_file: Some(path.clone()), ..Options::default() };
        let settings = Settings::read(options, |_| None);
        let named = CredentialsFile::from_bytes(text.as_bytes()).unwrap().unread_by_sdk();
        for (variable, theirs) in Variable::ALL.into_iter().zip(theirs) {
            match ours(&settings, text, variable) {
                Some(ours) => {
                    let is_same = theirs.as_ref() == Some(&ours);
                    let is_named = named.iter().any(|(named, _)| *named == variable);
                    assert_eq!(is_named, !is_same, "{text:?} {variable}");
                    if is_same {
                        same += 1;
                    } else {
                        differing += 1;
                    }
                }
                None => assert_eq!(theirs, &None, "{text:?} {variable}"),
            }
        }
        // If both read a complete file, they make the same requests.
        if let Ok(configuration) = settings.configuration()
            && *is_accepted
            && named.is_empty()
        {
            let [_, key, secret, token, token_secret] = theirs.each_ref().map(|value| value.as_deref().unwrap());
            let signer = Signer::new(Credentials::new(key, secret)).token(Credentials::new(token, token_secret));
            let request = Request::new("GET", "https://example.com/").unwrap();
            assert_eq!(
                configuration.signer().sign(&request, 1, "n").to_string(),
                signer.sign(&request, 1, "n").to_string(),
                "{text:?}"
            );
        }
    }
    assert!(same > 500 && differing > 100, "{same} {differing}");
}

#[test]
fn hosts_are_read_as_the_sdk_reads_them() {
    for (host, url) in sdk().hosts {
        let read = BaseUrl::from_host(&host, false).unwrap();
        assert_eq!(read.as_str(), url, "{host}");
    }
}

#[test]
fn a_host_with_its_scheme_is_the_environments_api() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("credentials.txt");
    let text = "API_HOST=https://env.example.extrahorizon.io\nAPI_OAUTH_CONSUMER_KEY=k\nAPI_OAUTH_CONSUMER_SECRET=s\nAPI_OAUTH_TOKEN=t\nAPI_OAUTH_TOKEN_SECRET=u\n";
    fs::write(&path, text).unwrap();
    let options = Options { credentials_file: Some(path), ..Options::default() };
    let configuration = Settings::read(options, |_| None).configuration().unwrap();
    assert_eq!(configuration.base_url().as_str(), "https://api.env.example.extrahorizon.io");
}

#[test]
fn names_of_profiles_are_names_of_files() {
    let long = "a".repeat(65);
    for (name, good) in [
        ("staging", true),
        ("2.x_a-B", true),
        (&long[1..], true),
        (&long, false),
        ("", false),
        (".", false),
        ("..", false),
        (".hidden", false),
        ("-v", false),
        ("a/b", false),
        ("a\\b", false),
        ("a b", false),
        ("a\n", false),
        ("é", false),
    ] {
        let expected = if good { Ok(name) } else { Err(ProfileError::Name) };
        let found = Profile::new(name);
        assert_eq!(found.as_ref().map(Profile::name), expected.as_ref().copied(), "{name:?}");
    }
}

/// A home folder with a default file, the profile `staging`, and files that are not profiles.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".exh");
    fs::create_dir_all(folder.join("profiles/folder")).unwrap();
    let text = |name: &str| {
        format!(
            "API_HOST={name}.example.com\nAPI_OAUTH_CONSUMER_KEY={name}\nAPI_OAUTH_CONSUMER_SECRET=s\nAPI_OAUTH_TOKEN=t\nAPI_OAUTH_TOKEN_SECRET=u\n"
        )
    };
    fs::write(folder.join("credentials"), text("usual")).unwrap();
    for name in ["staging", ".hidden", "default", "a b"] {
        fs::write(folder.join("profiles").join(name), text(name)).unwrap();
    }
    home
}

#[test]
fn profiles_are_listed() {
    let names = |home: &std::path::Path| -> Vec<_> {
        let all = Profile::all(home).unwrap();
        all.iter().map(|one| one.name().to_owned()).collect()
    };
    assert_eq!(names(home().path()), ["default", "staging"]);
    assert!(names(tempfile::tempdir().unwrap().path()).is_empty());
}

#[test]
fn a_named_profile_gives_its_values() {
    let home = home();
    let key = |profile: Option<&str>, variables: &[(&str, &str)]| {
        let options = Options { profile: profile.map(str::to_owned), ..Options::default() };
        let settings = Settings::read(options, |name| {
            if name == "HOME" {
                return Some(home.path().into());
            }
            let found = variables.iter().find(|(other, _)| *other == name);
            found.map(|(_, value)| OsString::from(value))
        });
        settings.client_identifier().map(str::to_owned)
    };
    const EXPORTED: (&str, &str) = ("API_OAUTH_CONSUMER_KEY", "exported");
    let named = ("EXH_PROFILE", "staging");
    assert_eq!(key(None, &[]).unwrap(), "usual");
    assert_eq!(key(None, &[EXPORTED]).unwrap(), "exported");
    assert_eq!(key(None, &[named]).unwrap(), "staging");
    assert_eq!(key(None, &[named, EXPORTED]).unwrap(), "staging");
    assert_eq!(key(Some("default"), &[named, EXPORTED]).unwrap(), "usual");
    let file = home.path().join(".exh/credentials");
    let file = ("EXH_CREDENTIALS", file.to_str().unwrap());
    assert_eq!(key(None, &[file, EXPORTED]).unwrap(), "usual");
    assert_eq!(key(Some("staging"), &[file]).unwrap(), "staging");

    for (name, missing) in [("other", true), ("../credentials", false)] {
        let error = key(Some(name), &[EXPORTED]).unwrap_err();
        match &error.problems()[0] {
            Problem::File { path, .. } => assert!(missing && path.ends_with("profiles/other")),
            Problem::Profile { fault, .. } => assert!(!missing && *fault == ProfileError::Name),
            other => panic!("{name}: {other:?}"),
        }
    }
    let options = Options { profile: Some("staging".into()), ..Options::default() };
    let error = Settings::read(options, |_| None).signer().unwrap_err();
    assert!(error.to_string().contains("HOME is not set"), "{error}");
}

#[test]
fn found_values_are_described_by_length_and_stray_characters() {
    let home = home();
    let path = home.path().join(".exh/credentials");
    let text = "API_OAUTH_TOKEN=one\nAPI_OAUTH_TOKEN= \u{feff}\"t\u{a0}'\r\n";
    fs::write(&path, text).unwrap();
    let settings = Settings::read(Options::default(), |name| match name {
        "HOME" => Some(home.path().into()),
        "API_OAUTH_TOKEN" => Some("hidden".into()),
        _ => None,
    });
    let found: Vec<_> = settings
        .found()
        .iter()
        .map(|found| (found.source(), found.length().unwrap(), found.stray().to_string()))
        .collect();
    let line = |line| Source::File { path: path.clone(), line };
    assert_eq!(
        found,
        [
            (&Source::Environment, 6, String::new()),
            (&line(2), 5, "white space: 1, quotes: 2, byte order marks: 1".into()),
            (&line(1), 3, String::new()),
        ]
    );
    assert!(!format!("{:?}", settings.found()).contains("hidden"));
}
