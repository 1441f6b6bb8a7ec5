//! Tasks against a small emulator of Lambda's runtime API: events, results, errors and the log.
//!
//! The tasks run in separate processes: this program again, with `TASK` naming a handler of [`program`].

use std::{
    env,
    process::{self, Command, ExitCode},
    thread,
    time::Duration,
};

use exh_oauth1::{
    client::{Client, Configuration},
    task::{Context, Error, Event, Runner, Value, json},
};

use crate::support::{
    canned::{Behavior, Server},
    runtime::{Emulator, Next, Post},
};

const TOKEN_SECRET: &str = "token secret & more";

/// The tasks; does nothing unless it is started as one.
#[test]
fn program() {
    let Ok(name) = env::var("TASK") else {
        return;
    };
    // Tasks without calls need no credentials.
    let free = || Runner::new().without_client();
    let code = match name.as_str() {
        "echo" => free().run(|event: Value, _: &Context<()>| Ok(event)),
        "typed" => free().run(|event: Event<u8>, _: &Context<()>| Ok(event.data)),
        "context" => free().run(|_: Event, context: &Context<()>| {
            Ok(json!({
                "id": context.request_id(),
                "arn": context.invoked_function_arn(),
                "trace": context.trace_id(),
                "left": context.remaining().map(|left| left.as_secs()),
            }))
        }),
        "count" => free().run_with(
            || Ok(0),
            |count: &mut u32, _: Event, _: &Context<()>| {
                *count += 1;
                Ok(*count)
            },
        ),
        "unprepared" => free().run_with(
            || Err(Error::new("NO_MODEL", "there is no model")),
            |(): &mut (), _: Event, _: &Context<()>| Ok(()),
        ),
        "fail" => free().run(|_: Event, _: &Context<()>| -> Result<(), Error> {
            let secret = env::var("API_OAUTH_TOKEN_SECRET").unwrap_or_default();
            Err(Error::new("PATIENT UNKNOWN\r\n", format!("secret={secret}")))
        }),
        "panic" => free().run(|event: Event, _: &Context<()>| {
            assert!(event.data["right"] == true, "the data is not right");
            Ok(())
        }),
        "panic elsewhere" => free().run(|_: Event, _: &Context<()>| {
            let thread = thread::spawn(|| panic!("in a thread"));
            Ok(thread.join().is_err())
        }),
        "panic early" => free().run_with(
            || -> Result<(), Error> { panic!("before any event") },
            |(): &mut (), _: Event, _: &Context<()>| Ok(()),
        ),
        "print" => free().run(|_: Event, _: &Context<()>| {
            println!("{}", "0123456789abcdef".repeat(65_536));
            Ok("printed")
        }),
        "large" => free().run(|event: Event<usize>, _: &Context<()>| Ok("0".repeat(event.data))),
        "log" => free().run(|event: Event, _: &Context<()>| {
            log::debug!("a detail");
            log::warn!("first line\nsecond line");
            ureq_line();
            let thread = thread::spawn(|| panic!("in a thread"));
            assert!(thread.join().is_err());
            if event.data == "panic" {
                panic!("at the end");
            }
            Err::<(), _>(Error::new("NAMED", "failed"))
        }),
        "no json" => free().run(|_: Event, _: &Context<()>| Ok(std::collections::BTreeMap::from([((1, 2), 3)]))),
        "call" => Runner::new()
            .client(|| {
                let builder = Client::builder(Configuration::from_env()?);
                Ok(builder.timeout(Duration::from_secs(3600)).build()?)
            })
            .run(|_: Event, context: &Context| Ok(context.client().me()?)),
        other => panic!("there is no task {other}"),
    };
    process::exit(i32::from(code != ExitCode::SUCCESS));
}

/// A line of a library that may show headers.
fn ureq_line() {
    log::error!(target: "ureq::run", "Authorization: OAuth …");
}

fn task(name: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "runtime::program", "--nocapture"]).env_clear().env("TASK", name);
    command
}

/// Runs a task for events; the runtime then ends it with a status of 500, which is exit code 1.
fn run(name: &str, nexts: Vec<Next>) -> (String, Vec<Post>) {
    let (code, log, posts) = Emulator::start(nexts, Vec::new()).run(&mut task(name));
    assert_eq!(code, 1, "{log}");
    (log, posts)
}

#[track_caller]
fn assert_paths(posts: &[Post], paths: &[&str]) {
    let found: Vec<_> = posts.iter().map(|post| post.path.as_str()).collect();
    assert_eq!(found, paths);
}

