//! Runs rows in an empty environment with unmistakable secrets, a watchdog and limited memory.

use std::{
    io::Read,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Condvar, Mutex},
    thread,
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};

use crate::{row::Row, support::skip};

/// Secrets that must not occur in any output: letters and digits, which no encoding of URIs, forms or strings changes.
pub(crate) const CONSUMER_SECRET: &str = "c&=%20+ü/q7fUmJ2consumerXk4";
pub(crate) const TOKEN_SECRET: &str = "t&=%20+ü/w3bRzL9tokenVn6";
pub(crate) const PROXY_PASSWORD: &str = "pr0xyHd8Ws5";
const MARKS: [&str; 3] = ["q7fUmJ2consumerXk4", "w3bRzL9tokenVn6", PROXY_PASSWORD];

/// How many rows run at once; most of them wait.
static PLACES: (Mutex<usize>, Condvar) = (Mutex::new(8), Condvar::new());

/// The outcome of a run.
pub(crate) struct Outcome {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
    /// It did not end in time, and was killed.
    pub(crate) overran: bool,
}

/// Runs all rows, and fails with everything that is wrong. With `--nocapture`, prints the table.
#[track_caller]
pub(crate) fn check(rows: &[Row]) {
    let wrong = thread::scope(|scope| {
        let rows = rows.iter();
        let running: Vec<_> = rows
            .map(|row| {
                scope.spawn(move || {
                    let _place = Place::take();
                    (row, judge(row, &run(row)))
                })
            })
            .collect();
        running
            .into_iter()
            .filter_map(|row| {
                let (row, wrong) = row.join().unwrap();
                wrong.map(|wrong| (row, wrong))
            })
            .collect::<Vec<_>>()
    });
    let report: Vec<_> = wrong.iter().map(|(row, wrong)| format!("{}: {wrong}", row.name)).collect();
    assert!(report.is_empty(), "\n{}\n", report.join("\n"));
    let file = core::panic::Location::caller().file();
    for row in rows {
        let words: Vec<_> = row.words.iter().map(|word| format!("{word:?}")).collect();
        println!("{:<60} exit {}  {}", row.name, row.code, words.join(" "));
    }
    println!("{} rows of {file} hold\n", rows.len());
}

struct Place;

impl Place {
    fn take() -> Self {
        let mut free = PLACES.0.lock().unwrap();
        while *free == 0 {
            free = PLACES.1.wait(free).unwrap();
        }
        *free -= 1;
        Self
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        *PLACES.0.lock().unwrap() += 1;
        PLACES.1.notify_one();
    }
}

/// What is wrong with a run.
pub(crate) fn judge(row: &Row, outcome: &Outcome) -> Option<String> {
    let Outcome { status, stdout, stderr, overran } = outcome;
    let shown = String::from_utf8_lossy(&stdout[..stdout.len().min(500)]).into_owned();
    let tell = |what: String| Some(format!("{what}\n  standard output: {shown:?}\n  standard error: {stderr}"));
    if *overran {
        return tell(format!("not ended one second after its timeout of {} s", row.timeout));
    }
    if let Some(why) = stderr.strip_prefix("skipped: ") {
        skip(&format!("{}, because {why}", row.name));
        return None;
    }
    if stderr.contains("panicked") || stderr.contains("memory allocation") {
        return tell("it panicked, or had no memory left".to_owned());
    }
    if status.code() != Some(row.code) {
        return tell(format!("{status}, but {} was to come", row.code));
    }
    if let Some(secret) = leak(stdout).or_else(|| leak(stderr.as_bytes())) {
        return tell(format!("a secret is shown as {secret}"));
    }
    if let Some(one) = stderr.chars().find(|one| is_raw(*one)) {
        return tell(format!("{one:?} on standard error"));
    }
    if let Some(word) = row.shows.iter().find(|word| !stdout.windows(word.len()).any(|part| part == word.as_bytes())) {
        return tell(format!("no {word:?} on standard output"));
    }
    if let Some(word) = row.words.iter().find(|word| !stderr.contains(**word)) {
        return tell(format!("no {word:?}"));
    }
    match row.stdout {
        Some(expected) if expected.as_bytes() != stdout => tell(format!("standard output is not {expected:?}")),
        _ => None,
    }
}

