//! `get --all` prints each item of a list as one line, and nothing else.
#![cfg(target_os = "linux")]

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    process::{Command, Stdio},
};

use crate::support::{
    list::{self, page, query, serve},
    program::{Home, finish},
    recorder::{self, Recorder},
};

fn home(api: &Recorder) -> Home {
    let url = api.url();
    let home = Home::with(&format!(
        "API_HOST={url}\nAPI_OAUTH_CONSUMER_KEY=a\nAPI_OAUTH_CONSUMER_SECRET=b\nAPI_OAUTH_TOKEN=c\nAPI_OAUTH_TOKEN_SECRET=d\n"
    ));
    let owner = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    fs::set_permissions(home.file(), owner).unwrap();
    home
}

/// A server that sends these responses in order.
fn responding(responses: Vec<String>) -> Recorder {
    let mut responses = responses.into_iter();
    Recorder::start(move |_| responses.next().expect("no further request"))
}

#[test]
fn memory_does_not_grow_with_the_count() {
    const COUNT: usize = 10_000;
    // 80 MB in all, more than twice the memory that the program may use.
    let item = |number: usize| format!("{{\"id\":{number}, \"text\":\"{}\"}}", "é".repeat(4_000));
    let server = serve(COUNT, 50, item);
    let home = home(&server);
    let program = home.command(&["get", "/users/v1/", "--rql", "sort(id)", "--all"]);
    let mut bounded = Command::new("sh");
    bounded
        .args(["-c", "ulimit -d 32768; exec \"$0\" \"$@\""])
        .arg(program.get_program())
        .args(program.get_args())
        .env_clear()
        .env("HOME", home.path())
        .stdout(Stdio::piped());
    let mut child = bounded.spawn().unwrap();
    let mut count = 0;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        assert_eq!(line.unwrap(), item(count));
        count += 1;
    }
    assert_eq!((child.wait().unwrap().code(), count), (Some(0), COUNT));
    assert_eq!(server.requests().len(), COUNT / 50);
}

#[test]
fn an_item_is_one_line_and_otherwise_unchanged() {
    let items =
        ["{\"id\":1.00,\"n\":1E400, \"id\":\"\\ud800\"}", "\"\\u001b[2J\u{9b}\u{202e}\"", "null", "[\r\n  1,\n\t2\n]"]
            .map(str::to_owned);
    let server = responding(vec![recorder::json(200, &page(Some(4), 0, 50, &items))]);
    let done = home(&server).run(&["get", "/x", "--all"], "");
    done.expect(0, &[]);
    // Only line breaks between values are removed.
    let expected = format!("{}\n{}\nnull\n[  1,\t2]\n", items[0], items[1]);
    assert_eq!((done.out.as_str(), done.errors.as_str()), (expected.as_str(), ""));
}

#[test]
fn the_query_is_that_of_the_command_line() {
    let server = serve(5, 50, |number| number.to_string());
    let arguments = ["get", "/x?limit(2)", "-q", "a=b c", "--rql", "eq(name,\"Doe, Zoë\")&limit(3,1)", "--all", "-v"];
    let done = home(&server).run(&arguments, "");
    done.expect(0, &["attempt 1: 200"]);
    assert_eq!(done.out, "1\n2\n3\n4\n");
    assert_eq!(done.errors.matches("attempt 1: 200").count(), 2, "{done:?}");
    let expected = "a=b%20c&eq(name,Doe%252C%2520Zo%25C3%25AB)&limit(3,";
    for (request, offset) in server.requests().iter().zip(["1)", "4)"]) {
        assert_eq!(query(request), format!("{expected}{offset}"));
    }
}

