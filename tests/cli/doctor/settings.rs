//! Variables and files.

use super::*;

#[test]
fn no_variables() {
    let report = Run::bare().report();
    report.fails("host", 2, &["API_HOST is missing", "credentials.txt"]);
    let missing = ["host", "consumer-key", "consumer-secret", "token", "token-secret"];
    assert_eq!(report.with_status("failed"), missing);
    assert!(report.with_status("not_tried").ends_with(NETWORK));
}

#[test]
fn http_to_another_machine() {
    let host = "http://api.example.invalid";
    let report = Run::with(host).report();
    report.fails("base-url", 2, &["http://", "--allow-http"]);
    assert!(report.with_status("not_tried").ends_with(NETWORK));
    let report = Run::with(host).arg("--allow-http").report();
    assert_eq!(report.check("base-url")["status"], "warning");
    report.fails("dns", 1, &[]);
}

#[cfg(unix)]
#[test]
fn a_file_that_others_may_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let (sandbox, _) = sandbox();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("credentials.txt");
    let lines: Vec<_> = sandbox.variables().iter().map(|(name, value)| format!("{name}={value}\n")).collect();
    fs::write(&path, lines.concat()).unwrap();
    let mode = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    let run = || Run::bare().env("EXH_CREDENTIALS", &path);
    mode(0o644);
    let report = run().report();
    assert_eq!(report.with_status("warning"), ["file-mode"]);
    assert_eq!(report.check("file-mode")["mode"], "0644");
    let next = report.report["next_step"].as_str().unwrap();
    assert_eq!(next, format!("chmod 600 {}", path.display()));
    mode(0o600);
    assert_eq!(run().report().report["verdict"], "works");
    // A named file takes precedence.
    let with_host = || run().env("API_HOST", sandbox.base_url());
    let report = with_host().report();
    assert_eq!(report.report["verdict"], "works");
    let host = report.check("host")["detail"].as_str().unwrap();
    let place = format!("from {} line 1, ", path.display());
    assert!(host.starts_with(&place), "{host}");
    assert!(host.ends_with("not used: the one from the environment"), "{host}");
    fs::write(&path, lines[1..].concat()).unwrap();
    let report = with_host().report();
    assert_eq!(report.with_status("warning"), ["sources"]);
}

#[test]
fn stray_characters() {
    let (sandbox, _) = sandbox();
    let secret = format!("{}\r\n", SECRETS[0]);
    let run = || Run::with(&sandbox.base_url());
    let report = run().env("API_OAUTH_CONSUMER_SECRET", secret).report();
    report.fails("consumer-secret", 2, &["ends with white space", "20 characters", "line feeds: 1", "echo"]);
    assert_eq!(report.check("consumer-secret")["stray"], "line feeds: 1, carriage returns: 1");
    // Characters that may belong to the value are a warning.
    let secret = format!("{}'s", SECRETS[0]);
    let report = run().env("API_OAUTH_CONSUMER_SECRET", secret).report();
    assert_eq!(report.with_status("warning"), ["consumer-secret"]);
}

#[test]
fn unread_variables() {
    let run = Run::bare().env("API_OAUTH_CONSUMERSECRET", SECRETS[0]);
    let report = run.env("api_host", "x").env("PATH", "/bin").report();
    let names = &report.check("similar-names")["names"];
    assert_eq!(*names, json!(["API_OAUTH_CONSUMERSECRET", "api_host"]));
}

#[test]
fn files_that_cannot_be_used() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    let report = Run::bare().arg("--credentials").arg(&missing).report();
    report.fails("credentials-file", 2, &["no such file"]);
    let (sandbox, _) = sandbox();
    let run = || Run::with(&sandbox.base_url());
    let report = run().env("SSL_CERT_FILE", &missing).report();
    report.fails("ca-certificates", 2, &["no such file"]);
    // The file is not named, and no value of it is needed.
    let home = folder.path().join("home");
    fs::create_dir_all(home.join(".exh")).unwrap();
    fs::write(home.join(".exh/credentials"), SECRETS[1]).unwrap();
    let report = run().env("HOME", &home).report();
    assert_eq!(report.with_status("warning"), ["credentials-file"]);
}

#[test]
fn lines_that_are_not_read_or_that_other_tools_misread() {
    let (sandbox, _) = sandbox();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.env");
    let mut text = format!("OAUTH_TOKEN={}\n", SECRETS[0]);
    for (name, value) in sandbox.variables() {
        text += &format!("export {name}='{value}'\n");
    }
    fs::write(&path, text).unwrap();
    #[cfg(unix)]
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let report = Run::bare().arg("--credentials").arg(&path).report();
    assert_eq!(report.with_status("warning"), ["other-tools", "similar-names"]);
    assert_eq!(report.report["exit_code"], 0);
    let detail = |id| report.check(id)["detail"].as_str().unwrap();
    let path = path.display();
    let line = format!("{path} line 1: OAUTH_TOKEN is not read; did you mean API_OAUTH_TOKEN?");
    assert_eq!(detail("similar-names"), line);
    let line = format!("API_OAUTH_TOKEN_SECRET in {path} line 6");
    assert!(detail("other-tools").contains(&line), "{}", detail("other-tools"));
}