/// Whether a character could control a terminal.
pub(crate) fn is_raw(one: char) -> bool {
    (one.is_control() && !matches!(one, '\n' | '\t'))
        || matches!(one, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The form of a secret in an output: plain, in hexadecimal digits, or in base64 at any offset.
pub(crate) fn leak(output: &[u8]) -> Option<String> {
    let forms = MARKS.iter().flat_map(|mark| {
        let hexadecimal: String = mark.bytes().map(|byte| format!("{byte:02x}")).collect();
        let encoded = (0..3).map(|offset| {
            // Only groups of three bytes that all belong to the secret.
            let length = (mark.len() - offset) / 3 * 3;
            STANDARD_NO_PAD.encode(&mark.as_bytes()[offset..offset + length])
        });
        [(*mark).to_owned(), hexadecimal.to_uppercase(), hexadecimal].into_iter().chain(encoded).collect::<Vec<_>>()
    });
    let forms: Vec<_> = forms.collect();
    // One pass over what may be 64 MiB.
    let mut is_first = [false; 256];
    for form in &forms {
        is_first[usize::from(form.as_bytes()[0])] = true;
    }
    let places = output.iter().enumerate();
    places
        .filter(|(_, byte)| is_first[usize::from(**byte)])
        .find_map(|(at, _)| {
            let mut forms = forms.iter();
            forms.find(|form| output[at..].starts_with(form.as_bytes()))
        })
        .cloned()
}

#[test]
fn leaks_are_found() {
    assert_eq!(leak(b"all is well, 7a, cXl"), None);
    for output in [
        "xw3bRzL9tokenVn6x".to_owned(),
        "773362527a4c39746f6b656e566e36".to_owned(),
        STANDARD_NO_PAD.encode(format!("a{TOKEN_SECRET}")),
        STANDARD_NO_PAD.encode(format!("ab{CONSUMER_SECRET}&")),
    ] {
        assert!(leak(output.as_bytes()).is_some(), "{output}");
    }
}

/// Runs one row.
pub(crate) fn run(row: &Row) -> Outcome {
    let (server, ca) = row.server.start();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ca.pem"), ca).unwrap();
    for (name, content) in row.files {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let fill = |text: &str| {
        text.replace("{address}", &server.address.to_string())
            .replace("{port}", &server.address.port().to_string())
            .replace("{closed}", &closed.to_string())
            .replace("{folder}", &folder.path().display().to_string())
    };

    (row.prepare)(folder.path());
    let mut command = bounded(row, folder.path());
    if let Some((hosts, servers)) = row.names {
        std::fs::write(folder.path().join("hosts"), fill(hosts)).unwrap();
        std::fs::write(folder.path().join("resolv.conf"), fill(servers)).unwrap();
    }
    command.args(row.arguments.iter().map(|argument| fill(argument)));
    if row.arguments.first().is_none_or(|first| *first != "sandbox") {
        if !row.arguments.contains(&"--retry") {
            command.args(["--retry", "0"]);
        }
        command.arg("--timeout").arg(row.timeout.to_string());
    }
    let host = if row.server.is_tls() { "https://localhost:{port}" } else { "http://{address}" };
    command
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .env("HOME", folder.path())
        .env("API_HOST", fill(host))
        .env("API_OAUTH_CONSUMER_KEY", "key")
        .env("API_OAUTH_CONSUMER_SECRET", CONSUMER_SECRET)
        .env("API_OAUTH_TOKEN", "token")
        .env("API_OAUTH_TOKEN_SECRET", TOKEN_SECRET);
    for (name, value) in row.environment {
        if value.is_empty() {
            command.env_remove(name);
        } else {
            command.env(name, fill(value));
        }
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let terminal = row.terminal.then(|| {
        command.env("NO_COLOR", "1");
        let (master, slave) = terminal();
        command.stdout(slave.try_clone().unwrap()).stderr(slave);
        master
    });
    (row.alter)(&mut command, folder.path());
    let allowed = Duration::from_secs_f64(row.timeout + 1.0);
    let outcome = watch(command, terminal, allowed);
    let skipped = match outcome.status.code() {
        Some(97) => "a separate clock needs libfaketime",
        Some(98) => "a separate disk or hosts file needs root and a mount namespace",
        _ if outcome.stderr.starts_with("unshare: ") => {
            "a separate disk or hosts file needs root and a mount namespace"
        }
        Some(126 | 127) => "the program cannot be run by another user",
        _ => return outcome,
    };
    Outcome { stderr: format!("skipped: {skipped}"), ..outcome }
}

/// Both ends of a new terminal.
fn terminal() -> (std::fs::File, std::fs::File) {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let slave = std::fs::File::options().read(true).write(true).open(name.to_str().unwrap()).unwrap();
    (master.into(), slave)
}

/// The program in a shell that limits its memory, with the row's own names or disk if it has any.
fn bounded(row: &Row, folder: &Path) -> Command {
    let program = env!("CARGO_BIN_EXE_exh-oauth1");
    let limit = format!("ulimit -d {} || exit 99; ", row.memory * 1024);
    let run = r#"exec "$program" "$@""#;
    let folder = folder.display();
    let mut mounts = String::new();
    if row.names.is_some() {
        mounts.push_str(&format!(
            "mount --bind {folder}/hosts /etc/hosts && mount --bind {folder}/resolv.conf /etc/resolv.conf || exit 98; "
        ));
    }
    if row.small_disk {
        mounts.push_str(&format!("mkdir {folder}/full && mount -t tmpfs -o size=64k none {folder}/full || exit 98; "));
    }
    let script = format!("program='{program}'; {mounts}{limit}{run}");
    let mut command = if mounts.is_empty() {
        Command::new("/bin/sh")
    } else {
        let mut command = Command::new("/usr/bin/unshare");
        command.args(["--mount", "/bin/sh"]);
        command
    };
    command.args(["-c", &script, "exh-oauth1"]);
    command
}

/// Waits for a program's end, up to its timeout.
fn watch(mut command: Command, terminal: Option<std::fs::File>, allowed: Duration) -> Outcome {
    let mut child = command.spawn().unwrap();
    // A terminal ends when nobody has it open any more.
    drop(command);
    let shown = terminal.map(collect);
    let stdout = child.stdout.take().map(collect);
    let stderr = child.stderr.take().map(collect);
    let (status, overran) = wait(&mut child, allowed);
    let [shown, stdout, stderr] =
        [shown, stdout, stderr].map(|output| output.map_or(Vec::new(), |output| output.join().unwrap()));
    // A terminal goes to the beginning of each line, and shows both outputs.
    let shown = String::from_utf8_lossy(&shown).replace("\r\n", "\n");
    Outcome {
        status,
        stderr: String::from_utf8_lossy(&stderr).into_owned() + &shown,
        stdout: [stdout, shown.into_bytes()].concat(),
        overran,
    }
}

fn collect(mut from: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = from.read_to_end(&mut bytes);
        bytes
    })
}

/// The exit status, and whether the program was killed. Time in which it waits for a processor does not count, so a
/// busy machine makes no row fail.
fn wait(child: &mut Child, allowed: Duration) -> (ExitStatus, bool) {
    let begun = Instant::now();
    let mut queued = Duration::ZERO;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return (status, false);
        }
        // The time of ended threads is lost.
        queued = queued.max(time_in_queues(child.id()));
        if begun.elapsed() > allowed + queued {
            let _ = child.kill();
            return (child.wait().unwrap(), true);
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// The time in which the threads of a process were ready but did not run: the second number of `schedstat`, in
/// nanoseconds (Documentation/scheduler/sched-stats.rst of Linux). `None` if the kernel does not count it.
fn time_in_queues(process: u32) -> Duration {
    let threads = std::fs::read_dir(format!("/proc/{process}/task"));
    let threads = threads.into_iter().flatten().flatten();
    threads
        .filter_map(|thread| {
            let counted = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
            let nanoseconds = counted.split_whitespace().nth(1)?.parse().ok()?;
            Some(Duration::from_nanos(nanoseconds))
        })
        .sum()
}
