//! Credentials files and folders that another user owns or can replace.

use std::{
    os::unix::{
        fs::{MetadataExt as _, chown, lchown, symlink},
        process::CommandExt as _,
    },
    path::PathBuf,
};

use super::*;
use crate::support::{
    recorder::{Recorder, json},
    skip,
};

const ROOT: u32 = 0;
const USER: u32 = 12_345;
const OTHER: u32 = 12_346;

/// Where a credentials file is, who runs the program, and what must be said about it.
struct Row {
    name: &'static str,
    user: u32,
    /// Owner and mode, and whether it exists.
    file: (u32, u32, bool),
    folder: (u32, u32),
    /// The folder around that folder.
    outer: (u32, u32),
    /// The owner of a symbolic link in `outer` that leads to the file. The link is the path that is named.
    link: Option<u32>,
    words: Option<&'static str>,
}

const RIGHT: Row = Row {
    name: "own file in an own folder",
    user: USER,
    file: (USER, 0o600, true),
    folder: (USER, 0o700),
    outer: (ROOT, 0o755),
    link: None,
    words: None,
};

const ROWS: &[Row] = &[
    RIGHT,
    Row { name: "no file yet", file: (USER, 0o600, false), ..RIGHT },
    Row { name: "the group with the user's own number", folder: (USER, 0o770), ..RIGHT },
    Row { name: "own file in a sticky folder of root", folder: (ROOT, 0o1777), ..RIGHT },
    Row { name: "own link in a sticky folder", outer: (ROOT, 0o1777), link: Some(USER), ..RIGHT },
    Row { name: "root, with its own file", user: ROOT, file: (ROOT, 0o600, true), folder: (ROOT, 0o755), ..RIGHT },
    Row {
        name: "a folder that everybody can write to",
        folder: (USER, 0o777),
        words: Some("can be replaced by others, who can write to the folder"),
        ..RIGHT
    },
    Row {
        name: "a folder that another group can write to",
        folder: (ROOT, 0o775),
        words: Some("(mode 0775)"),
        ..RIGHT
    },
    Row {
        name: "a folder around the folder that everybody can write to",
        outer: (ROOT, 0o777),
        words: Some("(mode 0777)"),
        ..RIGHT
    },
    Row {
        name: "another user's folder",
        folder: (OTHER, 0o755),
        words: Some("can be replaced by another user (uid 12346), who owns the folder"),
        ..RIGHT
    },
    Row { name: "another user's sticky folder", folder: (OTHER, 0o1777), words: Some("who owns the folder"), ..RIGHT },
    Row {
        name: "a folder in another user's folder",
        outer: (OTHER, 0o755),
        words: Some("who owns the folder"),
        ..RIGHT
    },
    Row {
        name: "a file that everybody can write to",
        file: (USER, 0o666, true),
        words: Some("can be changed by others (mode 0666)"),
        ..RIGHT
    },
    Row {
        name: "another user's file",
        file: (OTHER, 0o644, true),
        words: Some("belongs to another user (uid 12346)"),
        ..RIGHT
    },
    Row {
        name: "another user's file in a sticky folder",
        file: (OTHER, 0o644, true),
        folder: (ROOT, 0o1777),
        words: Some("can be replaced by others, who can write to the folder"),
        ..RIGHT
    },
    Row {
        name: "another user's link in a sticky folder",
        outer: (ROOT, 0o1777),
        link: Some(OTHER),
        words: Some("can be replaced by others, who can write to the folder"),
        ..RIGHT
    },
    Row {
        name: "root, with a file that a user created first",
        user: ROOT,
        file: (USER, 0o600, true),
        folder: (ROOT, 0o1777),
        words: Some("can be replaced by others, who can write to the folder"),
        ..RIGHT
    },
];

fn is_root() -> bool {
    let is_root = rustix::process::geteuid().is_root();
    if !is_root {
        skip("files of other users, which need the right to create them");
    }
    is_root
}

