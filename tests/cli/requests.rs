//! Responses that are written to files, and bodies that are read from files.

#[cfg(target_os = "linux")]
use crate::support::canned as endless;
use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpListener,
    path::Path,
    process::{Command, Output},
    thread,
};

fn program(folder: &Path, host: &str, arguments: &[&str]) -> Output {
    command(folder, host, arguments).output().unwrap()
}

fn command(folder: &Path, host: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_exh-oauth1"));
    command.env_clear().current_dir(folder).env("API_HOST", host);
    for name in ["CONSUMER_KEY", "CONSUMER_SECRET", "TOKEN", "TOKEN_SECRET"] {
        command.env(format!("API_OAUTH_{name}"), "x");
    }
    command.args(arguments);
    command
}

/// A server that sends the given response to one request, and returns what it read.
fn canned(response: &'static [u8], length: usize) -> (String, thread::JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = format!("http://{}", listener.local_addr().unwrap());
    let thread = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut read = Vec::new();
        let mut buffer = [0; 4096];
        let headers = |read: &[u8]| read.windows(4).position(|four| four == b"\r\n\r\n");
        while headers(&read).is_none_or(|headers| read.len() < headers + 4 + length) {
            match stream.read(&mut buffer).unwrap() {
                0 => break,
                count => read.extend_from_slice(&buffer[..count]),
            }
        }
        stream.write_all(response).unwrap();
        read
    });
    (host, thread)
}

/// The names and contents of a folder's files.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect();
    files.sort();
    files
}

