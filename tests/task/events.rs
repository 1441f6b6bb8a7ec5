//! The events of `tests/task/`, with the fields of Extra Horizon's documentation of tasks and API functions.

use std::fs;

use exh_oauth1::task::{Error, Event, HttpRequest, HttpResponse, Value, json};
use serde::Deserialize;

fn document(name: &str) -> String {
    fs::read_to_string(format!("tests/task/{name}.json")).unwrap()
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    document_id: String,
}

#[test]
fn a_task_has_its_fields_and_its_data_typed() {
    let event: Event<Input> = serde_json::from_str(&document("task")).unwrap();
    assert_eq!(event.id.as_deref(), Some("757f191a810c19729de860ae"));
    assert_eq!(event.function_name.as_deref(), Some("testFunction"));
    assert_eq!(event.data.document_id, "60f1a2b3c4d5e6f708192a3b");
    assert_eq!(event.status.as_deref(), Some("inProgress"));
    assert_eq!(event.tags, ["my_tag"]);
    assert_eq!(event.priority, Some(1));
    assert_eq!(event.start_timestamp.as_deref(), Some("2021-09-29T15:17:07.051Z"));
    assert_eq!(event.created_by_user_id.as_deref(), Some("58ff75ad4cedfd0005f80951"));
    assert_eq!(event.created_by_application_id.as_deref(), Some("6672ede774a7bd291fb0bea4"));
    assert!(event.retry_for_task_ids.is_empty());
    assert_eq!(Value::from(event.other), json!({ "aFieldOfTomorrow": { "kept": 12_345_678_901_234_567_890_u64 } }));
}

#[test]
fn only_the_authors_own_data_is_required() {
    let event: Event = serde_json::from_str("{}").unwrap();
    assert_eq!((event.id, event.data), (None, Value::Null));
    assert!(serde_json::from_str::<Event<Option<Input>>>("{}").unwrap().data.is_none());
    let error = serde_json::from_str::<Event<Input>>("{\"data\":{}}").unwrap_err();
    assert!(error.to_string().starts_with("data: missing field `documentId`"), "{error}");
}