/// Creates the folders and the file, and returns the path that is named.
fn prepare(home: &Home, row: &Row, text: &str) -> PathBuf {
    let outer = home.path().join("outer");
    let folder = outer.join("folder");
    let file = folder.join("credentials");
    fs::create_dir_all(&folder).unwrap();
    let (owner, file_mode, exists) = row.file;
    if exists {
        fs::write(&file, text).unwrap();
    }
    let named = match row.link {
        None => file.clone(),
        Some(owner) => {
            let link = outer.join("link");
            symlink("folder/credentials", &link).unwrap();
            lchown(&link, Some(owner), Some(owner)).unwrap();
            link
        }
    };
    let files = [(&file, (owner, file_mode)), (&folder, row.folder), (&outer, row.outer)];
    for (path, (owner, mode)) in files.into_iter().filter(|(path, _)| path.exists()) {
        chown(path, Some(owner), Some(owner)).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o755)).unwrap();
    named
}

#[test]
fn files_that_other_users_own_or_can_replace_are_rejected_or_reported() {
    if !is_root() {
        return;
    }
    for row in ROWS {
        let api = Recorder::start(|_| json(200, TOKEN));
        let application = application(&api.url());
        let text = format!("{application}API_OAUTH_TOKEN=t\nAPI_OAUTH_TOKEN_SECRET=u\n");
        let home = Home::new();
        let path = prepare(&home, row, &text);
        let before = fs::read(&path).ok();
        let run = |arguments: &[&str]| {
            let mut command = home.command(arguments);
            command.arg("--credentials").arg(&path).uid(row.user).gid(row.user);
            command.envs(application.lines().filter_map(|line| line.split_once('=')));
            finish(command, PASSWORD)
        };
        for arguments in [&LOGIN[..], &["logout", "--local"]] {
            let (name, done) = (row.name, run(arguments));
            if let Some(words) = row.words {
                assert_eq!(done.code, Some(2), "{name}: {done:?}");
                assert!(done.errors.contains(words), "{name}: {done:?}");
                assert_eq!(fs::read(&path).ok(), before, "{name}");
            } else {
                assert_eq!(done.code, Some(0), "{name}: {done:?}");
                let metadata = fs::metadata(&path).unwrap();
                assert_eq!((metadata.uid(), mode(&path)), (row.user, 0o600), "{name}");
            }
        }
        assert_eq!(api.requests().is_empty(), row.words.is_some(), "{}", row.name);
        if row.words.is_none() || !row.file.2 {
            fs::write(&path, &text).unwrap();
        }
        let sign = run(&["sign", "GET", "https://example.com/"]);
        let doctor = run(&["doctor", "--json", "--timeout", "5"]);
        let report: serde_json::Value = serde_json::from_str(&doctor.out).unwrap();
        let checks = report["checks"].as_array().unwrap();
        let check = checks.iter().find(|check| check["id"] == "file-mode").unwrap();
        match row.words {
            Some(words) => {
                assert!(sign.errors.contains("warning: "), "{}: {sign:?}", row.name);
                assert!(sign.errors.contains(words), "{}: {sign:?}", row.name);
                assert_eq!(check["status"], "failed", "{}: {check}", row.name);
                assert!(check["detail"].as_str().unwrap().contains(words), "{check}");
            }
            None => {
                assert_eq!((sign.code, sign.errors.as_str()), (Some(0), ""), "{}", row.name);
                assert_eq!(check["status"], "ok", "{}: {check}", row.name);
            }
        }
    }
}

#[test]
fn a_home_that_everybody_can_write_to_is_rejected_before_anything_is_created() {
    let home = Home::new();
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let done = home.run(&LOGIN, PASSWORD);
    done.expect(2, &["can be replaced by others", "chmod go-w"]);
    assert!(!home.folder().exists());
}

#[test]
fn a_response_that_replaces_another_users_file_belongs_to_the_process() {
    if !is_root() {
        return;
    }
    let api = Recorder::start(|_| json(200, "[]"));
    let home = Home::new();
    let file = home.path().join("file");
    fs::write(&file, "old").unwrap();
    chown(&file, Some(USER), Some(USER)).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).unwrap();
    let mut command = home.command(&["get", "/x", "-o", "file"]);
    let text = format!("{}API_OAUTH_TOKEN=t\nAPI_OAUTH_TOKEN_SECRET=u\n", application(&api.url()));
    command.envs(text.lines().filter_map(|line| line.split_once('=')));
    finish(command, "").expect(0, &[]);
    let metadata = fs::metadata(&file).unwrap();
    assert_eq!((metadata.uid(), metadata.gid()), (ROOT, ROOT));
    assert_eq!(mode(&file) & 0o022, 0);
    assert_eq!(fs::read_to_string(&file).unwrap(), "[]");
}
