//! The first session of a new user without an account, against a sandbox in another process.
#![cfg(target_os = "linux")]

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{BufRead as _, BufReader, Read as _, Write as _},
    process::Stdio,
};

use rand::{TryRng as _, rngs::SysRng};
use serde_json::Value;

use crate::support::{
    program::{Home, finish},
    served::Served,
};

const USERS: usize = 10_000;
const MEBIBYTE: usize = 1024 * 1024;
const SIZE: usize = 100 * MEBIBYTE;

/// Runs a command that must succeed, and returns its output.
#[track_caller]
fn run(home: &Home, arguments: &[&str]) -> String {
    let done = home.run(arguments, "");
    done.expect(0, &[]);
    done.out
}

#[track_caller]
fn json(home: &Home, arguments: &[&str]) -> Value {
    serde_json::from_str(&run(home, arguments)).unwrap()
}

/// Logs in with a second factor, with the variables that the first terminal prints.
fn log_in(sandbox: &Served) -> Home {
    let home = Home::new();
    let value = |name: &str| {
        let mut variables = sandbox.variables.iter();
        let (_, value) = variables.find(|(other, _)| other == name).unwrap();
        value.as_str()
    };
    let mut login = home.command(&[
        "login",
        "--email",
        value("SANDBOX_MFA_EMAIL"),
        "--password-stdin",
        "--method",
        "totp",
        "--code",
        value("SANDBOX_MFA_CODE"),
    ]);
    for name in ["API_HOST", "API_OAUTH_CONSUMER_KEY", "API_OAUTH_CONSUMER_SECRET"] {
        login.env(name, value(name));
    }
    finish(login, value("SANDBOX_MFA_PASSWORD")).expect(0, &["logged in as casey.factor"]);
    home
}

#[test]
fn a_session_without_an_account() {
    let sandbox = Served::start(&["--users", &USERS.to_string()]);
    let home = log_in(&sandbox);

    let me = json(&home, &["me"]);
    assert_eq!(me["email"], "casey.factor@example.com");

    let rql = "eq(first_name,Zoë)&in(last_name,\"O'Neil\",Çelik)&sort(-email)&select(email)&limit(2)";
    let list = json(&home, &["get", "/users/v1/", "--rql", rql]);
    // One of eight first names, and two of eight last names.
    let total = list["page"]["total"].as_u64().unwrap() as usize;
    assert!((USERS / 32 - 1..=USERS / 32 + 1).contains(&total), "{total}");
    let emails: Vec<_> = list["data"].as_array().unwrap().iter().collect();
    assert!(emails.len() == 2 && emails[0]["email"].as_str() > emails[1]["email"].as_str());

    // Each of them once.
    let (all, most) = follow(&home, &[]);
    let (some, least) = follow(&home, &["--rql", "lt(id,5a0b1c2d3e4f5a6b7c8da1f7)"]);
    assert_eq!((all, some), (USERS, USERS / 10));
    println!("peak memory: {least} KiB for {some} users, {most} KiB for {all}");
    assert!(most < least + 1024, "{least} KiB, and {most} KiB");

    there_and_back(&home);

    let id = me["id"].as_str().unwrap();
    let path = format!("/users/v1/{id}");
    let changed = json(&home, &["put", &path, "-d", r#"{"language":"FR"}"#]);
    assert_eq!(changed["language"], "FR");
    assert_eq!(json(&home, &["me"])["language"], "FR");

    assert!(run(&home, &["doctor"]).contains("\nverdict: everything works\n"));

    home.run(&["logout"], "").expect(0, &["the token is revoked"]);
    assert!(!home.text().contains("API_OAUTH_TOKEN"));
    home.run(&["me"], "").expect(2, &["API_OAUTH_TOKEN, API_OAUTH_TOKEN_SECRET are missing"]);
}

/// Follows a list to its end. Returns the number of users and the peak of memory in KiB.
fn follow(home: &Home, more: &[&str]) -> (usize, usize) {
    let mut command = home.command(&["get", "/users/v1/", "--all"]);
    let mut child = command.args(more).stdout(Stdio::piped()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let (mut ids, mut peak) = (BTreeSet::new(), 0);
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let user: Value = serde_json::from_str(&line.unwrap()).unwrap();
        assert!(ids.insert(user["id"].as_str().unwrap().to_owned()));
        // The file disappears when the process ends, which may be before the last lines are read here.
        let status = fs::read_to_string(&status).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        if let Some(size) = line {
            peak = size.trim().trim_end_matches(" kB").parse().unwrap();
        }
    }
    assert_eq!(child.wait().unwrap().code(), Some(0));
    (ids.len(), peak)
}

/// A large file is uploaded, and downloaded unchanged.
fn there_and_back(home: &Home) {
    let path = home.path().join("scan.dcm");
    let mut file = File::create(&path).unwrap();
    let mut piece = vec![0; MEBIBYTE];
    for _ in 0..SIZE / MEBIBYTE {
        SysRng.try_fill_bytes(&mut piece).unwrap();
        file.write_all(&piece).unwrap();
    }
    let arguments = ["-F", "name=scan.dcm", "-F", "file=@scan.dcm"];
    let details = json(home, &[&["post", "/files/v1/"], &arguments[..]].concat());
    assert_eq!(details["size"], SIZE);
    let token = details["tokens"][0]["token"].as_str().unwrap();
    let target = format!("/files/v1/{token}/file");
    assert_eq!(run(home, &["get", &target, "-o", "copy.dcm"]), "");
    let mut files = [path, home.path().join("copy.dcm")].map(|path| File::open(path).unwrap());
    let mut other = vec![0; MEBIBYTE];
    for _ in 0..SIZE / MEBIBYTE {
        files[0].read_exact(&mut piece).unwrap();
        files[1].read_exact(&mut other).unwrap();
        assert!(piece == other);
    }
    assert!(files.iter_mut().all(|file| file.read(&mut piece).unwrap() == 0));
}
