//! Profiles, their permissions, and `logout`.

use super::*;

use crate::support::recorder::{Recorder, json};

#[test]
fn each_profile_has_its_own_file_and_is_listed_without_secrets() {
    let (sandbox, settings) = sandbox();
    let account = &sandbox.accounts()[0];
    let home = Home::new();
    for profile in ["staging", "default"] {
        log_in_with(&home, account, &["--profile", profile], &settings).expect(0, &[]);
    }
    assert_eq!(home.names(), ["credentials", "profiles"]);
    assert_eq!(mode(&home.folder().join("profiles")), 0o700);
    let staging = home.folder().join("profiles/staging");
    assert_ne!(fs::read_to_string(&staging).unwrap(), home.text());
    home.run(&["me", "--profile", "staging"], "").expect(0, &[]);
    let mut command = home.command(&["profiles"]);
    command.env("EXH_PROFILE", "staging");
    fs::set_permissions(&staging, fs::Permissions::from_mode(0o640)).unwrap();
    let done = finish(command, "");
    done.expect(0, &["profiles/staging has secrets and is open to others (mode 0640)"]);
    let [(_, url), (_, key), (_, secret), ..] = sandbox.variables();
    let rows: Vec<Vec<_>> = done.out.lines().map(|line| line.split_whitespace().collect()).collect();
    let shown = format!("{}…", &key[..4]);
    let (file, staging) = (home.file(), staging);
    assert_eq!(rows[0], ["profile", "url", "key", "token", "mode", "file"]);
    assert_eq!(rows[1], ["default", &url, &shown, "yes", "0600", file.to_str().unwrap()]);
    let staging = staging.to_str().unwrap();
    assert_eq!(rows[2], ["*", "staging", &url, &shown, "yes", "0640", staging]);
    assert_eq!(rows.len(), 3);
    assert!(!done.out.contains(&key[..5]) && !done.out.contains(&secret));

    fs::write(staging, "API_HOST=a b\nAPI_OAUTH_CONSUMER_KEY=k\n").unwrap();
    let done = home.run(&["profiles", "--json"], "");
    done.expect(0, &[]);
    let rows: serde_json::Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(rows[0]["isUsed"], true);
    assert_eq!(rows[1]["consumerKey"], "…");
    assert_eq!(rows[1]["hasToken"], false);
    assert!(rows[1]["fault"].as_str().unwrap().contains("API_HOST"));
}

#[test]
fn logout_revokes_the_token_and_keeps_the_rest() {
    let (sandbox, settings) = sandbox();
    let home = Home::with(&format!("# mine\n{settings}X=1\n"));
    let account = &sandbox.accounts()[0];
    log_in(&home, account, &[]).expect(0, &[]);
    let logged_in = home.text();
    let done = home.run(&["logout"], "");
    done.expect(0, &["the token is revoked, and removed from"]);
    assert_eq!(done.out, "");
    assert_eq!(home.text(), format!("# mine\n{settings}X=1\n"));
    assert_eq!(mode(&home.file()), 0o600);
    home.run(&["logout"], "").expect(2, &["has no token"]);
    // The API does not know the token of the old file any more.
    fs::write(home.file(), &logged_in).unwrap();
    home.run(&["me"], "").expect(4, &["108"]);
    home.run(&["logout"], "").expect(4, &["108", "is unchanged", "logout --local"]);
    assert_eq!(home.text(), logged_in);
    home.run(&["logout", "--local"], "").expect(0, &["still valid for anyone who has a copy"]);
    assert_eq!(home.text(), format!("# mine\n{settings}X=1\n"));
}

#[test]
fn logout_keeps_the_file_if_the_token_is_not_revoked() {
    let refusing = Recorder::start(|_| json(403, r#"{"code":10,"tokenSecret":"hidden"}"#));
    let silent = Recorder::start(|_| String::new());
    let other = r#"{"page":{"total":1},"data":[{"id":"1","token":"other","tokenSecret":"hidden"}]}"#;
    let listing = Recorder::start(move |_| json(200, other));
    for (api, code, words) in
        [(&refusing, 4, "lacks the permission"), (&silent, 1, "closed"), (&listing, 1, "does not list the token")]
    {
        let text = format!("{}API_OAUTH_TOKEN=t\nAPI_OAUTH_TOKEN_SECRET=s\n", application(&api.url()));
        let home = Home::with(&text);
        let done = home.run(&["logout", "--retry", "0"], "");
        done.expect(code, &[words, "is unchanged", "logout --local"]);
        assert_eq!(done.out, "");
        assert!(!done.errors.contains("hidden"), "{done:?}");
        assert_eq!(home.text(), text);
        assert_eq!(home.names(), ["credentials"]);
        let mut command = home.command(&["logout"]);
        command.env("API_OAUTH_TOKEN", "exported");
        finish(command, "").expect(2, &["API_OAUTH_TOKEN is in the environment", "unset"]);
    }
    assert!(listing.requests().iter().all(|request| request.starts_with("GET")));
    Home::new().run(&["logout"], "").expect(2, &["no such file"]);
}

#[test]
fn every_command_warns_of_a_file_that_is_open_to_others() {
    let text = format!("{}API_OAUTH_TOKEN=t\nAPI_OAUTH_TOKEN_SECRET=s\n", application("localhost:1"));
    let home = Home::with(&text);
    for (mode, is_told) in [
        (0o600, false),
        (0o604, true),
        (0o660, true),
        (0o640, true),
        // As Kubernetes mounts a secret for a user that does not own it.
        (0o440, false),
        (0o444, true),
    ] {
        fs::set_permissions(home.file(), fs::Permissions::from_mode(mode)).unwrap();
        for arguments in [
            &["sign", "GET", "https://example.com/"][..],
            &["get", "/x", "--dry-run"],
            &["explain", "GET", "https://example.com/"],
        ] {
            let done = home.run(arguments, "");
            done.expect(0, &[]);
            let words = format!("has secrets and is open to others (mode {mode:04o}): chmod 600");
            assert_eq!(done.errors.matches(&words).count(), usize::from(is_told), "{done:?}");
        }
    }
}