#[test]
fn only_items_are_printed() {
    let first = || recorder::json(200, &page(Some(9), 0, 2, &["1".into(), "2".into()]));
    let again = recorder::json(200, &page(Some(9), 0, 2, &["1".into(), "2".into()]));
    let rejected = recorder::json(403, "{\"code\":118,\"message\":\"no\"}");
    let moved = "HTTP/1.1 302 Found\r\nLocation: /y\r\nContent-Length: 2\r\n\r\n{}".to_owned();
    for (second, code, words) in [
        (rejected, 4, &["403 Forbidden from", "/x?limit(2,2): 118"][..]),
        (recorder::json(500, "[]"), 5, &["500 Internal Server Error from"]),
        (moved, 3, &["302 Found from", "which redirects to /y"]),
        (again, 1, &["with the page at offset 0 instead", "omit --all"]),
        (recorder::json(200, "{}"), 1, &["not a page of a list", "only lists have pages"]),
        (recorder::json(200, "{\"page\":"), 1, &["not JSON"]),
        (String::new(), 1, &["connection"]),
    ] {
        let server = responding(vec![first(), second]);
        let done = home(&server).run(&["get", "/x?limit(2)", "--all", "--retry", "0"], "");
        done.expect(code, words);
        assert_eq!(done.out, "1\n2\n");
    }
}

#[test]
fn a_file_is_replaced_when_all_items_are_there() {
    let server = serve(5, 2, |number| format!("{{\"id\":{number}}}"));
    let home_of_five = home(&server);
    let target = home_of_five.path().join("items");
    fs::write(&target, "old").unwrap();
    let done = home_of_five.run(&["get", "/x", "--all", "-o", "items"], "");
    done.expect(0, &[]);
    assert_eq!((done.out.as_str(), done.errors.as_str()), ("", ""));
    let expected = "{\"id\":0}\n{\"id\":1}\n{\"id\":2}\n{\"id\":3}\n{\"id\":4}\n";
    assert_eq!(fs::read_to_string(&target).unwrap(), expected);

    let first = recorder::json(200, &page(Some(3), 0, 2, &["1".into(), "2".into()]));
    let rejected = recorder::json(403, "{\"code\":118}");
    let server = responding(vec![first, rejected]);
    let home = home(&server);
    let target = home.path().join("items");
    fs::write(&target, "old").unwrap();
    let done = home.run(&["get", "/x", "--all", "-o", "items"], "");
    done.expect(4, &["403 Forbidden from"]);
    assert_eq!(fs::read_to_string(&target).unwrap(), "old");
    let names = fs::read_dir(home.path()).unwrap();
    assert_eq!(names.count(), 2, "only .exh and the file");
}

#[test]
fn a_closed_pipe_ends_the_list() {
    // A list without end; the reader ends it.
    let server = serve(usize::MAX, 50, |number| format!("\"{number:01000}\""));
    let home = home(&server);
    let mut command = home.command(&["get", "/x", "--all"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for number in 0..60 {
        assert_eq!(lines.next().unwrap().unwrap(), format!("\"{number:01000}\""));
    }
    drop(lines);
    let mut errors = String::new();
    child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
    assert_eq!((child.wait().unwrap().code(), errors.as_str()), (Some(0), ""));
}

#[test]
fn a_wrong_clock_is_told_once() {
    let now = std::time::SystemTime::now() + std::time::Duration::from_secs(3_600);
    let date = httpdate::fmt_http_date(now);
    let mut requests = 0;
    let server = Recorder::start(move |request| {
        requests += 1;
        let (limit, offset) = list::limit(query(request));
        let response = if requests == 1 {
            recorder::json(401, "{\"code\":108}")
        } else {
            recorder::json(200, &page(Some(6), offset, limit, &["1".into(), "2".into()]))
        };
        response.replacen("\r\n", &format!("\r\nDate: {date}\r\n"), 1)
    });
    let done = home(&server).run(&["get", "/x?limit(2)", "--all"], "");
    done.expect(0, &["behind the server's"]);
    assert_eq!(done.out.lines().count(), 6);
    assert_eq!(done.errors.lines().count(), 1, "{done:?}");
}

#[test]
fn a_full_disk_is_named() {
    let server = serve(5, 50, |number| number.to_string());
    let home = home(&server);
    let mut command = home.command(&["get", "/x", "--all"]);
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let output = command.stdout(full).output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(errors.contains("cannot write to standard output: No space left"), "{errors}");
    let command = home.command(&["get", "/x", "--all", "-o", "/dev/full"]);
    finish(command, "").expect(1, &["cannot write the response: No space left"]);
}
