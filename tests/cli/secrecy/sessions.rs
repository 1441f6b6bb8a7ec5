//! A session from login to logout, and what other users see of a running program and its child.

use std::{
    process::Stdio,
    sync::{Arc, Mutex, mpsc},
};

use exh_oauth1::sandbox::{Keys, Options, Sandbox};

use super::{commands::CALLS, *};

use crate::support::program::without_terminal;

#[test]
fn a_session_with_the_sandbox() {
    let lines = Arc::new(Mutex::new(String::new()));
    let mut options = Options::default();
    options.keys = Some(Keys {
        consumer_key: "key".into(),
        consumer_secret: CONSUMER_SECRET.into(),
        token: "token".into(),
        token_secret: TOKEN_SECRET.into(),
    });
    options.log = Some(Box::new({
        let lines = Arc::clone(&lines);
        move |line| lines.lock().unwrap().push_str(line)
    }));
    let sandbox = Sandbox::start(options).unwrap();
    let [account, other] = sandbox.accounts() else {
        panic!("{sandbox:?}");
    };
    let codes: Vec<_> = other.factors.iter().map(|factor| factor.code.as_str()).collect();
    // Six digits come up by chance, in numbers and ports.
    let secrets = Secrets::new(&[&account.password, &other.password, codes[1]]);
    let home = home(&without_token(&settings(&sandbox.base_url())));
    let login = ["login", "--email", &account.email, "--password-stdin", "-v"];
    let with_factor = ["login", "--email", &other.email, "--password-stdin", "-v"];
    let right = [&with_factor[..], &["--method", "recoveryCodes", "--code", codes[1]]].concat();
    let wrong = [&with_factor[..], &["--method", "totp", "--code", codes[1]]].concat();
    let mut made = Vec::new();
    for (arguments, input, code) in [
        (&login[..], &account.password, 0),
        (&["me", "-v"], &String::new(), 0),
        (&["get", "/auth/v2/oauth1/tokens", "-v"], &String::new(), 0),
        (&login, &PASSWORD.to_owned(), 4),
        (&with_factor, &other.password, 2),
        (&wrong, &other.password, 4),
        (&right, &other.password, 0),
        (&["profiles", "-v"], &String::new(), 0),
        (&["task", "--event", "event.json", "-v"], &String::new(), 0),
        (&["logout", "-v"], &String::new(), 0),
        (&["logout", "-v"], &String::new(), 2),
    ] {
        let done = home.run(arguments, input);
        let place = format!("{arguments:?}");
        secrets.check_run(&home, &place, &done, code);
        // The secrets that the file has by now.
        let text = home.text();
        let found = text.lines().find_map(|line| line.strip_prefix("API_OAUTH_TOKEN_SECRET="));
        made.extend(found.map(str::to_owned));
        for secret in &made {
            assert!(!done.out.contains(secret) && !done.errors.contains(secret), "{place}");
        }
    }
    assert!(made.len() > 5);
    // The error for wrong secrets does not show the right ones.
    let mut command = home.command(&["me", "-v"]);
    command.env("API_OAUTH_CONSUMER_SECRET", "wrong");
    command.env("API_OAUTH_TOKEN", "token").env("API_OAUTH_TOKEN_SECRET", "wrong");
    secrets.check_run(&home, "wrong secrets", &finish(command, ""), 4);
    let log = lines.lock().unwrap().clone();
    assert!(log.contains("POST /auth/v2/oauth1/tokens/mfa"));
    secrets.check("the sandbox's log", &log);
    for secret in &made {
        assert!(!log.contains(secret), "{log}");
    }
}

