//! Files that cannot be replaced, and properties that a replaced file keeps.

use super::*;

#[test]
fn a_file_that_may_not_grow() {
    for replaced in [login(), download()] {
        let limit = ["sh", "-c", "ulimit -f 1; exec \"$0\" \"$@\""].map(str::to_owned);
        let output = replaced.run(&limit);
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(text.contains("File too large"), "{text}");
        assert!(!replaced.check("limit"));
        replaced.check_alone("limit");
    }
}

/// A small file system in memory, if the system allows it.
#[test]
fn a_disk_that_is_full() {
    let script =
        "mount -t tmpfs -o size=$2k none .exh || exit 0; cp before .exh/$1 && chmod 600 .exh/$1 && shift 2 && {
        \"$@\"; echo \"code $?\"; ls -A .exh; cat .exh/*; }";
    for (replaced, size, requests) in [(login(), "4", 0), (download(), "64", 1)] {
        fs::write(replaced.home.path().join("before"), &replaced.before).unwrap();
        let unshare = ["unshare", "-rm", "sh", "-c", script, "sh", replaced.name, size];
        let output = replaced.run(&unshare.map(str::to_owned));
        let (out, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        if !out.starts_with("code ") {
            skip("a full disk, which needs the right to mount one");
            return;
        }
        assert_eq!(out, format!("code 1\n{}\n{}", replaced.name, replaced.before), "{errors}");
        assert!(errors.contains("No space left on device"), "{errors}");
        assert_eq!(replaced.api.requests().len(), requests);
    }
}

/// A container may mount a single file.
#[test]
fn a_file_that_is_mounted_by_itself() {
    let script = "mount --bind .exh/$1 .exh/$1 || exit 0; shift; \"$@\"; echo \"code $?\"";
    for replaced in [login(), download()] {
        let unshare = ["unshare", "-rm", "sh", "-c", script, "sh", replaced.name];
        let output = replaced.run(&unshare.map(str::to_owned));
        let (out, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        if out.is_empty() {
            skip("a mounted file, which needs the right to mount one");
            return;
        }
        assert_eq!(out, "code 1\n", "{errors}");
        assert!(errors.contains("mount its folder instead"), "{errors}");
        assert!(!replaced.check("mounted"));
        assert!(replaced.api.requests().is_empty());
        replaced.check_alone("mounted");
    }
}

#[test]
fn a_response_keeps_links_and_rights() {
    let replaced = download();
    for (mode, exists) in [(0o640, true), (0o604, true), (0o600, false)] {
        replaced.reset();
        let target = replaced.home.path().join("target");
        if exists {
            fs::rename(replaced.path(), &target).unwrap();
            fs::set_permissions(&target, fs::Permissions::from_mode(mode)).unwrap();
        } else {
            fs::remove_file(replaced.path()).unwrap();
            fs::remove_file(&target).unwrap();
        }
        std::os::unix::fs::symlink("../target", replaced.path()).unwrap();
        assert!(replaced.run(&[]).status.success());
        assert!(fs::symlink_metadata(replaced.path()).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&target).unwrap(), replaced.after);
        if exists {
            let found = fs::metadata(&target).unwrap().permissions().mode() & 0o777;
            assert_eq!(found, mode);
        }
        replaced.check_alone("link");
    }
}

/// Each login writes lines that belong together.
#[test]
fn logins_at_the_same_time() {
    let mut count = 0;
    let api = Recorder::start(move |_| {
        count += 1;
        let body = format!(r#"{{"id":"1","token":"token {count}","tokenSecret":"secret {count}"}}"#);
        json(200, &body)
    });
    let before = settings(&api);
    let replaced = Replaced {
        home: Home::with(&before),
        name: "credentials",
        after: String::new(),
        before: before.clone(),
        arguments: LOGIN.to_vec(),
        api,
    };
    let children: Vec<_> = (0..16).map(|_| replaced.start(&[])).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    let text = replaced.home.text();
    let (_, count) = text.trim_end().rsplit_once(' ').unwrap();
    let token = format!("API_OAUTH_TOKEN=token {count}\nAPI_OAUTH_TOKEN_SECRET=secret {count}\n");
    assert_eq!(text, before + &token);
    replaced.check_alone("at the same time");
}
