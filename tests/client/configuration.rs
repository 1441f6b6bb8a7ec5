//! Hosts, the environment, the credentials file and the file of CA certificates: accepted and rejected values.

use std::{ffi::OsString, fs, path::PathBuf};

use exh_oauth1::{
    Client,
    client::{BaseUrl, CaFileError, FileError, HostError, Options, Problem, Settings, Source, ValueError, Variable},
};

const SECRET: &str = "s3cr3t=with=equals==";

/// A temporary folder, removed with its content.
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
    Options { credentials_file: Some(path.into()), ..Options::default() }
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
    COMPLETE.iter().map(|(name, value)| format!("{name}={value}\n")).collect()
}

#[test]
fn hosts_are_read_as_the_sdk_does() {
    use HostError::{Character, Empty, Fragment, Name, Path, PlainHttp, Port, Query, Scheme, UserInfo};
    for (host, expected) in [
        ("dev.example.com", Ok("https://api.dev.example.com")),
        ("api.dev.example.com", Ok("https://api.dev.example.com")),
        ("apx.dev.example.com", Ok("https://api.dev.example.com")),
        ("https://api.dev.example.com/", Ok("https://api.dev.example.com")),
        ("HTTPS://API.Dev.Example.com", Ok("https://api.dev.example.com")),
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
        ("https://apx.dev.example.com:8443", Ok("https://apx.dev.example.com:8443")),
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
        assert_eq!(found.as_ref().map(BaseUrl::as_str), expected.as_ref().copied(), "{host}");
        if expected == Err(PlainHttp) {
            let allowed = BaseUrl::from_host(host, true).unwrap();
            assert!(!allowed.is_secure() && !allowed.is_loopback());
        }
    }
}

#[test]
fn base_urls_are_used_verbatim() {
    for (url, expected) in [
        ("https://dev.example.com", Ok("https://dev.example.com")),
        ("https://dev.example.com/a/b/", Ok("https://dev.example.com/a/b")),
        ("http://127.0.0.1:1", Ok("http://127.0.0.1:1")),
        ("http://dev.example.com", Err(HostError::PlainHttp)),
        ("dev.example.com", Err(HostError::Scheme)),
        ("https://user@dev.example.com", Err(HostError::UserInfo)),
    ] {
        let found = BaseUrl::from_url(url, false);
        assert_eq!(found.as_ref().map(BaseUrl::as_str), expected.as_ref().copied(), "{url}");
    }
}