#[test]
fn a_file_is_replaced_by_a_whole_response_only() {
    for (name, response, code, expected) in [
        ("whole", &b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n\0new\xff"[..], 0, &b"\0new\xff"[..]),
        ("cut off", b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nnew", 1, b"old"),
        ("refused", b"HTTP/1.1 403 No\r\nContent-Length: 3\r\n\r\nnew", 4, b"old"),
        ("elsewhere", b"HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 3\r\n\r\nnew", 3, b"old"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "old").unwrap();
        let (host, server) = canned(response, 0);
        let output = program(folder.path(), &host, &["get", "/f", "-o", "file", "--retry", "0"]);
        server.join().unwrap();
        assert_eq!(output.status.code(), Some(code), "{name}: {output:?}");
        // No temporary file remains.
        assert_eq!(files(folder.path()), [("file".to_owned(), expected.to_vec())], "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "old").unwrap();
    std::os::unix::fs::symlink("file", folder.path().join("link")).unwrap();
    let (host, server) = canned(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew", 0);
    let output = program(folder.path(), &host, &["get", "/f", "-o", "link"]);
    server.join().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(folder.path().join("link").is_symlink());
    assert_eq!(fs::read(folder.path().join("file")).unwrap(), b"new");
}

/// Standard output may be a file that other programs write to. Their text must stay.
#[cfg(target_os = "linux")]
#[test]
fn standard_output_is_written_to_where_it_is() {
    for (name, items) in [("-", false), ("/dev/stdout", false), ("/dev/fd/1", false), ("/dev/stdout", true)] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        let mut out = fs::File::create(&path).unwrap();
        out.write_all(b"before\n").unwrap();
        let (body, all): (&[u8], &[&str]) = match items {
            true => (
                b"HTTP/1.1 200 OK\r\nContent-Length: 53\r\n\r\n{\"page\":{\"total\":1,\"offset\":0,\"limit\":50},\"data\":[1]}",
                &["--all"],
            ),
            false => (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n1\n", &[]),
        };
        let (host, server) = canned(body, 0);
        let mut command = command(folder.path(), &host, &["get", "/f", "-o", name]);
        let status = command.args(all).stdout(out.try_clone().unwrap()).status().unwrap();
        server.join().unwrap();
        assert!(status.success(), "{name} {items}");
        out.write_all(b"after\n").unwrap();
        assert_eq!(files(folder.path()), [("out".to_owned(), b"before\n1\nafter\n".to_vec())], "{name} {items}");
    }
}

/// Other writers share the descriptor's position. Their text must stay.
#[cfg(target_os = "linux")]
#[test]
fn descriptors_are_written_to_where_they_are() {
    let script = "{ echo before >&3; \"$@\"; echo \"after $?\" >&3; } 3>out";
    for (name, expected) in [
        ("/proc/self/fd/3", "before\n1\nafter 0\n"),
        ("/dev/fd/3", "before\n1\nafter 0\n"),
        // A descriptor that is not open when the program starts.
        ("/dev/fd/4", "before\nafter 1\n"),
        ("/proc/self/fd/9", "before\nafter 1\n"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (host, server) = canned(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n1\n", 0);
        let program = command(folder.path(), &host, &["get", "/f", "-o", name]);
        let mut shell = Command::new("sh");
        shell
            .args(["-c", script, "sh"])
            .arg(program.get_program())
            .args(program.get_args())
            .envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))))
            .current_dir(folder.path());
        let output = shell.output().unwrap();
        let out = fs::read_to_string(folder.path().join("out")).unwrap();
        assert_eq!(out, expected, "{name} {output:?}");
        assert_eq!(files(folder.path()).len(), 1, "{name}");
        if expected.ends_with("1\n") {
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(errors.contains(&format!("cannot write {name}: ")), "{errors}");
            // Nothing was sent; the server waits for one request.
            drop(std::net::TcpStream::connect(host.trim_start_matches("http://")));
        }
        server.join().unwrap();
    }
}

/// A response larger than memory is streamed until the reader closes the pipe.
#[cfg(target_os = "linux")]
#[test]
fn standard_output_has_no_limit() {
    const MEBIBYTE: u64 = 1 << 20;
    let server = endless::Server::start(endless::Behavior::Endless(b"HTTP/1.1 200 OK\r\n\r\n"));
    let host = format!("http://{}", server.address);
    let mut child = command(Path::new("/"), &host, &["get", "/f", "--output", "-"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = child.stdout.take().unwrap().take(100 * MEBIBYTE);
    let read = std::io::copy(&mut out, &mut std::io::sink()).unwrap();
    assert_eq!(read, 100 * MEBIBYTE);
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak: u64 = peak.unwrap().trim().trim_end_matches(" kB").parse().unwrap();
    assert!(peak < 32 << 10, "{peak} KiB");
    drop(out);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}

#[test]
fn a_file_is_sent_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    fs::write(folder.path().join("scan"), &bytes).unwrap();
    let (host, server) = canned(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", bytes.len());
    let arguments = ["put", "/f", "-d", "@scan", "--content-type", "application/dicom"];
    let output = program(folder.path(), &host, &arguments);
    let read = server.join().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(read.ends_with(&bytes));
    let headers = String::from_utf8_lossy(&read[..read.len() - bytes.len()]).to_lowercase();
    assert!(headers.contains("content-type: application/dicom\r\n"), "{headers}");
    assert!(headers.contains("content-length: 100000\r\n"), "{headers}");
}

#[test]
fn a_form_with_a_file_goes_in_parts() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("scan"), "bytes").unwrap();
    let (host, server) = canned(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", 250);
    let arguments = ["post", "/f", "-F", "name=a scan", "-F", "file=@scan"];
    let output = program(folder.path(), &host, &arguments);
    let read = String::from_utf8(server.join().unwrap()).unwrap();
    assert!(output.status.success(), "{output:?}");
    // RFC 7578 §4.2: a name for each part, a file name where it is a file.
    for expected in [
        "multipart/form-data; boundary=",
        "form-data; name=\"name\"\r\n\r\na scan\r\n",
        "form-data; name=\"file\"; filename=\"scan\"\r\n",
        "\r\n\r\nbytes\r\n--",
    ] {
        assert!(read.contains(expected), "{expected:?} in {read}");
    }
}
