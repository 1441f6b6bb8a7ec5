//! Hosts, the environment, the credentials file and the file of authorities: what is taken, and how the rest is refused.

use std::{ffi::OsString, fs, path::PathBuf};

use exh_oauth1::{
    Client,
    client::{
        BaseUrl, CaFileError, FileError, HostError, Options, Problem, Settings, Source, Variable,
    },
};

const SECRET: &str = "s3cr3t=with=equals==";

/// A folder of a test's own, removed with what is in it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("exh-oauth1-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, content).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn named(path: impl Into<PathBuf>) -> Options {
    Options {
        credentials_file: Some(path.into()),
        ..Options::default()
    }
}

fn settings(options: Options, variables: &[(&str, &str)]) -> Settings {
    Settings::read(options, |name| {
        let found = variables.iter().find(|(other, _)| *other == name);
        found.map(|(_, value)| OsString::from(value))
    })
}

const COMPLETE: [(&str, &str); 5] = [
    ("API_HOST", "dev.example.com"),
    ("API_OAUTH_CONSUMER_KEY", "key"),
    ("API_OAUTH_CONSUMER_SECRET", SECRET),
    ("API_OAUTH_TOKEN", "token"),
    ("API_OAUTH_TOKEN_SECRET", SECRET),
];

fn complete_file() -> String {
    COMPLETE
        .iter()
        .map(|(name, value)| format!("{name}={value}\n"))
        .collect()
}

#[test]
fn hosts_are_read_as_the_sdk_does() {
    use HostError::{
        Character, Empty, Fragment, Name, Path, PlainHttp, Port, Query, Scheme, UserInfo,
    };
    for (host, expected) in [
        ("dev.example.com", Ok("https://api.dev.example.com")),
        ("api.dev.example.com", Ok("https://api.dev.example.com")),
        ("apx.dev.example.com", Ok("https://api.dev.example.com")),
        (
            "https://api.dev.example.com/",
            Ok("https://api.dev.example.com"),
        ),
        (
            "HTTPS://API.Dev.Example.com",
            Ok("https://api.dev.example.com"),
        ),
        ("localhost.evil.com", Ok("https://api.localhost.evil.com")),
        ("notlocalhost", Ok("https://api.notlocalhost")),
        ("localhost", Ok("http://localhost")),
        ("localhost/", Ok("http://localhost")),
        ("https://localhost:8443", Ok("https://localhost:8443")),
        ("a.localhost:3000", Ok("http://a.localhost:3000")),
        ("http://a.localhost", Ok("http://a.localhost")),
        ("127.0.0.1", Ok("http://127.0.0.1")),
        ("127.8.9.1:80", Ok("http://127.8.9.1:80")),
        ("::1", Ok("http://[::1]")),
        ("[::1]:3000", Ok("http://[::1]:3000")),
        ("[::ffff:127.0.0.1]", Ok("http://[::ffff:127.0.0.1]")),
        ("10.0.0.1", Ok("https://10.0.0.1")),
        ("2001:db8::1", Ok("https://[2001:db8::1]")),
        ("dev.example.com:8443", Ok("https://dev.example.com:8443")),
        (
            "https://apx.dev.example.com:8443",
            Ok("https://apx.dev.example.com:8443"),
        ),
        ("http://dev.example.com", Err(PlainHttp)),
        ("http://10.0.0.1", Err(PlainHttp)),
        ("http://localhost.evil.com", Err(PlainHttp)),
        ("http://127.0.0.1.evil.com", Err(PlainHttp)),
        ("http://127.0.0.1@evil.com", Err(UserInfo)),
        ("user:password@dev.example.com", Err(UserInfo)),
        ("dev.example.com/users", Err(Path)),
        ("dev.example.com//", Err(Path)),
        ("dev.example.com?x", Err(Query)),
        ("dev.example.com#x", Err(Fragment)),
        ("dev example.com", Err(Character(3))),
        ("dev.example.com\n", Err(Character(15))),
        ("dév.example.com", Err(Character(1))),
        ("localhost\\.evil.com", Err(Character(9))),
        ("ftp://dev.example.com", Err(Scheme)),
        ("dev.example.com:0", Err(Port)),
        ("dev.example.com:", Err(Port)),
        ("dev.example.com:+80", Err(Port)),
        ("dev.example.com:65536", Err(Port)),
        ("dev..example.com", Err(Name)),
        ("dev.exam%70le.com", Err(Name)),
        ("[::1", Err(Name)),
        ("api.", Err(Name)),
        ("", Err(Empty)),
        ("https://", Err(Empty)),
        ("/", Err(Empty)),
    ] {
        let found = BaseUrl::from_host(host, false);
        assert_eq!(
            found.as_ref().map(BaseUrl::as_str),
            expected.as_ref().copied(),
            "{host}"
        );
        if expected == Err(PlainHttp) {
            let allowed = BaseUrl::from_host(host, true).unwrap();
            assert!(!allowed.is_secure() && !allowed.is_loopback());
        }
    }
}