/// A source of settings: its rank, its name, and whether it has all settings or the host alone.
type Place = (usize, &'static str);

/// In order of precedence. Sources of the same rank cannot be combined.
const PLACES: [Place; 8] = [
    (0, "--host"),
    (0, "--base-url"),
    (1, "--credentials"),
    (1, "--profile"),
    (2, "EXH_CREDENTIALS"),
    (2, "EXH_PROFILE"),
    (3, "environment"),
    (4, "default"),
];

/// Settings with one variable in each of these places, and the `Source` of each.
fn with_one_variable(folder: &Folder, variable: Variable, places: &[Place]) -> (Settings, Vec<Source>) {
    let _ = fs::remove_dir_all(folder.0.join(".exh"));
    fs::create_dir_all(folder.0.join(".exh/profiles")).unwrap();
    let mut options = Options::default();
    let home = folder.0.to_str().unwrap();
    let mut variables = vec![("HOME", home.to_owned())];
    let file = |name: &str| {
        let path = folder.file(name, format!("{variable}=example.com\n"));
        let source = Source::File { path: path.clone(), line: 1 };
        (path, source)
    };
    let mut sources = Vec::new();
    for (_, place) in places {
        let source = match *place {
            "--host" => {
                options.host = Some("example.com".to_owned());
                Source::Option
            }
            "--base-url" => {
                options.base_url = Some("https://example.com".to_owned());
                Source::Option
            }
            "--credentials" => {
                let (path, source) = file("option");
                options.credentials_file = Some(path);
                source
            }
            "--profile" => {
                options.profile = Some("option".to_owned());
                file(".exh/profiles/option").1
            }
            "EXH_CREDENTIALS" => {
                let (path, source) = file("variable");
                variables.push(("EXH_CREDENTIALS", path.to_str().unwrap().to_owned()));
                source
            }
            "EXH_PROFILE" => {
                variables.push(("EXH_PROFILE", "variable".to_owned()));
                file(".exh/profiles/variable").1
            }
            "environment" => {
                variables.push((variable.name(), "example.com".to_owned()));
                Source::Environment
            }
            _ => file(".exh/credentials").1,
        };
        sources.push(source);
    }
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    (settings(options, &variables), sources)
}

#[test]
fn of_every_pair_of_sources_the_one_with_precedence_wins() {
    let folder = Folder::new("pairs");
    let mut pairs = 0;
    for variable in Variable::ALL {
        for first in PLACES {
            if first.0 == 0 && variable != Variable::Host {
                continue;
            }
            let (alone, expected) = with_one_variable(&folder, variable, &[first]);
            assert_eq!(alone.sources().source(variable), Some(&expected[0]), "{first:?}");
            for second in PLACES.iter().filter(|second| second.0 > first.0) {
                let (both, expected) = with_one_variable(&folder, variable, &[first, *second]);
                let place = format!("{variable} in {first:?} and {second:?}");
                assert_eq!(both.sources().source(variable), Some(&expected[0]), "{place}");
                let found: Vec<_> = both.found().iter().map(|found| found.source()).collect();
                assert_eq!(found, expected.iter().collect::<Vec<_>>(), "{place}");
                pairs += 1;
            }
        }
    }
    // Five ranks, three of which have two names; the first is for the host alone.
    assert_eq!(pairs, 5 * 13 + 12);
}

#[test]
fn one_variable_at_most_names_a_file() {
    let folder = Folder::new("two");
    let file = folder.file("credentials", complete_file());
    let path = file.to_str().unwrap();
    let variables = [("EXH_CREDENTIALS", path), ("EXH_PROFILE", "default"), ("HOME", "/nonexistent")];
    // An option that names a complete file does not resolve it.
    for options in [Options::default(), named(&file)] {
        let error = settings(options, &variables).configuration().unwrap_err();
        assert_eq!(error.problems(), [Problem::TwoFiles]);
    }
    let variables = [("EXH_CREDENTIALS", path), ("EXH_PROFILE", "")];
    assert!(settings(Options::default(), &variables).configuration().is_ok());
}

#[test]
fn values_of_several_places_are_mixed() {
    let folder = Folder::new("mixed");
    let file = folder.file("credentials", complete_file());
    let is_mixed = |options: &Options, variables: &[(&str, &str)]| {
        let configuration = settings(options.clone(), variables).configuration().unwrap();
        assert!(!format!("{configuration:?}").contains("s3cr3t"));
        configuration.sources().is_mixed()
    };
    let named = named(&file);
    assert!(!is_mixed(&named, &[]));
    assert!(!is_mixed(&named, &COMPLETE));
    assert!(!is_mixed(&Options::default(), &COMPLETE));
    let with_host = Options { host: Some("option.example.com".to_owned()), ..Options::default() };
    assert!(is_mixed(&with_host, &COMPLETE));
    let part = folder.file("part", "API_OAUTH_TOKEN=other\n");
    let options = Options { credentials_file: Some(part.clone()), ..Options::default() };
    assert!(is_mixed(&options, &COMPLETE));
    let path = file.to_str().unwrap();
    assert!(is_mixed(&options, &[("EXH_CREDENTIALS", path)]));
    // A program that writes a file reads only that file.
    let options = Options { single_file: true, ..options };
    let error = settings(options, &[("EXH_CREDENTIALS", path)]).configuration().unwrap_err();
    let [Problem::Missing { variables, files, .. }] = error.problems() else {
        panic!("{error:?}");
    };
    assert_eq!((variables.len(), files.len()), (4, 1));
}

/// The value of a line, as an identifier shows it.
#[test]
fn values_are_read_as_people_write_them() {
    let folder = Folder::new("lines");
    for (line, expected) in [
        ("API_OAUTH_TOKEN=a", Ok("a")),
        ("export API_OAUTH_TOKEN=a", Ok("a")),
        ("  export\tAPI_OAUTH_TOKEN = a \t", Ok("a")),
        ("API_OAUTH_TOKEN = a", Ok("a")),
        ("API_OAUTH_TOKEN='a'", Ok("a")),
        ("API_OAUTH_TOKEN = \"a\" ", Ok("a")),
        ("export API_OAUTH_TOKEN=\"a b=c\" # mine", Ok("a b=c")),
        ("API_OAUTH_TOKEN='a\\$b`\"c #'", Ok("a\\$b`\"c #")),
        ("\u{feff}API_OAUTH_TOKEN=a\r", Ok("a")),
        ("\u{feff}export API_OAUTH_TOKEN='a'\r", Ok("a")),
        ("API_OAUTH_TOKEN=a=b==", Ok("a=b==")),
        ("API_OAUTH_TOKEN=a#b", Ok("a#b")),
        ("API_OAUTH_TOKEN=#a", Ok("#a")),
        ("API_OAUTH_TOKEN=a\\b$c`d\"e'f", Ok("a\\b$c`d\"e'f")),
        ("API_OAUTH_TOKEN=\"a\\\"b\"", Err(ValueError::Escape)),
        ("API_OAUTH_TOKEN=\"$HOME\"", Err(ValueError::Escape)),
        ("API_OAUTH_TOKEN=\"a`b`\"", Err(ValueError::Escape)),
        ("API_OAUTH_TOKEN=a # mine", Err(ValueError::Comment)),
        ("API_OAUTH_TOKEN=\"a", Err(ValueError::Quotes)),
        ("API_OAUTH_TOKEN='a'b", Err(ValueError::Quotes)),
        ("API_OAUTH_TOKEN='a'#b", Err(ValueError::Quotes)),
        ("API_OAUTH_TOKEN='", Err(ValueError::Quotes)),
        ("API_OAUTH_TOKEN=' a'", Err(ValueError::WhiteSpaceBefore)),
        ("API_OAUTH_TOKEN=''", Err(ValueError::Empty)),
        ("API_OAUTH_TOKEN=  ", Err(ValueError::Empty)),
        ("API_OAUTH_TOKEN='\"a\"'", Err(ValueError::Quotes)),
    ] {
        let path = folder.file("credentials", line);
        let found = settings(named(path), &[]);
        let error = found.token_identifier().map_err(|error| match error.problems() {
            [Problem::Value { variable: Variable::Token, fault, .. }] => *fault,
            other => panic!("{line}: {other:?}"),
        });
        assert_eq!(error, expected, "{line:?}");
    }
}

#[test]
fn names_that_are_nearly_right_are_reported_with_their_lines() {
    let folder = Folder::new("misspelled");
    let token = Variable::Token;
    for (name, meant) in [
        ("API_OAUTH_TOKEN_SECERT", Some(Variable::TokenSecret)),
        ("API_OAUTH_CONSUMER_SECERT", Some(Variable::ConsumerSecret)),
        ("api_oauth_consumer_key", Some(Variable::ConsumerKey)),
        ("OAUTH_TOKEN", Some(token)),
        ("token", Some(token)),
        ("API_TOKEN", Some(token)),
        ("API-OAUTH-TOKEN", Some(token)),
        ("tokenSecret", Some(Variable::TokenSecret)),
        ("API_OAUTH_CONSUMERSECRET", Some(Variable::ConsumerSecret)),
        ("CONSUMER_KEY", Some(Variable::ConsumerKey)),
        ("API_HOSTS", Some(Variable::Host)),
        ("host", Some(Variable::Host)),
        ("API_PORT", None),
        ("POST", None),
        ("GITHUB_TOKEN", None),
        ("SANDBOX_PASSWORD", None),
        ("s3cr3t", None),
        ("API_OAUTH_TOKEN", None),
    ] {
        assert_eq!(Variable::meant_by(name), meant, "{name}");
        let Some(meant) = meant else { continue };
        let path = folder.file("credentials", format!("# mine\nexport {name}=hidden\n"));
        let error = settings(named(&path), &[]).configuration().unwrap_err();
        let line = format!("{} line 2: {name} is not read; did you mean {meant}?", path.display());
        assert!(error.to_string().contains(&line), "{error}");
        assert!(!format!("{error:?}").contains("hidden"));
    }
    // It is not reported if nothing is missing.
    let path = folder.file("credentials", complete_file() + "api_host=x\n");
    let found = settings(named(&path), &[]);
    assert!(found.configuration().is_ok());
    assert_eq!(found.misspelled().len(), 1);
}

#[test]
fn secrets_with_equals_signs_are_whole() {
    let folder = Folder::new("equals");
    let text = complete_file().replace('\n', "\r\n");
    let file = folder.file("credentials", format!("\u{feff}# comment\r\n\r\nOTHER=x\r\n{text}"));
    let sign = |settings: Settings| {
        let request = exh_oauth1::Request::new("GET", "https://api.dev.example.com/").unwrap();
        settings.signer().unwrap().sign(&request, 1, "n").into_string()
    };
    assert_eq!(sign(settings(named(file), &[])), sign(settings(Options::default(), &COMPLETE)));
}

#[test]
fn all_missing_settings_are_reported_at_once_with_the_places_searched() {
    const ALL: &str =
        "API_HOST, API_OAUTH_CONSUMER_KEY, API_OAUTH_CONSUMER_SECRET, API_OAUTH_TOKEN, API_OAUTH_TOKEN_SECRET";
    let folder = Folder::new("missing");
    let file = folder.file("credentials", "API_HOST=dev.example.com\n");
    let path = file.to_str().unwrap();
    let usual = "/nonexistent/.exh/credentials (no such file)";
    for (options, variables, names, places) in [
        (Options::default(), vec![], ALL, " only: no file is named, and HOME is not set".to_owned()),
        (Options::default(), vec![("HOME", "/nonexistent")], ALL, format!(", {usual}")),
        (
            named(&file),
            [&COMPLETE[1..4], &[("HOME", "/nonexistent")]].concat(),
            "API_OAUTH_TOKEN_SECRET",
            format!(", {path}, {usual}"),
        ),
    ] {
        let found = settings(options, &variables);
        let error = found.configuration().unwrap_err();
        let are = if names == ALL { "are" } else { "is" };
        assert_eq!(error.to_string(), format!("{names} {are} missing\nlooked in the environment{places}"));
        let hint = error.hint();
        assert!(hint.contains("me --sandbox") && hint.contains("login") && hint.contains("Control Center"));
    }
    let found = settings(named(&file), &COMPLETE[1..4]);
    assert!(found.configuration_without_token().is_ok());
    assert!(found.signer_without_token().is_ok());
    assert!(found.signer().is_err());
}

#[test]
fn malformed_values_are_named_and_not_shown() {
    let quotes = "has quotes that are not closed or would be part of the value";
    for (value, fault) in [
        ("", "is empty"),
        (" hidden", "begins with white space"),
        ("hidden ", "ends with white space or a newline"),
        ("hidden\n", "ends with white space or a newline"),
        ("hidden\r", "ends with white space or a newline"),
        ("hidden\u{a0}", "ends with white space or a newline"),
        ("\"hidden\"", quotes),
        ("'hidden'", quotes),
        ("\u{feff}hidden", "holds a byte order mark"),
        ("hid\u{7}den", "holds a control character at byte 3"),
        ("<your token>", "is a placeholder, and not the value itself"),
        ("${hidden}", "is a placeholder, and not the value itself"),
        ("your-token", "is a placeholder, and not the value itself"),
        ("xxxxx", "is a placeholder, and not the value itself"),
        ("...", "is a placeholder, and not the value itself"),
    ] {
        for name in ["API_OAUTH_CONSUMER_SECRET", "API_HOST"] {
            let mut variables = COMPLETE.to_vec();
            variables.retain(|(other, _)| *other != name);
            variables.push((name, value));
            let found = settings(Options::default(), &variables);
            let error = found.configuration().unwrap_err();
            assert_eq!(error.to_string(), format!("{name} (from the environment) {fault}"));
            assert!(!format!("{error:?} {found:?}").contains("hid"));
        }
    }
    let error = settings(
        Options { host: Some("user:hidden@dev.example.com".to_owned()), ..Options::default() },
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
        name.starts_with("API_").then(|| OsString::from_vec(b"hid\xffden".to_vec()))
    })
    .configuration()
    .unwrap_err();
    assert_eq!(error.to_string().matches("is not UTF-8 text").count(), 5, "{error}");
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let folder = Folder::new("files");
    let complete = folder.file("complete", complete_file());
    let long = vec![b'\n'; (1 << 20) + 1];
    let mut cases = vec![
        (folder.0.join("none"), FileError::Missing),
        (folder.0.clone(), FileError::NotRegular),
        (folder.file("long", long), FileError::TooLarge(1 << 20)),
        (folder.file("line", "A=b\n\nhidden\n"), FileError::Line(3)),
        (folder.file("text", b"A=b\nhid\xffden=\n"), FileError::NotText(2)),
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
        // A file that an option names must be readable, even if all values come from elsewhere.
        let error = settings(named(&path), &COMPLETE).configuration().unwrap_err();
        let fault = expected;
        assert_eq!(error.problems(), [Problem::File { path: path.clone(), fault }]);
        assert!(!format!("{error} {error:?}").contains("hid"));
        let error = settings(named(&path), &COMPLETE[1..]).configuration().unwrap_err();
        assert_eq!(error.problems().len(), 2, "{error}");
        // A variable that names it counts only if the file is needed.
        let mut variables = COMPLETE.to_vec();
        variables.push(("EXH_CREDENTIALS", path.to_str().unwrap()));
        let found = |options| settings(options, &variables).configuration();
        assert!(found(Options::default()).is_err());
        assert!(found(named(&complete)).is_ok());
    }
    fs::create_dir(folder.0.join(".exh")).unwrap();
    folder.file(".exh/credentials", "hidden");
    let mut variables = COMPLETE.to_vec();
    variables.push(("HOME", folder.0.to_str().unwrap()));
    assert!(settings(Options::default(), &variables).configuration().is_ok());
}

#[test]
fn ca_certificates_are_read_from_a_file() {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----\n";
    const END: &str = "-----END CERTIFICATE-----\n";
    let folder = Folder::new("ca");
    let missing = folder.0.join("none");
    for (path, expected) in [
        (missing, CaFileError::File(FileError::Missing)),
        (folder.file("empty", ""), CaFileError::Empty),
        (folder.file("comment", "# none\n"), CaFileError::Empty),
        (folder.file("open", format!("#\n{BEGIN}MAA=\n")), CaFileError::Certificate(1)),
        (folder.file("code", format!("{BEGIN}*\n{END}")), CaFileError::Certificate(1)),
        (folder.file("other", format!("#\n#\n{BEGIN}MAA=\n{END}")), CaFileError::Certificate(1)),
    ] {
        let mut variables = COMPLETE.to_vec();
        variables.push(("SSL_CERT_FILE", path.to_str().unwrap()));
        let configuration = settings(Options::default(), &variables).configuration().unwrap();
        let error = Client::builder(configuration).build().unwrap_err();
        assert_eq!(error.problems(), [Problem::CaFile { path, is_of_variable: true, fault: expected }]);
    }
}