/// What other users of the machine see of the program while it waits for a response.
#[test]
fn what_others_see_of_a_running_program() {
    let login: &[&str] = &["login", "--email", "z", "--password-stdin"];
    // The code of a second factor may be given with the command, and holds once.
    let others = CALLS.iter().filter(|arguments| arguments[0] != "login");
    // These commands send nothing.
    let others = others.filter(|arguments| !arguments.contains(&"--local"));
    for &arguments in others.chain([&login]) {
        let (told, heard) = mpsc::channel::<u32>();
        let (tell, hear) = mpsc::channel();
        let mut id = None;
        let api = Recorder::start(move |_| {
            let id = *id.get_or_insert_with(|| heard.recv().unwrap());
            let read = |name: &str| fs::read(format!("/proc/{id}/{name}")).unwrap();
            let seen = [read("cmdline"), read("environ"), read("comm")].concat();
            let children = read(&format!("task/{id}/children"));
            // Later options are not checked.
            let _ = tell.send((seen, children));
            let body = r#"{"token":"new token","tokenSecret":"n3w token secret","page":{"total":1},"data":[{"id":"1","token":"token"}]}"#;
            json(200, body)
        });
        let all = settings(&api.url());
        let home = home(&match arguments[0] {
            "login" => without_token(&all),
            _ => all,
        });
        let mut child = without_terminal(home.command(arguments))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let _ = std::io::Write::write_all(&mut child.stdin.take().unwrap(), PASSWORD.as_bytes());
        told.send(child.id()).unwrap();
        let (seen, children) = hear.recv().unwrap();
        let seen = String::from_utf8_lossy(&seen).into_owned();
        assert!(seen.contains(arguments[0]) && seen.contains("HOME="), "{seen}");
        Secrets::new(&[]).check(&format!("/proc of {arguments:?}"), &seen);
        assert!(children.is_empty(), "{arguments:?}");
        child.wait().unwrap();
        assert_eq!(home.text().contains(NEW_SECRET), arguments[0] == "login");
    }
}

/// The only child process. It has the sandbox's credentials, and not the caller's.
#[test]
fn a_command_that_the_sandbox_runs() {
    let script = "env > variables
        echo \"$SANDBOX_PASSWORD\" | \"$0\" login --email \"$SANDBOX_EMAIL\" --password-stdin -v --profile one
        echo wrong | \"$0\" login --email \"$SANDBOX_EMAIL\" --password-stdin -v --profile one
        echo \"$SANDBOX_MFA_PASSWORD\" | \"$0\" login --email \"$SANDBOX_MFA_EMAIL\" --password-stdin -v --profile two \
            --method recoveryCodes --code \"$SANDBOX_RECOVERY_CODE\"
        \"$0\" me -v; API_OAUTH_TOKEN_SECRET=wrong \"$0\" me -v; API_OAUTH_CONSUMER_SECRET=wrong \"$0\" me -v
        \"$0\" get /auth/v2/oauth1/tokens --all -v; \"$0\" doctor --json; \"$0\" profiles -v
        unset API_OAUTH_TOKEN API_OAUTH_TOKEN_SECRET; \"$0\" logout -v --profile two";
    let home = home("");
    let program = env!("CARGO_BIN_EXE_exh-oauth1");
    let mut command = home.command(&["sandbox", "--", "/bin/sh", "-c", script, program]);
    let text = settings("localhost:1");
    command.envs(text.lines().filter_map(|line| line.split_once('=')));
    command.env("PATH", "/usr/bin:/bin");
    let done = finish(command, "");
    done.expect(0, &["POST /auth/v2/oauth1/tokens/mfa 200", "GET /users/v1/me 401 109", "the token is revoked"]);
    let path = home.path().join("variables");
    let variables = fs::read_to_string(&path).unwrap();
    fs::remove_file(path).unwrap();
    Secrets::new(&[]).check("the command's environment", &variables);
    // Six digits come up by chance.
    let made: Vec<_> = variables
        .lines()
        .filter_map(|line| line.split_once('='))
        .filter(|(name, _)| name.ends_with("SECRET") || name.ends_with("PASSWORD") || *name == "SANDBOX_RECOVERY_CODE")
        .map(|(_, value)| value)
        .collect();
    assert_eq!(made.len(), 5, "{variables}");
    let secrets = Secrets::new(&made);
    secrets.check("output", &done.out);
    secrets.check("errors", &done.errors);
}