#[test]
fn errors_about_an_event_do_not_repeat_its_values() {
    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Unit {
        Kilogram,
    }
    for (text, expected) in [
        (r#"{"data":"zoe, expected `u8`"}"#, "data: invalid type: string, expected"),
        (r#"{"data":4711.5}"#, "data: invalid type: floating point, expected"),
        (r#"{"data":true}"#, "data: invalid type: boolean, expected"),
        (r#"{"data":{"zoe":1}}"#, "data: "),
    ] {
        let message = serde_json::from_str::<Event<u8>>(text).unwrap_err().to_string();
        assert!(message.starts_with(expected), "{message}");
        assert!(!message.contains("zoe") && !message.contains("4711"), "{message}");
    }
    let message = serde_json::from_str::<Event<Unit>>(r#"{"data":"zoe"}"#).unwrap_err().to_string();
    assert!(message.starts_with("data: unknown variant, expected `kilogram`"), "{message}");
}

#[test]
fn an_api_function_has_its_request() {
    let request: HttpRequest = serde_json::from_str(&document("api-function")).unwrap();
    assert_eq!(request.method, "POST");
    assert_eq!(request.path, "/my/path");
    assert_eq!(request.query, "parameter_a=value1&parameter_b=value2");
    assert_eq!(request.header("Content-Type"), Some("application/json"));
    assert_eq!(request.user_id(), Some("61fbe2a352faff0008aaf1e2"));
    assert_eq!(request.application_id(), Some("58074811b2148f3b28ad75bd"));
    assert_eq!(request.text().unwrap(), "{\"my_request_key\":123}");
    assert_eq!(request.json::<Value>().unwrap(), json!({ "my_request_key": 123 }));
    assert_eq!(request.other["requestContext"]["http"]["method"], "POST");
}

#[test]
fn a_request_may_have_little() {
    let request: HttpRequest =
        serde_json::from_str(r#"{"requestContext":{"http":{"method":"GET"}},"body":"plain+"}"#).unwrap();
    assert_eq!((request.path.as_str(), request.query.as_str()), ("", ""));
    assert_eq!((request.body.as_slice(), request.user_id()), (b"plain+".as_slice(), None));
}

#[test]
fn an_event_that_is_not_a_request_is_rejected() {
    for (text, expected) in [
        ("{}", "requestContext.http.method is missing"),
        (
            r#"{"requestContext":{"http":{"method":"PUT"}},"isBase64Encoded":true,"body":"*"}"#,
            "body: isBase64Encoded is true, but the body is not base64",
        ),
        (r#"{"requestContext":{"http":{"method":"PUT"}},"headers":5}"#, "headers: invalid type"),
    ] {
        let error = serde_json::from_str::<HttpRequest>(text).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_response_is_of_the_documented_form() -> Result<(), Error> {
    let response = HttpResponse::new(201)?
        .header("My-Custom-Response-Header", "my_value")
        .json(&json!({ "my_response_key": 42 }))?;
    assert_eq!(
        serde_json::to_value(&response)?,
        json!({
            "statusCode": 201,
            "headers": { "content-type": "application/json", "my-custom-response-header": "my_value" },
            "body": "{\"my_response_key\":42}",
            "isBase64Encoded": false
        })
    );
    let image = HttpResponse::new(200)?.body([0xff, 0xd8], "image/jpeg");
    let image = serde_json::to_value(&image)?;
    assert_eq!((&image["body"], &image["isBase64Encoded"]), (&json!("/9g="), &json!(true)));
    for status in [0, 199, 500, 599] {
        let error = HttpResponse::new(status).unwrap_err();
        assert_eq!(error.name(), "INVALID_API_FUNCTION_RESULT");
    }
    Ok(())
}

#[test]
fn errors_are_found_in_what_caused_them() {
    #[derive(Debug)]
    struct Outer(exh_oauth1::client::Error);
    impl std::fmt::Display for Outer {
        fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            formatter.write_str("the patient could not be read")
        }
    }
    impl std::error::Error for Outer {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&self.0)
        }
    }
    let cause = exh_oauth1::client::RequestError::Origin.into();
    let error = Error::from(Outer(cause));
    assert_eq!((error.name(), error.exit_code()), ("REQUEST_ERROR", 2));
    assert_eq!(error.message(), "the patient could not be read");
    let plain = Error::boxed("just words");
    assert_eq!((plain.name(), plain.message(), plain.exit_code()), ("TASK_ERROR", "just words", 1));
    assert_eq!(plain.report(), r#"{"errorType":"TASK_ERROR","errorMessage":"just words"}"#);
    let long = Error::new("LONG", "é".repeat(10_000));
    assert!(long.message().len() < 8200 && long.message().ends_with('…'));
}

/// Runs the program for a document against its sandbox. Returns the exit code and the output.
#[cfg(feature = "cli")]
fn by_hand(event: &str, input: &str) -> (Option<i32>, Value, String) {
    use std::{
        io::Write as _,
        process::{Command, Stdio},
    };
    let mut child = Command::new(env!("CARGO_BIN_EXE_exh-oauth1"))
        .args(["task", "--sandbox", "--event", event])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let result = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let errors = String::from_utf8(output.stderr).unwrap();
    (output.status.code(), result, errors)
}

#[cfg(feature = "cli")]
#[test]
fn the_documents_work_by_hand() {
    for name in ["task", "api-function"] {
        let (code, user, errors) = by_hand(&format!("tests/task/{name}.json"), "");
        assert_eq!((code, errors.as_str()), (Some(0), ""));
        if name == "task" {
            assert!(user["id"].is_string(), "{user}");
        } else {
            let body: Value = serde_json::from_str(user["body"].as_str().unwrap()).unwrap();
            assert!(user["statusCode"] == 200 && body["id"].is_string(), "{user}");
        }
    }
    for (file, input) in [("tests/task/request.json", String::new()), ("-", document("request"))] {
        let (code, result, _) = by_hand(file, &input);
        assert_eq!(code, Some(0));
        assert_eq!(result, json!({ "status": 200, "body": { "status": "ok" } }));
    }
}

#[cfg(feature = "cli")]
#[test]
fn calls_of_an_event_go_to_the_api_only() {
    for (request, code, name) in [
        (json!({ "path": "https://example.com/" }), 2, "REQUEST_ERROR"),
        (json!({ "path": "//example.com/" }), 2, "REQUEST_ERROR"),
        (json!({ "path": "/users/v1/me", "method": "CONNECT" }), 2, "INVALID_EVENT"),
        (json!({ "path": "/users/v1/me", "headers": {} }), 2, "INVALID_EVENT"),
        (json!({ "path": "/nowhere/v1/" }), 4, "SERVICE_NOT_FOUND_EXCEPTION"),
    ] {
        let event = json!({ "data": { "request": request } }).to_string();
        let (found, _, errors) = by_hand("-", &event);
        assert_eq!(found, Some(code), "{errors}");
        assert!(errors.starts_with(&format!("{{\"errorType\":\"{name}\"")), "{errors}");
    }
}

#[test]
fn the_task_configurations_are_valid() {
    if !std::path::Path::new("deploy").exists() {
        crate::support::skip("the task configurations, which are not in the published package");
        return;
    }
    for folder in ["deploy/task", "deploy/task/template"] {
        check_task_config(&format!("{folder}/task-config.json"));
    }
}

/// Checks the rules of exh-cli's `TaskConfig.json`, and that the errors to retry have names that a task can report.
fn check_task_config(path: &str) {
    let text = fs::read_to_string(path).unwrap();
    let config: Value = serde_json::from_str(&text).unwrap();
    let name = config["name"].as_str().unwrap();
    assert!(name.chars().all(|one| one.is_ascii_alphanumeric() || one == '-'));
    assert_eq!(config["runtime"], "provided.al2023");
    assert!(config["path"].is_string() && config["entryPoint"].is_string());
    assert!((3..=300).contains(&config["timeLimit"].as_u64().unwrap()));
    assert!((128..=10_240).contains(&config["memoryLimit"].as_u64().unwrap()));
    let known = [
        "name",
        "description",
        "path",
        "entryPoint",
        "runtime",
        "timeLimit",
        "memoryLimit",
        "executionPermission",
        "environment",
        "retryPolicy",
        "executionCredentials",
    ];
    for (field, _) in config.as_object().unwrap() {
        assert!(known.contains(&field.as_str()), "{field}");
    }
    let table = fs::read_to_string("src/task/error.rs").unwrap();
    for name in config["retryPolicy"]["errorsToRetry"].as_array().unwrap() {
        let name = name.as_str().unwrap();
        let is_status = name.strip_prefix("HTTP_").is_some_and(|status| status.parse::<u16>().is_ok());
        assert!(is_status || table.contains(&format!("| `{name}` |")), "{name}");
    }
}