#[test]
fn base_urls_are_taken_verbatim() {
    for (url, expected) in [
        ("https://dev.example.com", Ok("https://dev.example.com")),
        (
            "https://dev.example.com/a/b/",
            Ok("https://dev.example.com/a/b"),
        ),
        ("http://127.0.0.1:1", Ok("http://127.0.0.1:1")),
        ("http://dev.example.com", Err(HostError::PlainHttp)),
        ("dev.example.com", Err(HostError::Scheme)),
        ("https://user@dev.example.com", Err(HostError::UserInfo)),
    ] {
        let found = BaseUrl::from_url(url, false);
        assert_eq!(
            found.as_ref().map(BaseUrl::as_str),
            expected.as_ref().copied(),
            "{url}"
        );
    }
}

#[test]
fn options_go_before_the_environment_and_that_before_the_file() {
    let folder = Folder::new("order");
    let file = folder.file("credentials", complete_file());
    let found = settings(named(&file), &[]).configuration().unwrap();
    assert_eq!(found.base_url().as_str(), "https://api.dev.example.com");
    assert!(!found.sources().is_mixed());

    let options = Options {
        host: Some("option.example.com".to_owned()),
        ..named(&file)
    };
    let variables = [
        ("API_HOST", "environment.example.com"),
        ("API_OAUTH_TOKEN", "other"),
    ];
    let found = settings(options.clone(), &variables)
        .configuration()
        .unwrap();
    assert_eq!(found.base_url().as_str(), "https://api.option.example.com");
    let sources = found.sources();
    assert!(sources.is_mixed());
    assert_eq!(sources.source(Variable::Host), Some(&Source::Option));
    assert_eq!(sources.source(Variable::Token), Some(&Source::Environment));
    let (path, line) = (file.clone(), 5);
    assert_eq!(
        sources.source(Variable::TokenSecret),
        Some(&Source::File { path, line })
    );

    let options = Options {
        base_url: Some("http://127.0.0.1:9/x".to_owned()),
        ..options
    };
    let found = settings(options, &variables).configuration().unwrap();
    assert_eq!(found.base_url().as_str(), "http://127.0.0.1:9/x");
    assert!(!format!("{found:?} {:?}", settings(named(&file), &[])).contains("s3cr3t"));

    let path = file.to_str().unwrap();
    assert!(
        settings(Options::default(), &[("EXH_CREDENTIALS", path)])
            .configuration()
            .is_ok()
    );
    fs::create_dir(folder.0.join(".exh")).unwrap();
    fs::copy(&file, folder.0.join(".exh/credentials")).unwrap();
    let home = [("HOME", folder.0.to_str().unwrap())];
    assert!(settings(Options::default(), &home).configuration().is_ok());
}

#[test]
fn secrets_with_equals_signs_are_whole() {
    let folder = Folder::new("equals");
    let text = complete_file().replace('\n', "\r\n");
    let file = folder.file(
        "credentials",
        format!("\u{feff}# comment\r\n\r\nOTHER=x\r\n{text}"),
    );
    let sign = |settings: Settings| {
        let request = exh_oauth1::Request::new("GET", "https://api.dev.example.com/").unwrap();
        settings
            .signer()
            .unwrap()
            .sign(&request, 1, "n")
            .into_string()
    };
    assert_eq!(
        sign(settings(named(file), &[])),
        sign(settings(Options::default(), &COMPLETE))
    );
}

#[test]
fn all_that_is_missing_is_told_at_once_with_where_it_was_looked_for() {
    for (variables, place) in [
        (vec![], "HOME is not set"),
        (
            vec![("HOME", "/nonexistent")],
            "there is no file /nonexistent/.exh/credentials",
        ),
    ] {
        let error = settings(Options::default(), &variables)
            .configuration()
            .unwrap_err();
        let text = error.to_string();
        assert_eq!(error.problems().len(), 5);
        for variable in Variable::ALL {
            assert!(text.contains(&format!("{variable} is missing: the variable is not set")));
        }
        assert_eq!(text.matches(place).count(), 5, "{text}");
        assert!(
            error.hint().contains("credentials.txt") && error.hint().contains("exh-oauth1 login")
        );
    }
    let folder = Folder::new("missing");
    let file = folder.file("credentials", "API_HOST=dev.example.com\n");
    let found = settings(named(&file), &COMPLETE[1..4]);
    let error = found.configuration().unwrap_err();
    let text = format!(
        "API_OAUTH_TOKEN_SECRET is missing: the variable is not set, and {} has no such line",
        file.display()
    );
    assert_eq!(error.to_string(), text);
    assert!(found.configuration_without_token().is_ok());
    assert!(found.signer_without_token().is_ok());
    assert!(found.signer().is_err());
}