#[test]
fn each_result_is_sent_under_the_events_identifier() {
    let (log, posts) = run("echo", vec![Next::event("[1]"), Next::event("{\"a\":\"ü\"}")]);
    assert_paths(&posts, &["/invocation/event-0/response", "/invocation/event-1/response"]);
    assert_eq!(posts[0].body, b"[1]");
    assert_eq!(posts[1].body, "{\"a\":\"ü\"}".as_bytes());
    // The log says why it ended.
    assert!(log.contains("waiting for an event: Lambda's runtime API responded with 500"), "{log}");
}

#[test]
fn the_context_is_from_lambda() {
    let (_, posts) = run("context", vec![Next::event("{}")]);
    let context = posts[0].json();
    assert_eq!(context["id"], "event-0");
    assert_eq!(context["arn"], "arn:aws:lambda:eu-west-1:1:function:greet");
    assert_eq!(context["trace"], "Root=1-5bef4de7");
    assert!((1..=60).contains(&context["left"].as_u64().unwrap()));
}

#[test]
fn a_preparation_is_kept_across_events() {
    let (_, posts) = run("count", vec![Next::event("{}"), Next::event("{}"), Next::event("{}")]);
    let counts: Vec<_> = posts.iter().map(Post::json).collect();
    assert_eq!(counts, [1, 2, 3]);
}

#[test]
fn a_failed_preparation_is_an_init_error() {
    let (_, posts) = run("unprepared", vec![Next::event("{}")]);
    assert_paths(&posts, &["/init/error"]);
    assert_eq!(posts[0].error_type(), "NO_MODEL");
}

#[test]
fn an_event_that_cannot_be_read_fails_alone() {
    let nexts = vec![
        Next::event("{"),
        Next::event("{\"data\":\"patient zoe\"}"),
        Next::event("{\"data\":256}"),
        Next::event("{\"data\":255}"),
    ];
    let (log, posts) = run("typed", nexts);
    for post in &posts[..3] {
        assert_eq!(post.error_type(), "INVALID_EVENT");
        assert!(post.headers.to_ascii_lowercase().contains("lambda-runtime-function-error-type: invalid_event\r\n"));
    }
    let message = posts[1].json()["errorMessage"].to_string();
    assert!(message.contains("data: invalid type: string, expected u8"), "{message}");
    assert!(!log.contains("zoe") && !log.contains("256"), "{log}");
    assert_eq!(posts[3].body, b"255");
}

#[test]
fn empty_input_is_an_empty_object() {
    let (_, posts) = run("count", vec![Next::event("")]);
    assert_eq!(posts[0].body, b"1");
}

#[test]
fn there_is_no_timeout_for_the_next_event() {
    // Longer than zero, and without the pause.
    let (_, posts) = run("echo", vec![Next::Slow(Duration::from_millis(300), b"7".to_vec())]);
    assert_eq!(posts[0].body, b"7");
}

#[test]
fn a_rejection_by_the_runtime_api_ends_the_process() {
    for next in [Next::Status(403), Next::Status(500), Next::Closed, Next::Nameless] {
        let shown = format!("{next:?}");
        let (log, posts) = run("echo", vec![next]);
        assert!(posts.is_empty(), "{shown}");
        assert!(log.contains("waiting for an event: Lambda's runtime API"), "{shown}: {log}");
    }
}

#[test]
fn a_rejected_result_is_logged_and_the_next_event_is_handled() {
    for status in [400, 403] {
        let emulator = Emulator::start(vec![Next::event("1"), Next::event("2")], vec![status]);
        let (_, log, posts) = emulator.run(&mut task("echo"));
        assert_eq!(posts.len(), 2);
        assert!(log.contains(&format!("rejected a result or report with {status}")), "{log}");
    }
}

#[test]
fn a_broken_runtime_ends_the_process() {
    let emulator = Emulator::start(vec![Next::event("1"), Next::event("2")], vec![500]);
    let (code, log, posts) = emulator.run(&mut task("echo"));
    assert_eq!((code, posts.len()), (1, 1));
    assert!(log.contains("sending a result: Lambda's runtime API responded with 500"), "{log}");
}

#[test]
fn a_result_whose_connection_is_lost_is_sent_again() {
    let emulator = Emulator::start(vec![Next::event("1")], vec![0]);
    let (_, _, posts) = emulator.run(&mut task("echo"));
    assert_paths(&posts, &["/invocation/event-0/response", "/invocation/event-0/response"]);
    assert_eq!(posts[1].body, b"1");
}

