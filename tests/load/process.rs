//! A sandbox in its own process, and the memory and time that it uses.

use std::{
    collections::HashMap,
    fs,
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use exh_oauth1::{
    Credentials, Request, Signer,
    client::{Client, Settings},
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_exh-oauth1");

/// A sandbox in its own process, and the variables that it printed.
pub(crate) struct Sandbox {
    child: Child,
    variables: HashMap<String, String>,
}

impl Sandbox {
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts it with options.
    pub(crate) fn start_with(options: &[&str]) -> Self {
        let mut child = Command::new(PROGRAM)
            .arg("sandbox")
            .args(options)
            .env_clear()
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // It listens before it prints.
        let variables = lines
            .map(|line| {
                let line = line.unwrap();
                let (name, value) = line.strip_prefix("export ").unwrap().split_once('=').unwrap();
                (name.to_owned(), value.to_owned())
            })
            .take(11)
            .collect();
        Self { child, variables }
    }

    pub(crate) fn variable(&self, name: &str) -> &str {
        &self.variables[name]
    }

    pub(crate) fn host(&self) -> &str {
        self.variable("API_HOST").trim_start_matches("http://")
    }

    pub(crate) fn client(&self) -> Client {
        let settings =
            Settings::read(exh_oauth1::client::Options::default(), |name| Some(self.variables.get(name)?.into()));
        Client::builder(settings.configuration().unwrap()).build().unwrap()
    }

    /// The request line and headers of a signed GET, without the empty line.
    pub(crate) fn headers(&self, path: &str) -> String {
        let credentials = |name: &str, secret: &str| Credentials::new(self.variable(name), self.variable(secret));
        let signer = Signer::new(credentials("API_OAUTH_CONSUMER_KEY", "API_OAUTH_CONSUMER_SECRET"))
            .token(credentials("API_OAUTH_TOKEN", "API_OAUTH_TOKEN_SECRET"));
        let url = format!("{}{path}", self.variable("API_HOST"));
        let header = signer.authorize(&Request::new("GET", &url).unwrap()).unwrap();
        let host = self.host();
        format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {header}\r\n")
    }

    pub(crate) fn usage(&self) -> Usage {
        Usage::of(&self.child.id().to_string())
    }

    /// Runs the program against it. Returns the program's peak of memory and its output.
    pub(crate) fn run(&self, arguments: &[&str]) -> (u64, String) {
        let mut child = Command::new(PROGRAM)
            .args(arguments)
            .env_clear()
            .envs(&self.variables)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut peak = 0;
        let status = loop {
            peak = peak.max(Usage::of(&child.id().to_string()).peak);
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            // The system keeps the maximum, but only until the process ends.
            thread::sleep(Duration::from_millis(2));
        };
        assert!(status.success(), "{arguments:?}");
        let mut printed = String::new();
        child.stdout.unwrap().read_to_string(&mut printed).unwrap();
        (peak, printed)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The memory and time of a process.
#[derive(Debug, Default)]
pub(crate) struct Usage {
    pub(crate) descriptors: usize,
    pub(crate) threads: u64,
    /// Bytes of memory now, and the maximum so far.
    pub(crate) memory: u64,
    pub(crate) peak: u64,
    /// Processor time, in hundredths of a second.
    pub(crate) ticks: u64,
}

impl Usage {
    pub(crate) fn of(process: &str) -> Self {
        let Ok(status) = fs::read_to_string(format!("/proc/{process}/status")) else {
            return Self::default();
        };
        let number = |wanted: &str| -> u64 {
            status
                .lines()
                .find_map(|line| line.strip_prefix(wanted))
                .and_then(|value| value.split_whitespace().next())
                .map_or(0, |value| value.parse().unwrap())
        };
        Self {
            descriptors: fs::read_dir(format!("/proc/{process}/fd")).map_or(0, Iterator::count),
            threads: number("Threads:"),
            memory: number("VmRSS:") * 1024,
            peak: number("VmHWM:") * 1024,
            ticks: ticks(process),
        }
    }
}

/// User and system time of a process (proc(5), fields 14 and 15 of `stat`; the name in front of them may have spaces).
fn ticks(process: &str) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let fields = fields.split_whitespace().skip(11).take(2);
    fields.filter_map(|field| field.parse::<u64>().ok()).sum()
}