#[test]
fn malformed_values_are_named_and_not_shown() {
    let folder = Folder::new("malformed");
    for (value, fault) in [
        ("", "is empty"),
        (" hidden", "begins with white space"),
        ("hidden ", "ends with white space or a newline"),
        ("hidden\n", "ends with white space or a newline"),
        ("hidden\r", "ends with white space or a newline"),
        ("hidden\u{a0}", "ends with white space or a newline"),
        (
            "\"hidden\"",
            "is wrapped in quotes, which would be part of the value",
        ),
        (
            "'hidden'",
            "is wrapped in quotes, which would be part of the value",
        ),
        ("\u{feff}hidden", "holds a byte order mark"),
        ("hid\u{7}den", "holds a control character at byte 3"),
    ] {
        for name in ["API_OAUTH_CONSUMER_SECRET", "API_HOST"] {
            let mut variables = COMPLETE.to_vec();
            variables.retain(|(other, _)| *other != name);
            let in_file = folder.file("credentials", format!("\n{name}={value}\n"));
            let mut cases = vec![(vec![(name, value)], "the environment".to_owned())];
            // The end of a line is no part of the value there.
            if !value.ends_with(['\n', '\r']) {
                cases.push((vec![], format!("{} line 2", in_file.display())));
            }
            for (more, place) in cases {
                variables.extend(more.iter().copied());
                let found = settings(named(&in_file), &variables);
                let error = found.configuration().unwrap_err();
                assert_eq!(error.to_string(), format!("{name} (from {place}) {fault}"));
                assert!(!format!("{error:?} {found:?}").contains("hid"));
                variables.retain(|(other, _)| *other != name);
            }
        }
    }
    let error = settings(
        Options {
            host: Some("user:hidden@dev.example.com".to_owned()),
            ..Options::default()
        },
        &COMPLETE[..4],
    )
    .configuration()
    .unwrap_err();
    assert_eq!(error.problems().len(), 2, "{error}");
    assert!(!format!("{error} {error:?}").contains("hidden"));
}

#[cfg(unix)]
#[test]
fn values_that_are_not_text_are_refused() {
    use std::os::unix::ffi::OsStringExt;
    let error = Settings::read(Options::default(), |name| {
        name.starts_with("API_")
            .then(|| OsString::from_vec(b"hid\xffden".to_vec()))
    })
    .configuration()
    .unwrap_err();
    assert_eq!(
        error.to_string().matches("is not UTF-8 text").count(),
        5,
        "{error}"
    );
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let folder = Folder::new("files");
    let long = vec![b'\n'; (1 << 20) + 1];
    let mut cases = vec![
        (folder.0.join("none"), FileError::Missing),
        (folder.0.clone(), FileError::NotRegular),
        (folder.file("long", long), FileError::TooLarge(1 << 20)),
        (folder.file("line", "A=b\n\nhidden\n"), FileError::Line(3)),
        (
            folder.file("text", b"A=b\nhid\xffden=\n"),
            FileError::NotText(2),
        ),
    ];
    if cfg!(unix) {
        let pipe = folder.0.join("pipe");
        let status = std::process::Command::new("mkfifo").arg(&pipe).status();
        if status.is_ok_and(|status| status.success()) {
            cases.push((pipe, FileError::NotRegular));
        }
        cases.push((PathBuf::from("/dev/zero"), FileError::NotRegular));
    }
    for (path, expected) in cases {
        // A file that was named has to be right, even where nothing is wanted of it.
        let error = settings(named(&path), &COMPLETE)
            .configuration()
            .unwrap_err();
        let fault = expected;
        assert_eq!(
            error.problems(),
            [Problem::File {
                path: path.clone(),
                fault
            }]
        );
        assert!(!format!("{error} {error:?}").contains("hid"));
        let error = settings(named(&path), &COMPLETE[1..])
            .configuration()
            .unwrap_err();
        assert_eq!(error.problems().len(), 2, "{error}");
    }
    fs::create_dir(folder.0.join(".exh")).unwrap();
    folder.file(".exh/credentials", "hidden");
    let mut variables = COMPLETE.to_vec();
    variables.push(("HOME", folder.0.to_str().unwrap()));
    assert!(
        settings(Options::default(), &variables)
            .configuration()
            .is_ok()
    );
}

#[test]
fn authorities_are_read_from_a_file() {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----\n";
    const END: &str = "-----END CERTIFICATE-----\n";
    let folder = Folder::new("authorities");
    let missing = folder.0.join("none");
    for (path, expected) in [
        (missing, CaFileError::File(FileError::Missing)),
        (folder.file("empty", ""), CaFileError::Empty),
        (folder.file("comment", "# none\n"), CaFileError::Empty),
        (
            folder.file("open", format!("#\n{BEGIN}MAA=\n")),
            CaFileError::Certificate(2),
        ),
        (
            folder.file("code", format!("{BEGIN}*\n{END}")),
            CaFileError::Certificate(1),
        ),
        (
            folder.file("other", format!("#\n#\n{BEGIN}MAA=\n{END}")),
            CaFileError::Certificate(3),
        ),
    ] {
        let mut variables = COMPLETE.to_vec();
        variables.push(("SSL_CERT_FILE", path.to_str().unwrap()));
        let configuration = settings(Options::default(), &variables)
            .configuration()
            .unwrap();
        let error = Client::builder(configuration).build().unwrap_err();
        assert_eq!(
            error.problems(),
            [Problem::CaFile {
                path,
                is_of_variable: true,
                fault: expected
            }]
        );
    }
}