#[test]
fn a_result_that_is_too_large_is_a_named_error() {
    let nexts = vec![Next::event("{\"data\":7000000}"), Next::event("{\"data\":1}")];
    let emulator = Emulator::start(nexts, vec![413]);
    let (_, _, posts) = emulator.run(&mut task("large"));
    assert_eq!(posts[0].body.len(), 7_000_002);
    assert_eq!(posts[1].path, "/invocation/event-0/error");
    assert_eq!(posts[1].error_type(), "RESULT_TOO_LARGE");
    assert_eq!(posts[2].body, b"\"0\"");
}

#[test]
fn a_result_that_json_cannot_represent_is_a_named_error() {
    let (_, posts) = run("no json", vec![Next::event("{}")]);
    assert_eq!(posts[0].error_type(), "INVALID_RESULT");
}

#[test]
fn errors_have_a_clean_name_and_no_secret() {
    let mut task = task("fail");
    task.env("API_OAUTH_TOKEN_SECRET", TOKEN_SECRET);
    let (_, log, posts) = Emulator::start(vec![Next::event("{}")], Vec::new()).run(&mut task);
    assert_eq!(posts[0].error_type(), "PATIENT_UNKNOWN__");
    assert_eq!(posts[0].json()["errorMessage"], "secret=[secret]");
    assert!(!log.contains(TOKEN_SECRET), "{log}");
}

#[test]
fn a_panic_is_reported_and_ends_the_process() {
    let right = Next::event("{\"data\":{\"right\":true}}");
    let (_, posts) = run("panic", vec![right.clone(), Next::event("{}"), right]);
    assert_paths(&posts, &["/invocation/event-0/response", "/invocation/event-1/error"]);
    assert_eq!(posts[1].error_type(), "PANIC");
    let message = posts[1].json()["errorMessage"].to_string();
    assert!(message.contains("the data is not right (at tests/task/runtime.rs:"), "{message}");
}

#[test]
fn a_panic_of_another_thread_does_not_end_the_task() {
    let (_, posts) = run("panic elsewhere", vec![Next::event("{}")]);
    assert_eq!(posts[0].body, b"true");
}

#[test]
fn a_panic_before_any_event_is_an_init_error() {
    let (_, posts) = run("panic early", vec![Next::event("{}")]);
    assert_paths(&posts, &["/init/error"]);
    assert_eq!(posts[0].error_type(), "PANIC");
}

#[test]
fn a_megabyte_may_be_printed() {
    let (_, posts) = run("print", vec![Next::event("{}"), Next::event("{}")]);
    assert_eq!(posts[1].body, b"\"printed\"");
}

#[test]
fn an_event_of_six_megabytes_is_handled() {
    let event = format!("\"{}\"", "x".repeat(6 << 20));
    let (_, posts) = run("echo", vec![Next::event(&event), Next::event("1")]);
    assert!(posts[0].body == event.as_bytes());
    assert_eq!(posts[1].body, b"1");
}

#[test]
fn without_credentials_the_error_names_all_missing_settings() {
    let (_, posts) = run("call", vec![Next::event("{}"), Next::event("{}")]);
    assert_eq!(posts.len(), 2);
    assert_eq!(posts[0].error_type(), "CONFIGURATION_ERROR");
    let message = posts[0].json()["errorMessage"].to_string();
    for name in ["API_HOST", "API_OAUTH_CONSUMER_KEY", "API_OAUTH_TOKEN_SECRET"] {
        assert!(message.contains(name), "{message}");
    }
}

fn calling(port: u16) -> Command {
    let mut task = task("call");
    task.env("API_HOST", format!("localhost:{port}"))
        .env("API_OAUTH_CONSUMER_KEY", "key")
        .env("API_OAUTH_CONSUMER_SECRET", "consumer secret")
        .env("API_OAUTH_TOKEN", "token")
        .env("API_OAUTH_TOKEN_SECRET", TOKEN_SECRET);
    task
}

#[test]
fn a_call_ends_at_the_deadline() {
    let server = Server::start(Behavior::Silent);
    // The client's own timeout is an hour.
    let nexts = vec![Next::Event(b"{}".to_vec(), Duration::from_secs(1)), Next::TooLate(b"{}".to_vec())];
    let (_, _, posts) = Emulator::start(nexts, Vec::new()).run(&mut calling(server.address.port()));
    assert_eq!(posts.len(), 2);
    for post in &posts {
        assert_eq!(post.error_type(), "TIMEOUT", "{:?}", post.json());
    }
}

#[test]
fn failed_calls_have_the_names_of_the_table() {
    let rows: [(&'static [u8], &str); 7] = [
        (
            b"HTTP/1.1 401 No\r\nContent-Length: 99\r\n\r\n{\"code\":109,\"name\":\"OAUTH_SIGNATURE_EXCEPTION\"",
            "CONNECTION_ERROR",
        ),
        (
            b"HTTP/1.1 401 No\r\nContent-Length: 47\r\n\r\n{\"code\":109,\"name\":\"OAUTH_SIGNATURE_EXCEPTION\"}",
            "OAUTH_SIGNATURE_EXCEPTION",
        ),
        (b"HTTP/1.1 502 Bad\r\nContent-Length: 6\r\n\r\n<html>", "HTTP_502"),
        (b"HTTP/1.1 503 Bad\r\nContent-Length: 17\r\n\r\n{\"name\":\"a\\r\\nb\"} ", "HTTP_503"),
        (b"HTTP/1.1 302 Go\r\nLocation: http://x.example/\r\nContent-Length: 0\r\n\r\n", "REDIRECT"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnope", "UNEXPECTED_RESPONSE"),
        (b"SSH-2.0\r\n\r\n", "UNEXPECTED_RESPONSE"),
    ];
    for (bytes, name) in rows {
        let server = Server::start(Behavior::Response(bytes));
        let emulator = Emulator::start(vec![Next::event("{}")], Vec::new());
        let (_, log, posts) = emulator.run(&mut calling(server.address.port()));
        assert_eq!(posts[0].error_type(), name, "{log}");
        assert!(!log.contains(TOKEN_SECRET));
    }
    let emulator = Emulator::start(vec![Next::event("{}")], Vec::new());
    let (_, _, posts) = emulator.run(&mut calling(1));
    assert_eq!(posts[0].error_type(), "CONNECTION_ERROR");
}

#[test]
fn a_result_that_lambda_does_not_respond_to_ends_the_process() {
    let emulator = Emulator::start(vec![Next::event("1"), Next::event("2")], vec![1]);
    let (code, log, posts) = emulator.run(&mut task("echo"));
    assert_eq!((code, posts.len()), (1, 1));
    assert!(log.contains("sending a result: Lambda's runtime API cannot be reached: timeout"), "{log}");
}

#[test]
fn an_event_whose_request_id_cannot_be_in_a_url_is_skipped() {
    for id in ["a b", "a/../b", "%0d", "?"] {
        let (log, posts) = run("echo", vec![Next::Named(id), Next::event("7")]);
        assert_paths(&posts, &["/invocation/event-1/response"]);
        assert!(log.contains(&format!("invalid request id \"{id}\"")), "{log}");
    }
}

#[test]
fn each_line_of_the_json_log_has_time_level_and_request_id() {
    let mut task = task("log");
    task.env("AWS_LAMBDA_LOG_FORMAT", "JSON").env("AWS_LAMBDA_LOG_LEVEL", "DEBUG");
    let nexts = vec![Next::event("{}"), Next::event("{\"data\":\"panic\"}")];
    let (_, log, _) = Emulator::start(nexts, Vec::new()).run(&mut task);
    let lines: Vec<Value> =
        log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}"))).collect();
    let short: Vec<_> = lines
        .iter()
        .map(|line| {
            let time = line["timestamp"].as_str().unwrap();
            assert!(time.starts_with("20") && time.ends_with('Z'), "{time}");
            let text = |name: &str| line[name].as_str().unwrap().to_owned();
            let message = text("message");
            let start = message.split(" (at ").next().unwrap().to_owned();
            (text("requestId"), text("level"), start)
        })
        .collect();
    let rows = |id: &str, last: &str| {
        [
            ("DEBUG", "a detail"),
            ("WARN", "first line\nsecond line"),
            ("ERROR", "another thread panicked: in a thread"),
            ("ERROR", last),
        ]
        .map(|(level, message)| (id.to_owned(), level.to_owned(), message.to_owned()))
    };
    assert_eq!(
        short,
        [
            rows("event-0", r#"{"errorType":"NAMED","errorMessage":"failed"}"#),
            rows("event-1", r#"{"errorType":"PANIC","errorMessage":"at the end"#),
        ]
        .concat()
    );
}

#[test]
fn the_text_log_respects_the_level_and_keeps_a_record_on_one_line() {
    let mut task = task("log");
    task.env("AWS_LAMBDA_LOG_LEVEL", "WARN");
    let (_, log, _) = Emulator::start(vec![Next::event("{}")], Vec::new()).run(&mut task);
    let first = log.lines().next().unwrap();
    assert!(first.ends_with(r" WARN event-0 first line\u000asecond line"), "{log}");
    assert!(!log.contains("a detail") && !log.contains("Authorization"), "{log}");
}
